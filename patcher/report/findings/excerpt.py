"""The lines of source around a finding, its slot underlined, fit for a terminal of any width."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from patcher.disk.outside import read_outside
from patcher.errors import NextfixError
from patcher.model import Finding
from patcher.text.display import one_line

TAB = "    "
CUT = "…"
MAX_BYTES = 64 * 1024 * 1024

_TOKEN = re.compile(r"[\w$.#]+")


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One line to show: its 1-based number, its printable text, and where to underline it.

    `mark_at` and `mark_width` count terminal cells; a width of 0 is a line of context.
    """

    number: int
    text: str
    mark_at: int = 0
    mark_width: int = 0


@dataclass(frozen=True, slots=True)
class _Window:
    """The characters of a line that are shown: from `start` up to `start + size`."""

    start: int
    size: int

    def show(self, line: str) -> str:
        kept = line[self.start : self.start + self.size]
        before = CUT if self.start and kept else ""
        after = CUT if len(line) > self.start + self.size else ""
        return before + displayed(kept) + after


def excerpt(finding: Finding, lines: Sequence[str], width: int, context: int = 1) -> tuple[ExcerptLine, ...]:
    """The line of `finding` in `lines` with `context` lines on both sides.

    Args:
        finding: where to look; its column counts characters.
        lines: the lines of its file, split once for all of its findings.
        width: how many cells a line may take; longer ones are cut around the slot.
        context: lines of context on each side.

    Returns:
        The lines in order, or nothing when `lines` has no such line (the file has changed).
    """
    if not 1 <= finding.line <= len(lines):
        return ()
    target = lines[finding.line - 1].removesuffix("\r")
    start = min(max(finding.column - 1, 0), len(target))
    length = _slot_length(finding, target, start)
    window = _window(target, start, length, width)
    shown: list[ExcerptLine] = []
    for number in range(finding.line - context, finding.line + context + 1):
        if number == finding.line:
            shown.append(_marked(number, target, window, start, length))
        elif 1 <= number <= len(lines):
            line = lines[number - 1].removesuffix("\r")
            beside = _Window(window.start, _fitting(line[window.start : window.start + width], width - 2))
            if line[beside.start : beside.start + beside.size].strip():
                shown.append(ExcerptLine(number, beside.show(line)))
    return tuple(shown)


def _slot_length(finding: Finding, line: str, start: int) -> int:
    """How many characters of `line` from `start` are the slot; at least one."""
    if finding.slot and line.startswith(finding.slot, start):
        return len(finding.slot)
    token = _TOKEN.match(line, start)
    length = len(token[0].rstrip(".")) if token else 1
    if finding.end_line == finding.line and finding.end_column > finding.column:
        length = min(length, finding.end_column - finding.column)
    return max(length, 1)


def _window(line: str, start: int, length: int, width: int) -> _Window:
    """The part of `line` to show: all of it where it fits, else a run with the slot in its first third."""
    if len(line) <= width and cells(displayed(line)) <= width:
        return _Window(0, len(line))
    room = max(width - 2 * len(CUT), 20)
    first = 0
    if start + length > room or cells(displayed(line[: start + length])) > room:
        first = start - _fitting(reversed(line[max(start - room, 0) : start]), room // 3)
    return _Window(first, _fitting(line[first : first + room], room))


def _fitting(characters: Iterable[str], room: int) -> int:
    """How many of `characters`, from the first, fit into `room` cells."""
    fitting = 0
    for character in characters:
        room -= cells(displayed(character))
        if room < 0:
            break
        fitting += 1
    return fitting


def _marked(number: int, line: str, window: _Window, start: int, length: int) -> ExcerptLine:
    lead = (CUT if window.start else "") + displayed(line[window.start : start])
    slot = line[start : min(start + length, window.start + window.size)]
    return ExcerptLine(number, window.show(line), cells(lead), max(cells(displayed(slot)), 1))


def displayed(text: str) -> str:
    """One line of source as it is shown: tabs as spaces, controls as escapes."""
    return one_line(text.replace("\t", TAB))


def cells(text: str) -> int:
    """How many terminal cells `text` takes; wide characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def file_reader(root: Path | None = None) -> Callable[[str], Sequence[str] | None]:
    """A function that reads the lines of a reported file, relative to `root`; it remembers the last one.

    It returns None for a file that is gone, unreadable or larger than MAX_BYTES: a report without its
    excerpt is better than no report.
    """
    last: list[tuple[str, Sequence[str] | None]] = []

    def read(path: str) -> Sequence[str] | None:
        if not last or last[0][0] != path:
            last[:] = [(path, _read((root or Path()) / path))]
        return last[0][1]

    return read


def _read(path: Path) -> Sequence[str] | None:
    try:
        return read_outside(path, limit=MAX_BYTES).decode("utf-8", "surrogateescape").split("\n")
    except NextfixError:
        return None
