"""JUnit XML."""

from xml.etree import ElementTree as xml

from patcher.model import Report, Severity
from patcher.report.findings.junit import junit_report
from tests.report.records import RULES, finding, hostile, report


def parsed(what: Report, fail_on: Severity = Severity.WARNING) -> xml.Element:
    return xml.fromstring(junit_report(what, RULES, fail_on))


def only(root: xml.Element, name: str) -> xml.Element:
    """The first element `name` of a test case."""
    found = root.find(f"testsuite/testcase/{name}")
    assert found is not None
    return found


def test_nothing_found_is_one_passed_case() -> None:
    root = parsed(Report((), (), ()))

    assert root.attrib == {"name": "nextfix", "tests": "1", "failures": "0", "errors": "0"}


def test_each_file_is_a_suite_each_finding_a_case_and_a_skipped_file_an_error() -> None:
    root = parsed(report(finding(), finding(line=6), finding(path="src/a.js")))

    assert [suite.get("name") for suite in root] == [finding().path, "src/a.js", "skipped"]
    assert [suite.get("failures") for suite in root] == ["2", "1", "0"]
    assert root.attrib == {"name": "nextfix", "tests": "4", "failures": "3", "errors": "1"}
    failure = only(root, "failure")
    assert failure.get("type") == "error"
    assert (failure.text or "").startswith(f"{finding().path}:4:13\nthis.serverPromise keeps a promise\n")


def test_a_finding_below_the_limit_passes_and_is_still_told() -> None:
    root = parsed(report(finding(severity=Severity.WARNING)), fail_on=Severity.ERROR)

    assert root.get("failures") == "0"
    assert "keeps a promise" in (only(root, "system-out").text or "")


def test_hostile_text_is_well_formed_xml_and_adds_no_element() -> None:
    root = parsed(hostile())

    assert {element.tag for element in root.iter()} == {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
    }
    assert "]]> </script>" in (only(root, "failure").text or "")
    assert "\\x1b" in (only(root, "failure").text or "")


def test_characters_that_xml_cannot_have_are_replaced() -> None:
    root = parsed(Report((finding(message="a\ufffeb\x00c"),), (), ()))

    assert only(root, "failure").get("message") == "a\ufffdb\\x00c"
