"""Which parts of a large file have to be parsed: the statements that matter, taken out and put together.

In a file written over many lines a line that begins in the first column begins a statement of the module.
Only the statements with a candidate in them, and those that mention its slot or the function it calls, can
change what is found, so only those are given to the parser. If what was taken out does not parse by itself,
the file is not written that way, and the whole is parsed instead.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from patcher.analysis.candidates import name_before

WHOLE = 96 * 1024
_START = re.compile(rb"\n(?=[A-Za-z_$!(;'\"@])")
_CONTINUES = (b"else", b"catch", b"finally", b"while", b"from")
_CALLED = re.compile(rb"=\s*\(*(?:0,\s?)?(?:new )?(?:[\w$]+\??\.)*([\w$#]+)")


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes to parse, and where each piece of them begins here and in the file."""

    source: bytes
    here: tuple[int, ...]
    there: tuple[int, ...]

    def original(self, place: int) -> int:
        """The offset in the file of the offset `place` in `source`."""
        piece = bisect_right(self.here, place) - 1
        return place - self.here[piece] + self.there[piece]

    def within(self, place: int) -> int:
        """The offset in `source` of the offset `place` of the file, which lies in one of the pieces."""
        piece = bisect_right(self.there, place) - 1
        return place - self.there[piece] + self.here[piece]


def whole(source: bytes) -> Region:
    """All of a file as one region."""
    return Region(source, (0,), (0,))


def region(source: bytes, places: list[int]) -> Region:
    """What to parse so that the stores at `places` can be judged."""
    if len(source) <= WHOLE:
        return whole(source)
    starts = [0, *(m.end() for m in _START.finditer(source) if not source.startswith(_CONTINUES, m.end()))]
    wanted = {bisect_right(starts, place) - 1 for place in places}
    for name in _names(source, places):
        wanted.update(_mentions(source, name, starts))
    pieces = [(starts[i], starts[i + 1] if i + 1 < len(starts) else len(source)) for i in sorted(wanted)]
    if sum(end - start for start, end in pieces) * 2 > len(source):
        return whole(source)
    return _joined(source, pieces)


def _names(source: bytes, places: list[int]) -> set[bytes]:
    names = set()
    for place in places:
        names.add(name_before(source, place))
        called = _CALLED.match(source, place)
        if called is not None:
            names.add(called[1])
    return {name for name in names if len(name) > 2}


def _mentions(source: bytes, name: bytes, starts: list[int]) -> set[int]:
    found = set()
    here = source.find(name)
    while here >= 0:
        piece = bisect_right(starts, here) - 1
        found.add(piece)
        here = source.find(name, starts[piece + 1]) if piece + 1 < len(starts) else -1
    return found


def _joined(source: bytes, pieces: list[tuple[int, int]]) -> Region:
    here, there, parts, size = [], [], [], 0
    for start, end in pieces:
        here.append(size)
        there.append(start)
        parts.append(source[start:end])
        size += end - start
    return Region(b"".join(parts), tuple(here), tuple(there))
