"""One report in any format; the module of a format is imported when that format is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from patcher.model import Report, RuleInfo, Severity
from patcher.report.findings.outputs import ReportFormat


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a format needs to know besides the report.

    `rules` is what is known of the rules, by id; `fail_on` the severity from which a finding fails;
    `quiet`, `verbose`, `width` (cells), `colour` and `summary` (a table by package) are for text.
    """

    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    fail_on: Severity = Severity.WARNING
    quiet: bool = False
    verbose: bool = False
    width: int = 100
    colour: bool = False
    summary: bool = False


def render(report: Report, format: ReportFormat, shown: Presentation) -> str:
    """`report` in `format`, ready to be written; it ends with a newline unless it is empty."""
    return _RENDERERS[format](report, shown)


def _text(report: Report, shown: Presentation) -> str:
    if shown.summary:
        from patcher.report.findings.by_package import by_package

        return by_package(report)
    from patcher.report.findings.excerpt import file_reader
    from patcher.report.findings.text_report import Detail, TextStyle, text_report
    from patcher.report.terminal import Palette

    detail = Detail.QUIET if shown.quiet else Detail.VERBOSE if shown.verbose else Detail.NORMAL
    style = TextStyle(detail, shown.width, Palette(shown.colour))
    return text_report(report, shown.rules, file_reader(), style)


def _json(report: Report, _: Presentation) -> str:
    from patcher.report.findings.json_report import json_report

    return json_report(report)


def _sarif(report: Report, shown: Presentation) -> str:
    from patcher.report.findings.sarif import sarif_report

    return sarif_report(report, shown.rules)


def _github(report: Report, shown: Presentation) -> str:
    from patcher.report.findings.github import github_report

    return github_report(report, shown.rules)


def _junit(report: Report, shown: Presentation) -> str:
    from patcher.report.findings.junit import junit_report

    return junit_report(report, shown.rules, shown.fail_on)


_RENDERERS: Mapping[ReportFormat, Callable[[Report, Presentation], str]] = {
    ReportFormat.TEXT: _text,
    ReportFormat.JSON: _json,
    ReportFormat.SARIF: _sarif,
    ReportFormat.GITHUB: _github,
    ReportFormat.JUNIT: _junit,
}
