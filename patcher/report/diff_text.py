"""Unified diffs for people: coloured, with long lines cut to what changes in them; and counted for a summary."""

import io
import re
from collections.abc import Iterator, Sequence

from patcher.report.terminal import Palette
from patcher.text.display import printable
from patcher.text.unified import headless

_LONGEST = 300  # characters of a line that a terminal is shown whole
_AROUND = 60  # characters shown before and after what changes in a longer line
_MOST_REGIONS = 8  # changed places that are shown of one line
_TOKENS = re.compile(r"[^;,{}]*[;,{}]?")
_ROLES = {"@": "hunk", "+": "added", "-": "removed"}


def shown_diff(patch: bytes, palette: Palette, *, full: bool = False) -> str:
    """Write `patch` for a terminal: in the colours of `palette`, control characters escaped.

    Of a line of minified code the regions that change are shown, and how long the line is; with `full` all of it.
    """
    lines = patch.decode("utf-8", "replace").split("\n")
    return "\n".join(_painted(printable(line), palette) for line in (lines if full else _shortened(lines)))


def _painted(line: str, palette: Palette) -> str:
    role = "bold" if line.startswith(("diff ", "--- ", "+++ ")) else _ROLES.get(line[:1])
    return palette.paint(role, line) if role else line


def _shortened(lines: Sequence[str]) -> Iterator[str]:
    """`lines`, the long ones cut; a long line that replaces one is cut where the two differ."""
    replaced: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if len(line) <= _LONGEST:
            replaced = []
            yield line
            at += 1
            continue
        run = [line]
        while at + len(run) < len(lines) and _continues(lines[at + len(run)], line[0]):
            run.append(lines[at + len(run)])
        at += len(run)
        if line[0] == "-":
            replaced = run
            after = _run(lines, at)
            yield from (_cut(old, new) for old, new in _pairs(run, after))
        else:
            yield from (_cut(new, old) for new, old in _pairs(run, replaced))
            replaced = []


def _continues(line: str, sign: str) -> bool:
    return len(line) > _LONGEST and line.startswith(sign)


def _run(lines: Sequence[str], at: int) -> list[str]:
    """The long lines that are added from `at` on."""
    end = at
    while end < len(lines) and _continues(lines[end], "+"):
        end += 1
    return list(lines[at:end])


def _pairs(run: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    for index, line in enumerate(run):
        yield line, others[index] if index < len(others) else ""


def _cut(line: str, other: str) -> str:
    """The regions of `line` that `other` does not have, each with some text around it."""
    body = line[1:]
    regions = list(_regions(body, other[1:])) if other else [(0, _LONGEST - _AROUND)]
    shown, end = line[0], 0
    for start, stop in regions[:_MOST_REGIONS]:
        first, last = max(start - _AROUND, end), min(stop + _AROUND, len(body))
        shown += (" ... " if first > end else "") + body[first:last]
        end = max(end, last)
    more = f", {len(regions) - _MOST_REGIONS} more changes" if len(regions) > _MOST_REGIONS else ""
    return f"{shown} ... [{len(body)} characters{more}]"


def _regions(body: str, other: str) -> Iterator[tuple[int, int]]:
    """Where `body` differs from `other`, as offsets; regions near to each other are one."""
    from difflib import SequenceMatcher

    ours, theirs = _TOKENS.findall(body), _TOKENS.findall(other)
    start, end = 0, 0
    place = [0]
    for token in ours:
        place.append(place[-1] + len(token))
    shared = _shared_start(ours, theirs)
    rest = _shared_start(ours[shared:][::-1], theirs[shared:][::-1])
    inner = SequenceMatcher(None, ours[shared : len(ours) - rest], theirs[shared : len(theirs) - rest])
    found = False
    for kind, first, last, _, _ in inner.get_opcodes():
        if kind == "equal":
            continue
        low, high = place[first + shared], place[last + shared]
        if found and low - end <= 2 * _AROUND:
            end = high
            continue
        if found:
            yield start, end
        start, end, found = low, high, True
    if found:
        yield start, end


def _shared_start(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements both begin with."""
    count = 0
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def counts(patch: bytes) -> tuple[int, int, int]:
    """Hunks, added lines and removed lines of a patch."""
    from unidiff.patch import PatchSet

    files = PatchSet(io.StringIO(headless(patch).decode("latin-1"), newline="\n"))
    return sum(len(file) for file in files), files.added, files.removed
