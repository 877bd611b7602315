"""Where each finding matters: by the Node and the tracers of the project that its file belongs to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from patcher.disk.presence import is_regular
from patcher.model import Applies, CopyState, Finding, Severity, Verdict
from patcher.npm.applicability import (
    Situation,
    applies,
    said_of,
    situation_of,
    upgrade_advice,
    without_effect,
)
from patcher.retention.kinds import Kept

_MODULES = "node_modules"


def with_verdicts(findings: Iterable[Finding]) -> Iterator[Finding]:
    """`findings`, each with the verdict of where it matters; a note where it matters on no Node that is declared."""
    for finding in findings:
        if finding.applies is None and finding.keeps is not None:
            situation = _situation(_project(finding.path))
            finding = replace(finding, applies=_applies(finding.keeps, situation))
        noted = without_effect(finding.applies) and finding.severity is not Severity.NOTE
        yield replace(finding, severity=Severity.NOTE) if noted else finding


def node_advice() -> tuple[str, ...]:
    """What to do about the Node itself that the project in the working directory declares, a sentence each."""
    advice = upgrade_advice(_situation(Path()).runtime)
    return (advice,) if advice else ()


def affected(copies: Sequence[CopyState]) -> str:
    """The answer to "am I affected here?" of the project in the working directory, where some of its `copies` are
    affected; empty where none is."""
    some = any(copy.verdict is Verdict.AFFECTED for copy in copies)
    return said_of(_situation(Path())) if some else ""


def forget() -> None:
    """Read the projects anew when they are asked for the next time."""
    for known in (_situation, _applies, _nearest):
        known.cache_clear()


@cache
def _situation(project: Path) -> Situation:
    return situation_of(project)


@cache
def _applies(kind: Kept, situation: Situation) -> Applies:
    return applies(kind, situation)


def _project(path: str) -> Path:
    """The project whose server runs the file at `path`: the nearest folder with a package.json that no other package
    lies in."""
    parts = Path(path).parts
    if _MODULES in parts:
        return _nearest(Path(*parts[: parts.index(_MODULES)]))
    return _nearest(Path(path).parent)


@cache
def _nearest(folder: Path) -> Path:
    if is_regular(folder / "package.json") or folder == folder.parent:
        return folder
    return _nearest(folder.parent)
