"""One finding for what a function does several times: eight races with a timeout are one thing to act on."""

from dataclasses import replace

from patcher.model import Finding, Report

_NAMED = 6  # lines; more of them are counted


def one_a_function(report: Report) -> Report:
    """`report` with the findings of one rule and one slot in one function as one, at the first of their lines.

    It says in `times` and `lines` how many there are and where. What differs in severity, doubt or in what can be
    fixed stays apart. To be asked last: ignores, the baseline and `--fix` are about single lines.
    """
    groups: dict[object, list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault(_cause(finding), []).append(finding)
    return replace(report, findings=tuple(_as_one(group) for group in groups.values()))


def _cause(finding: Finding) -> object:
    if not finding.function:
        return (finding.order, finding.slot)
    return (
        finding.path,
        finding.function,
        finding.rule,
        finding.slot,
        finding.severity,
        finding.doubt,
        finding.fix,
        finding.unfixed,
    )


def _as_one(group: list[Finding]) -> Finding:
    first = min(group, key=lambda finding: finding.order)
    lines = tuple(sorted({finding.line for finding in group}))
    if len(lines) == 1:
        return first
    others = [str(line) for line in lines[1:]]
    left = len(others) - _NAMED
    named = ", ".join(others[:_NAMED]) + (f" and {left} more" if left > 0 else "")
    said = f"{first.message}; the same in line{'s' if len(others) > 1 else ''} {named}"
    return replace(first, times=first.times * len(lines), lines=lines, message=said)
