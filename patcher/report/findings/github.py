"""Findings as workflow commands, which GitHub Actions shows beside the changed lines."""

from collections.abc import Iterator, Mapping

from patcher.model import Finding, Report, RuleInfo, Severity
from patcher.report.findings.summary import explanation, headline, summarize
from patcher.text.display import one_line, printable

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github_report(report: Report, rules: Mapping[str, RuleInfo]) -> str:
    """`report` as one workflow command a line; a file that was skipped is a warning.

    See "Workflow commands for GitHub Actions" for the format: `%`, CR and LF are encoded in the message, in
    properties `:` and `,` too, so that no file name or source text can add a property or a command.
    """
    lines = [
        *(_annotation(finding, rules.get(finding.rule)) for finding in report.findings),
        *(
            command("warning", entry.reason, file=entry.path, title="nextfix: skipped")
            for entry in report.skipped
        ),
        *(command("warning", advice, title="nextfix: Node") for advice in report.advice),
        f"nextfix: {headline(summarize(report))}",
    ]
    return "".join(f"{line}\n" for line in lines)


def command(name: str, message: str, **properties: object) -> str:
    """The workflow command `name` with `properties` and a message that may have several lines."""
    written = ",".join(_properties(properties))
    return f"::{name} {written}::{_data(printable(message))}"


def _properties(properties: Mapping[str, object]) -> Iterator[str]:
    for key, value in properties.items():
        yield f"{key}={_data(one_line(str(value))).replace(':', '%3A').replace(',', '%2C')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _annotation(finding: Finding, rule: RuleInfo | None) -> str:
    message = "\n".join(part for part in (finding.message, explanation(finding, rule)) if part)
    return command(
        _COMMAND[finding.severity],
        message,
        file=finding.path,
        line=finding.line,
        endLine=finding.end_line,
        col=finding.column,
        title=f"nextfix {finding.rule}",
    )
