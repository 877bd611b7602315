"""A source map: where in the sources the code of a bundle was written (ECMA-426).

A snapshot has only lines and columns of what Node ran. The map that a build wrote beside it has the rest: `mappings`
is one text, a group of base64 digits a number, which are all decoded at once. A map that makes no sense maps nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LARGEST = 1 << 24  # characters of mappings
_LONGEST_NUMBER = 7  # digits: more do not fit 32 bits
_MOST_SECTIONS = 10_000
_FILE = "file://"
_SCHEME = re.compile(
    r"\w[\w.+-]*://[^/]*/(?:\[[\w-]+\]/)?(?:\./)?"
)  # webpack://app/./, turbopack:///[project]/

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Original:
    """Where something was written: the source as the map calls it, without a scheme, and the line, from 1.

    A relative source is one beside the map, not in some folder of the bundler's.
    """

    source: str
    line: int
    is_relative: bool


class SourceMap:
    """A map that was parsed from JSON.

    Args:
        content: the object; whatever else it is, nothing is found in it.
    """

    def __init__(self, content: Any) -> None:
        sections = content.get("sections") if isinstance(content, Mapping) else None
        parts = sections[:_MOST_SECTIONS] if isinstance(sections, list) else [{"map": content}]
        self._parts = [part for part in map(_part, parts) if part is not None]

    def original(self, line: int, column: int) -> Original | None:
        """Where the code at `line` and `column` of the bundle, both from 0, was written; None when it does not say."""
        before = [part for part in self._parts if (part.line, part.column) <= (line, column)]
        if not before:
            return None
        part = max(before, key=lambda part: (part.line, part.column))
        within = column - part.column if line == part.line else column
        return part.original(line - part.line, within)


class _Part:
    """A map without sections, which begins at a line and a column of the bundle."""

    def __init__(self, line: int, column: int, content: Mapping[str, Any]) -> None:
        self.line, self.column = line, column
        self._content = content

    def original(self, line: int, column: int) -> Original | None:
        lines, columns, sources, originals = self._segments
        first, last = np.searchsorted(lines, (line, line + 1)).tolist()
        at = first + int(np.searchsorted(columns[first:last], column, side="right")) - 1
        names = self._content.get("sources")
        if at < first or not isinstance(names, list) or not 0 <= sources[at] < len(names):
            return None
        name = names[sources[at]]
        if not isinstance(name, str):
            return None
        root = self._content.get("sourceRoot")
        whole = f"{root.rstrip('/')}/{name}" if isinstance(root, str) and root else name
        source = whole.removeprefix(_FILE) if whole.startswith(_FILE) else _SCHEME.sub("", whole, count=1)
        return Original(source, int(originals[at]) + 1, "://" not in whole and not whole.startswith("/"))

    @cached_property
    def _segments(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Line and column in the bundle, source and line there, of each segment that has a source."""
        nothing = np.zeros(0, dtype=np.int64)
        mappings = self._content.get("mappings")
        if not isinstance(mappings, str) or not mappings.isascii() or len(mappings) > _LARGEST:
            return (nothing,) * 4
        return _decoded(np.frombuffer(mappings.encode(), dtype=np.uint8)) or (nothing,) * 4


def _part(section: Any) -> _Part | None:
    if not isinstance(section, Mapping) or not isinstance(section.get("map"), Mapping):
        return None
    offset = section.get("offset", {})
    if not isinstance(offset, Mapping):
        return None
    line, column = offset.get("line", 0), offset.get("column", 0)
    if not isinstance(line, int) or not isinstance(column, int):
        return None
    return _Part(line, column, section["map"])


def _decoded(text: npt.NDArray[np.uint8]) -> tuple[Numbers, Numbers, Numbers, Numbers] | None:
    """The segments of `mappings` that have a source; None when the text is something else."""
    table = np.full(256, 255, dtype=np.uint8)
    table[np.frombuffer(_DIGITS, dtype=np.uint8)] = np.arange(64)
    digits = table[text]
    places = np.flatnonzero(digits < 64)
    separators = (text == ord(",")) | (text == ord(";"))
    if not len(places) or not (separators | (digits < 64)).all():
        return None
    values = digits[places].astype(np.int64)
    is_last = (values & 32) == 0
    starts = np.concatenate(([0], np.flatnonzero(is_last)[:-1] + 1))
    within = np.arange(len(values)) - np.repeat(starts, np.diff(np.concatenate((starts, [len(values)]))))
    if not is_last[-1] or within.max() >= _LONGEST_NUMBER:
        return None
    numbers = np.add.reduceat((values & 31) << (5 * within), starts)
    numbers = np.where(numbers & 1, -(numbers >> 1), numbers >> 1)
    segment = np.cumsum(separators)[places[starts]]
    line_of = np.cumsum(text == ord(";"))[places[starts]]
    first = np.flatnonzero(np.concatenate(([True], segment[1:] != segment[:-1])))
    lengths = np.diff(np.concatenate((first, [len(numbers)])))
    lines, columns = line_of[first], np.cumsum(numbers[first])
    fresh = np.concatenate(([True], lines[1:] != lines[:-1]))
    before = np.concatenate(([0], columns[:-1]))
    columns = columns - before[np.maximum.accumulate(np.where(fresh, np.arange(len(first)), 0))]
    sourced = lengths >= 4
    at = first[sourced]
    return lines[sourced], columns[sourced], np.cumsum(numbers[at + 1]), np.cumsum(numbers[at + 2])
