"""What a report comes to, in numbers and in one line."""

from collections.abc import Iterable
from dataclasses import dataclass

from patcher.model import Finding, Report, RuleInfo, Severity


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a report: findings by severity, and what was and was not looked at."""

    errors: int
    warnings: int
    notes: int
    files: int
    copies: int
    skipped: int
    ignored: int
    accepted: int
    excluded: int
    unserved: int
    stale: int
    fixed: int


def summarize(report: Report) -> Summary:
    """The counts of `report`."""

    def count(severity: Severity) -> int:
        return sum(finding.severity is severity for finding in report.findings)

    return Summary(
        errors=count(Severity.ERROR),
        warnings=count(Severity.WARNING),
        notes=count(Severity.NOTE),
        files=report.scanned,
        copies=len(report.copies),
        skipped=len(report.skipped),
        ignored=report.ignored,
        accepted=report.accepted,
        excluded=report.excluded,
        unserved=report.unserved,
        stale=len(report.stale),
        fixed=report.fixed,
    )


def reached(findings: Iterable[Finding], fail_on: Severity) -> tuple[Finding, ...]:
    """The findings that are at least as severe as `fail_on`."""
    return tuple(finding for finding in findings if finding.severity.rank <= fail_on.rank)


def explanation(finding: Finding, rule: RuleInfo | None) -> str:
    """Why the code keeps the request, what to do and where it matters: the finding's own words, else its rule's."""
    known = (rule.why, rule.help) if rule is not None else ()
    said = (finding.detail,) if finding.detail else known
    return "\n".join(part for part in (*said, where(finding)) if part)


def where(finding: Finding) -> str:
    """On which Node and with which tracers a finding matters, and how the kept requests grow in number."""
    grown = f"It keeps {finding.growth}." if finding.growth else ""
    reason = finding.applies.reason if finding.applies else ""
    return " ".join(part for part in (grown, reason) if part)


def counted(number: int, word: str) -> str:
    """`1 error`, `2 errors`, `2 copies`."""
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("y") else f"{number} {word}s"


def severities(errors: int, warnings: int, notes: int) -> str:
    """`2 errors and 1 note`; `no findings` for three zeros."""
    parts = [
        counted(number, word)
        for number, word in ((errors, "error"), (warnings, "warning"), (notes, "note"))
        if number
    ]
    if not parts:
        return "no findings"
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]


def headline(summary: Summary) -> str:
    """The summary line: what was found, what was looked at, and what is missing from the list."""
    if not (summary.files or summary.copies or summary.skipped or summary.excluded or summary.unserved):
        return "nothing was looked at"
    looked = [counted(summary.files, "file")] if summary.files or not summary.copies else []
    looked += [counted(summary.copies, "installed copy")] if summary.copies else []
    aside = [
        f"{number} {word}"
        for number, word in (
            (summary.fixed, "fixed"),
            (summary.skipped, "skipped"),
            (summary.ignored, "ignored inline"),
            (summary.accepted, "in the baseline"),
            (summary.excluded, "excluded by the configuration"),
            (summary.unserved, "left out as no server runs them (--thorough)"),
            (summary.stale, "stale in the baseline"),
        )
        if number
    ]
    found = severities(summary.errors, summary.warnings, summary.notes)
    return f"{found} in {' and '.join(looked)}" + (f"; {', '.join(aside)}" if aside else "")
