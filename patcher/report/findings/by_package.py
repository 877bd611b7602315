"""A report as a table: one line a package with its counts, and what to do about it."""

import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from patcher.disk.presence import is_regular
from patcher.model import Finding, Report, Severity
from patcher.report.findings.summary import headline, severities, summarize
from patcher.text.display import one_line

_OWN = "your own source"


def by_package(report: Report) -> str:
    """The counts of `report` by package, what fails a build first, and the line that sums it up."""
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    whose = cache(_owner)
    for finding in report.findings:
        package = finding.package
        folder = os.path.dirname(finding.path)
        groups[f"{package.name} {package.version}".rstrip() if package else whose(folder)].append(finding)
    ordered = sorted(groups.items(), key=lambda group: (_loudness(group[1]), group[0]))
    lines = [line for name, found in ordered for line in _lines(name, found)]
    return "".join(f"{line}\n" for line in (*lines, headline(summarize(report))))


def _owner(folder: str) -> str:
    """Whose the source in `folder` is: in a workspace, that of the package with the nearest package.json."""
    while folder and folder not in (os.curdir, os.sep) and not is_regular(Path(folder, "package.json")):
        folder = os.path.dirname(folder)
    return _OWN if folder in ("", os.curdir, os.sep) else f"{_OWN} in {folder}"


def _loudness(found: list[Finding]) -> tuple[int, ...]:
    return tuple(-sum(finding.severity is severity for finding in found) for severity in Severity)


def _lines(name: str, found: list[Finding]) -> Iterator[str]:
    counts = severities(*(sum(finding.severity is severity for finding in found) for severity in Severity))
    copies = max(finding.times // max(len(finding.lines), 1) for finding in found)
    twice = f", in up to {copies} files each" if copies > 1 else ""
    yield f"{one_line(name)}: {counts}{twice}"
    yield f"    {_advice(found)}"


def _advice(found: list[Finding]) -> str:
    package = found[0].package
    if package is not None and any(f.fix == "available" and not f.fixed_by for f in found):
        return "nextfix apply"
    command = next((finding.fixed_by for finding in found if finding.fixed_by), "")
    if command:
        return one_line(command)
    if all(finding.severity is Severity.NOTE for finding in found):
        return "only notes: nextfix check --verbose says what is in doubt"
    if package is None:
        return "nextfix check --fix --dry-run"
    why = f"nextfix apply --dry-run --scope deps --package {one_line(package.name)}"
    return f"no rewrite is safe, and this says why: {why}"
