"""Workflow commands."""

from patcher.model import Severity
from patcher.report.findings.github import command, github_report
from tests.report.records import RULES, finding, hostile, report


def test_each_severity_has_its_command_and_a_skipped_file_is_a_warning() -> None:
    lines = github_report(report(*(finding(severity=severity) for severity in Severity)), RULES).splitlines()

    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::warning",
        "::notice",
        "::warning",
        "nextfix:",
    ]


def test_a_finding_is_put_at_its_place_with_why_and_help_below_the_message() -> None:
    line = github_report(report(finding()), RULES).splitlines()[0]

    assert line == (
        "::error file=node_modules/next/dist/server/next.js,line=4,endLine=4,col=13,"
        "title=nextfix next/server-promise::this.serverPromise keeps a promise%0A"
        "A promise that stays in a field keeps the store of the request that made it.%0A"
        "Run `nextfix apply`, or upgrade."
    )


def test_percent_signs_line_ends_colons_and_commas_are_encoded_where_they_mean_something() -> None:
    assert (
        command("error", "100%, a:b\nc", file="a,b:c%.js") == "::error file=a%2Cb%3Ac%25.js::100%25, a:b%0Ac"
    )


def test_hostile_text_can_add_no_line_no_property_and_no_command() -> None:
    lines = github_report(hostile(), RULES).split("\n")

    assert len(lines) == 4
    properties = lines[0].removeprefix("::error ").split("::")[0].split(",")
    assert [entry.split("=")[0] for entry in properties] == ["file", "line", "endLine", "col", "title"]
    assert not any(character in "".join(lines) for character in "\x1b\r\x00\u202e")
