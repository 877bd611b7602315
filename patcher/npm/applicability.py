"""Whether what is kept carries a request where the project runs, by the measured table. It never hides a finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from patcher.model import Applies
from patcher.npm.runtime import Runtime, runtime_of
from patcher.npm.tracers import Tracer, find_tracers
from patcher.npm.workspaces import project_folders
from patcher.retention.kinds import KINDS, Kept
from patcher.retention.table import BASE, Release, kept, measured_releases
from patcher.retention.words import EVERY, NO, when
from patcher.text.paths import shown

_Verdict = Literal["yes", "no", "some", "unknown"]
_UPGRADE = (
    "{versions} keeps a request in each pooled HTTP parser, whatever the code does: upgrade Node to {to}"
)
# Releases whose pool of HTTP parsers keeps requests (nodejs/node#61882), with the release that cures it.
_PARSER_POOL = (((24, 0, 0), (24, 15, 0)), ((25, 0, 0), (25, 8, 2)))


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a project runs: its Node and its tracers."""

    runtime: Runtime
    tracers: tuple[Tracer, ...]


def situation_of(project: Path, *, running: bool = True) -> Situation:
    """Read the situation of the project at `project`; `running` permits to ask `node --version`."""
    return Situation(runtime_of(project, running=running), find_tracers(project))


def applies(kind: Kept, situation: Situation) -> Applies:
    """Whether a kept thing of `kind` matters in `situation`, with the reason in a sentence or two.

    The verdict is that of the Node that the project declares, under all tracers that were found. The Node that merely
    runs is named, and decides nothing.
    """
    if kind == "request":
        return Applies("yes", "It keeps the request itself, on every Node.")
    runtime = situation.runtime
    rows = _rows(situation.tracers)
    verdict = _verdict(kind, runtime, tuple(rows))
    reason = _where(kind, rows, runtime, verdict)
    if verdict == "no":
        return Applies(verdict, reason)
    if not situation.tracers:
        return Applies(
            "unknown",
            f"{reason} No tracer was found: it matters once something keeps a store for each request.",
        )
    names = ", ".join(map(str, situation.tracers))
    verb = "keeps" if len(situation.tracers) == 1 else "keep"
    return Applies(verdict, f"{reason} {names} {verb} a store for each request.")


def without_effect(applied: Applies | None) -> bool:
    """Whether a finding with this verdict is only a note: by what the project declares, it keeps no request there."""
    return applied is not None and applied.verdict == "no"


def affected_here(project: Path) -> str:
    """One line that answers "am I affected here?" for the Node that `project` declares and its tracers."""
    return said_of(situation_of(project))


def said_of(situation: Situation) -> str:
    """The line of `affected_here` for a situation that is known."""
    runtime, tracers = situation.runtime, situation.tracers
    rows = tuple(_rows(tracers))
    held = {kind: _verdict(kind, runtime, rows) for kind, known in KINDS.items() if known.trials}
    free = [KINDS[kind].plural for kind, verdict in held.items() if verdict == "no" and kind != "storage"]
    some = [KINDS[kind].plural for kind, verdict in held.items() if verdict in ("some", "unknown")]
    where = (
        f"on {runtime}"
        if runtime.declared
        else f"on any Node (this project declares none; {runtime.versions or 'none'} runs here)"
    )
    names = ", ".join(map(str, tracers)) or "no tracer found"
    said = "kept things keep their request"
    if free:
        said += f", but not {_listed(free)}"
    if some:
        said += f"; on some releases only: {_listed(some)}"
    if not tracers:
        said = f"once something keeps a store for each request, {said}"
    return f"affected here? {where} with {names}: {said}"


def status_lines(project: Path) -> list[str]:
    """What `status` ends with: the advice about Node, if there is any, and the answer to "am I affected here?"; for a
    workspace that declares no Node, which one its packages declare."""
    runtime = runtime_of(project, running=False)
    advice = upgrade_advice(runtime)
    return [
        *([f"note: {advice}"] if advice else []),
        affected_here(project),
        *([] if runtime.declared else _declared_inside(project)),
    ]


def _declared_inside(root: Path) -> Iterator[str]:
    """What the packages of a workspace declare: `check` judges each finding by the Node of its own package."""
    for folder in project_folders(root, []):
        runtime = runtime_of(folder, running=False) if folder != root else None
        if runtime is not None and runtime.declared:
            yield f"in {shown(folder)}: on {runtime}, by which check judges what it finds there"


def upgrade_advice(runtime: Runtime) -> str:
    """What to do about the pool of HTTP parsers of the Node that a project declares; empty when it has no such pool.

    Node 24.0 to 24.14 and 25.0 to 25.8.1 keep one request for each parser that was in use at once.
    """
    if not runtime.declared or not runtime.releases:
        return ""
    cures = {to: None for release in runtime.releases for since, to in _PARSER_POOL if since <= release < to}
    if not cures or not all(_has_pool(release) for release in runtime.releases if release[0] in (24, 25)):
        return ""
    to = " or ".join(".".join(map(str, release)) for release in cures)
    return _UPGRADE.format(versions=f"Node {runtime.versions} ({runtime.stated})", to=f"{to} or later")


def _has_pool(release: Release) -> bool:
    return any(since <= release < to for since, to in _PARSER_POOL)


def _rows(tracers: tuple[Tracer, ...]) -> dict[str, Tracer | None]:
    """The rows of the table that count, with the tracer each is for; AsyncLocalStorage when there is none."""
    return {tracer.row: tracer for tracer in tracers} or {BASE: None}


def _verdict(kind: Kept, runtime: Runtime, rows: tuple[str, ...]) -> _Verdict:
    releases = runtime.releases if runtime.declared else measured_releases()
    flag = runtime.flag if runtime.declared else ""
    found = {any(kept(kind, release, flag, row) for row in rows) for release in releases}
    if len(found) > 1:
        return "some" if runtime.declared else "unknown"
    return "yes" if True in found else "no"


def _where(kind: Kept, rows: dict[str, Tracer | None], runtime: Runtime, verdict: _Verdict) -> str:
    """On which Node it matters, and which one this project has."""
    own = next((tracer for row, tracer in rows.items() if when(kind, row) != when(kind)), None)
    stretch = when(kind, own.row) if own is not None else when(kind)
    if runtime.declared:
        flag = f" with {runtime.flag}" if runtime.flag else ""
        here = f"this project: {runtime.versions} ({runtime.stated}){flag}"
    elif runtime.versions:
        here = f"this project declares no Node; {runtime.versions} runs here"
    else:
        here = "this project declares no Node"
    if stretch == NO:
        return f"It keeps no request on any measured Node; {here}."
    under = f" under {own}" if own is not None else ""
    if verdict == "no":
        return f"It does not matter here: {KINDS[kind].name} keeps its request on {stretch}{under}; {here}."
    if own is None and stretch != EVERY and runtime.flag:
        stretch += ", and as long as AsyncContextFrame is off"
    return f"It matters on {stretch}{under}; {here}."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
