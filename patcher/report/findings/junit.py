"""Findings as JUnit XML, which most CI servers show as a list of tests."""

import re
from collections.abc import Mapping
from itertools import groupby
from xml.etree import ElementTree as xml

from patcher.model import Finding, Report, RuleInfo, Severity
from patcher.report.findings.summary import explanation
from patcher.text.display import printable

# XML 1.0 has no way at all to write these, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(report: Report, rules: Mapping[str, RuleInfo], fail_on: Severity) -> str:
    """`report` as a JUnit document: one suite a file, one test case a finding.

    A finding at or above `fail_on` is a failure, another one passes and has its text as output; a file that
    was skipped is an error, because nobody looked at it. A report with nothing in it is one passed case.
    """
    root = xml.Element("testsuites", name="nextfix")
    for path, group in groupby(report.findings, key=lambda finding: finding.path):
        suite = xml.SubElement(root, "testsuite", name=_clean(path))
        for finding in group:
            _case(suite, finding, rules.get(finding.rule), finding.severity.rank <= fail_on.rank)
    if report.skipped:
        suite = xml.SubElement(root, "testsuite", name="skipped")
        for entry in report.skipped:
            case = xml.SubElement(suite, "testcase", classname="skipped", name=_clean(entry.path))
            xml.SubElement(case, "error", type="skipped", message=_clean(entry.reason))
    if not len(root):
        suite = xml.SubElement(root, "testsuite", name="nextfix")
        xml.SubElement(suite, "testcase", classname="nextfix", name="check")
    for element in (*root, root):
        _count(element)
    xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def _case(suite: xml.Element, finding: Finding, rule: RuleInfo | None, fails: bool) -> None:
    place = f"{finding.path}:{finding.line}:{finding.column}"
    case = xml.SubElement(
        suite,
        "testcase",
        classname=_clean(finding.path),
        name=_clean(f"{finding.rule} {finding.slot} at {finding.line}:{finding.column}"),
        file=_clean(finding.path),
        line=str(finding.line),
    )
    body = "\n".join(part for part in (place, finding.message, explanation(finding, rule)) if part)
    if fails:
        child = xml.SubElement(case, "failure", type=finding.severity, message=_clean(finding.message))
    else:
        child = xml.SubElement(case, "system-out")
    child.text = _clean(body)


def _count(element: xml.Element) -> None:
    """Write how many cases, failures and errors are below a suite or the suites."""
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(attribute, str(sum(1 for _ in element.iter(tag))))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", printable(text))
