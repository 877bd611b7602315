"""A report as one JSON object, as `report.schema.json` beside this module describes it."""

import json
from dataclasses import asdict

import patcher
from patcher.model import CopyState, Finding, Report
from patcher.report.findings.summary import summarize
from patcher.text.display import printable


def json_report(report: Report) -> str:
    """`report` as a JSON text, ASCII only, that ends with a newline.

    Control characters of file names and source come as visible escapes, and `</` as `<\\/`, so that the
    text can be printed on a terminal and put in a web page.
    """
    return json_text(
        {
            "tool": {"name": "nextfix", "version": patcher.__version__},
            "summary": asdict(summarize(report)),
            "findings": [_finding(finding) for finding in report.findings],
            "copies": [_copy(copy) for copy in report.copies],
            "skipped": [entry.record for entry in report.skipped],
            "advice": list(report.advice),
            "affected": report.affected,
        }
    )


def json_text(value: object) -> str:
    """`value` as indented ASCII JSON, its strings made printable, that ends with a newline."""
    return json.dumps(_clean(value), indent=2).replace("</", "<\\/") + "\n"


def _clean(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "function": finding.function,
        "slot": finding.slot,
        "message": finding.message,
        "fix": finding.fix,
        "package": asdict(finding.package) if finding.package else None,
        "applies": asdict(finding.applies) if finding.applies else None,
        "keeps": finding.keeps,
        "growth": finding.growth or None,
        "doubt": finding.doubt,
        "times": finding.times,
        "lines": list(finding.lines or (finding.line,)),
    }


def _copy(copy: CopyState) -> dict[str, object]:
    rules = sorted({state.rule for file in copy.files for state in file.rules})
    return {
        "name": copy.name,
        "version": copy.version,
        "path": copy.path,
        "layout": copy.layout,
        "verdict": copy.verdict,
        "certified": copy.certified,
        "reason": copy.reason,
        "rules": rules,
        "files": [asdict(file) for file in copy.files],
    }
