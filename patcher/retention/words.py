"""The measured table in words: on which Node a kind keeps its request, and the six rows of the front page."""

from patcher.retention.kinds import KINDS, Kept
from patcher.retention.table import BASE, Cell, Release, cells, kept

# The columns of the six rows: what they are called, and releases of Node that stand for each.
_COLUMNS: tuple[tuple[str, tuple[Release, ...]], ...] = (
    ("18, 20, 22", ((18, 20, 8), (20, 20, 2), (22, 23, 3))),
    (
        "24.0 to 24.19, 25, 26.0 to 26.5",
        ((24, 0, 0), (24, 19, 0), (25, 0, 0), (25, 9, 0), (26, 0, 0), (26, 5, 1)),
    ),
    ("24.20 and later, 26.6 and later", ((24, 20, 0), (24, 21, 0), (26, 6, 0), (26, 10, 0))),
)
_OWN = ("cls-hooked", "dd-trace-5.20")
_ROWS: tuple[tuple[Kept, ...], ...] = (
    ("promise", "web-stream"),
    ("timer",),
    ("live-timer",),
    ("reaction",),
    ("stream",),
    ("handle", "context"),
)
EVERY = "every Node"
NO = "no Node"


def when(kind: Kept, tracker: str = BASE) -> str:
    """On which Node `kind` keeps its request under `tracker`: `Node before 24`, `every Node`, `no Node`."""
    known = [cell for cell in cells(kind, tracker) if not cell.flag]
    if all(cell.kept for cell in known):
        return EVERY
    if not any(cell.kept for cell in known):
        return NO
    return "Node " + ", and ".join(_runs(known))


def _runs(known: list[Cell]) -> list[str]:
    """The stretches of releases in which the kind is kept, the oldest first."""
    found: list[str] = []
    start = -1
    for place, cell in enumerate(known):
        if cell.kept and start < 0:
            start = place
        if start >= 0 and not cell.kept:
            found.append(_stretch(known, start, place))
            start = -1
    if start >= 0:
        found.append(f"{_short(known[start].node)} and later")
    return found


def _stretch(known: list[Cell], start: int, end: int) -> str:
    until = _short(known[end].node)
    return f"before {until}" if start == 0 else f"from {_short(known[start].node)} until {until}"


def _short(release: Release) -> str:
    major, minor, patch = release
    return f"{major}.{minor}.{patch}" if patch else f"{major}.{minor}" if minor else f"{major}"


def affected_rows() -> str:
    """Which Node and tracer keeps what, as a Markdown table of six rows, from the measured table."""
    heads = [f"Node {column}" for column, _ in _COLUMNS]
    lines = [
        "| kept after its request | " + " | ".join([*heads, "cls-hooked", "dd-trace up to 5.20"]) + " |",
        "| --- |" + " --- |" * (len(heads) + len(_OWN)),
    ]
    for kinds in _ROWS:
        names = "; ".join(KINDS[kind].row for kind in kinds)
        signs = [_sign(kinds, BASE, releases) for _, releases in _COLUMNS]
        signs += [_sign(kinds, tracker, ()) for tracker in _OWN]
        lines.append(f"| {names} | " + " | ".join(signs) + " |")
    return "\n".join(lines)


def _sign(kinds: tuple[Kept, ...], tracker: str, releases: tuple[Release, ...]) -> str:
    """What the cell of a row says: of AsyncLocalStorage on some releases, or of a tracker wherever it was measured."""
    if releases:
        found = {kept(kind, release, "", tracker) for kind in kinds for release in releases}
    else:
        found = {cell.kept for kind in kinds for cell in cells(kind, tracker) if not cell.flag}
    if found == {True}:
        return "kept"
    if found == {False}:
        return "free"
    stretches = sorted({when(kind, tracker).removeprefix("Node ") for kind in kinds})
    return f"kept {' / '.join(stretches)}"
