"""The measured table: does a kind of kept thing keep its request on a release of Node, under a tracer?

`table.json` has a line for each tracer and release of Node, with one sign for each trial: `R` kept, `.` free, `?` not
there in that release. `python -m tests.retention` writes it.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from patcher.retention.kinds import KINDS, Kept

TABLE = Path(__file__).with_name("table.json")
# The tracer that every other is compared with: AsyncLocalStorage itself, measured on the most releases.
BASE = "als-run"

Release = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One measured release of Node, the flag that it was given, and whether the kind was kept."""

    node: Release
    flag: str
    kept: bool


def release_of(version: str) -> Release:
    """`24.11.0` as numbers; parts that are not there are 0."""
    major, minor, patch = (*(int(part) for part in version.split(".")), 0, 0)[:3]
    return major, minor, patch


@cache
def cells(kind: Kept, tracker: str = BASE) -> tuple[Cell, ...]:
    """What was measured of `kind` under `tracker`, in the order of the releases.

    A kind is kept where any of its trials is. A tracer that agrees with AsyncLocalStorage wherever both were measured
    rests on it, and has its cells, which are many more.
    """
    own = _measured(kind, tracker)
    if tracker == BASE:
        return own
    base = {(cell.node, cell.flag): cell.kept for cell in cells(kind)}
    follows = all(base.get((cell.node, cell.flag), cell.kept) is cell.kept for cell in own)
    return cells(kind) if follows else own


def kept(kind: Kept, version: Release, flag: str = "", tracker: str = BASE) -> bool | None:
    """Whether `kind` keeps its request on the Node `version`; None where nothing near was measured.

    The nearest measured release that is not newer stands for it: both sides of every change are in the table.
    What has no trials is kept on every Node.
    """
    if not KINDS[kind].trials:
        return True
    known = cells(kind, tracker)
    with_flag = [cell for cell in known if flag and cell.flag == flag and cell.node[0] == version[0]]
    near = with_flag or [cell for cell in known if not cell.flag]
    older = [cell for cell in near if cell.node <= version]
    if not near:
        return None
    return (older[-1] if older else near[0]).kept


@cache
def measured_releases() -> tuple[Release, ...]:
    """The releases of Node that AsyncLocalStorage was measured on."""
    found = {release_of(where.partition(" ")[0]) for where in _table()["trackers"][BASE]["cells"]}
    return tuple(sorted(found))


def _measured(kind: Kept, tracker: str) -> tuple[Cell, ...]:
    table = _table()
    places = [table["trials"].index(trial) for trial in KINDS[kind].trials]
    found = []
    for where, signs in table["trackers"][tracker]["cells"].items():
        version, _, flag = where.partition(" ")
        seen = {signs[place] for place in places} if len(signs) == len(table["trials"]) else {"?"}
        if seen - {"?"}:
            found.append(Cell(release_of(version), flag, "R" in seen))
    return tuple(sorted(found, key=lambda cell: cell.node))


@cache
def _table() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(TABLE.read_bytes())
    return held
