"""A report as SARIF 2.1.0, the format of code scanning services.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from urllib.parse import quote

import patcher
from patcher.model import Finding, Report, RuleInfo, Severity, Skipped
from patcher.report.findings.fingerprint import fingerprints
from patcher.report.findings.json_report import json_text
from patcher.report.findings.summary import where

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "nextfixFinding/v1"

Json = dict[str, object]


def sarif_report(report: Report, rules: Mapping[str, RuleInfo]) -> str:
    """`report` as a SARIF log with one run; the rules it names come with their help.

    Skipped files are notifications of the invocation: the run did not fail, but it did not see them.

    Args:
        report: what was found.
        rules: what is known of the rules, by id; a rule that is missing here is described by its id alone.
    """
    ids = sorted({*rules, *(finding.rule for finding in report.findings)})
    return json_text(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": _driver([_rule(id, rules.get(id)) for id in ids])},
                    "columnKind": "unicodeCodePoints",
                    "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the working directory"}}},
                    "invocations": [
                        {
                            "executionSuccessful": True,
                            "toolExecutionNotifications": [_notification(entry) for entry in report.skipped],
                        }
                    ],
                    "results": _results(report.findings, ids),
                }
            ],
        }
    )


def _driver(rules: list[Json]) -> Json:
    return {
        "name": "nextfix",
        "version": patcher.__version__,
        "semanticVersion": patcher.__version__,
        "rules": rules,
    }


def _rule(id: str, info: RuleInfo | None) -> Json:
    if info is None:
        return {"id": id, "shortDescription": {"text": id}}
    more = "\n".join(info.references)
    described: Json = {
        "id": id,
        "name": _pascal(id),
        "shortDescription": _message(info.title),
        "fullDescription": _message(info.why or info.title),
        "help": _message("\n\n".join(part for part in (info.why, info.help, more) if part) or info.title),
        "defaultConfiguration": {"level": info.severity},
        "properties": {"tags": ["memory-leak", "async-context"]},
    }
    if info.references:
        described["helpUri"] = info.references[0]
    return described


def _results(findings: Sequence[Finding], ids: Sequence[str]) -> list[Json]:
    index = {id: number for number, id in enumerate(ids)}
    return [
        {
            "ruleId": finding.rule,
            "ruleIndex": index[finding.rule],
            "level": finding.severity,
            "message": _message(
                "\n\n".join(part for part in (finding.message, finding.detail, where(finding)) if part)
            ),
            "locations": [_location(finding)],
            "partialFingerprints": {FINGERPRINT: fingerprint},
            "properties": _properties(finding),
        }
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]


def _location(finding: Finding) -> Json:
    region: Json = {"startLine": finding.line, "startColumn": finding.column}
    if finding.end_column:
        region |= {"endLine": finding.end_line, "endColumn": finding.end_column}
    location: Json = {"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region}}
    if finding.function:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.function, "kind": "function"}]
    return location


def _artifact(path: str) -> Json:
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": "%SRCROOT%"}


def _properties(finding: Finding) -> Json:
    package = finding.package
    named: Json = {"package": f"{package.name}@{package.version}"} if package else {}
    applies: Json = {"applies": asdict(finding.applies)} if finding.applies else {}
    growth: Json = {"growth": finding.growth} if finding.growth else {}
    return {"slot": finding.slot, "fix": finding.fix} | named | applies | growth


def _notification(entry: Skipped) -> Json:
    return {
        "level": Severity.WARNING,
        "message": _message(entry.reason),
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(entry.path)}}],
    }


def _message(text: str) -> Json:
    """A message whose text is only text: `a[b](1)` in source is not a link (SARIF, section 3.11.6)."""
    return {"text": re.sub(r"\](?=\()", r"\\]", text)}


def _pascal(id: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"\W+", id))
