"""Which parts of a large file have to be parsed: the statements that matter, taken out and put together.

In a file written over many lines, indentation shows where statements begin; in a bundle on one line, the keys of
its modules (`6357:(e,t,r)=>{`) show where those do. Only the pieces with a candidate in them, and those that mention
its slot or the function it calls, can change what is found; they are taken out, together with the first and last
lines of the blocks around them, so that what was nested stays nested. If the result does not parse by itself, the
file is not written that way, and the whole is parsed instead.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from patcher.analysis.prefilter.bundles import with_modules
from patcher.analysis.prefilter.hints import occurrences
from patcher.analysis.prefilter.mentions import mentions

WHOLE = 24 * 1024
_LARGE = 12 * 1024
_MAX_LEVELS = 8
# The part of a file from which leaving the rest out is not worth the risk of parsing twice.
_MOST = 0.7
_LONG_LINE = 400
_INDENT = re.compile(rb"\n([ \t]+)(?=\S)")
_GOES_ON = re.compile(rb"(?:else|catch|finally|while|instanceof|in|of|extends|from|as|case|default)\b")
# What lets a function outlive the one around it, and with it the variables that both see.
_HANDS_OVER = re.compile(rb"(?:return|export|module\.exports|exports)\b")
_LABELS = re.compile(rb"(?:case|default|else)\b")
_PROPERTY = re.compile(rb"(?:[\w$]+|\"[^\"\n]*\"|'[^'\n]*')\s*:")
_ENDS = frozenset(b";{}/")
_MAX_COMMENTS = 40
_CLOSES = frozenset(b"})].,?:&|+-*/=<")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Bytes to parse, and where each piece of them begins here and in the file; `entire` says that nothing is left out
    of a module that a piece is of."""

    source: bytes
    here: tuple[int, ...]
    there: tuple[int, ...]
    entire: bool = False

    def original(self, place: int) -> int:
        """The offset in the file of the offset `place` in `source`."""
        piece = bisect_right(self.here, place) - 1
        return place - self.here[piece] + self.there[piece]

    def within(self, place: int) -> int:
        """The offset in `source` of the offset `place` of the file, which lies in one of the pieces."""
        piece = bisect_right(self.there, place) - 1
        return place - self.there[piece] + self.here[piece]

    def is_of(self, source: bytes) -> bool:
        """Whether every piece stands in `source` as it is here."""
        ends = (*self.here[1:], len(self.source))
        return all(
            source.startswith(self.source[start:end], there)
            for start, end, there in zip(self.here, ends, self.there, strict=True)
        )


def whole(source: bytes) -> Excerpt:
    """All of a file as one region."""
    return Excerpt(source, (0,), (0,), entire=True)


def regions(source: bytes, places: list[int]) -> Iterator[Excerpt]:
    """What to parse so that the stores at `places` can be judged: the least first, and all of the file last, for when
    what came before does not parse by itself."""
    for pieces, entire in _choices(source, places) if len(source) > WHOLE else ():
        part = _joined(source, pieces, entire=entire)
        if len(part.source) <= _MOST * len(source):
            yield part
    yield whole(source)


def _choices(source: bytes, places: list[int]) -> Iterator[tuple[list[tuple[int, int]], bool]]:
    modules = with_modules(source, places)
    if len(modules) > 1:
        yield modules, True
    marks = sorted({*places, *mentions(source, places)})
    quotes = _template_quotes(source)
    for levels in (_MAX_LEVELS, 1):
        yield _with_statements(source, marks, quotes, levels), False


def _with_statements(
    source: bytes, marks: list[int], quotes: list[int], levels: int
) -> list[tuple[int, int]]:
    """The pieces of `source` that are left without the statements that none of `marks` is in, when as many `levels` of
    blocks are opened; `quotes` are those of template literals."""
    pieces: list[tuple[int, int]] = []
    stack = [(0, len(source), 0, True)]
    while stack:
        start, end, level, must = stack.pop()
        marked = bisect_left(marks, start) < bisect_left(marks, end)
        if not marked and not must:
            continue
        if end - start <= _LARGE or level >= levels or not marked:
            pieces.append((start, end))
            continue
        parts = _mended(_cuts(source, start, end, outermost=level == 0), end, quotes)
        if len(parts) < 2:
            pieces.append((start, end))
        else:
            stack += [(a, b, level + 1, structural) for a, b, structural in reversed(parts)]
    return pieces


def _cuts(source: bytes, start: int, end: int, *, outermost: bool) -> list[tuple[int, bool]]:
    """Where the statements of a block begin (True) as its indentation shows them, and the lines around them."""
    if source.count(b"\n", start, end) * _LONG_LINE < end - start:
        return []  # written by a program: what is on a line of its own is in a string
    width = 0
    if not outermost:
        deeper = _INDENT.search(source, start, end)
        if deeper is None:
            return []
        width = len(deeper[1])
    line = re.compile(rb"\n([ \t]{0,%d})(?=\S)" % width)
    cuts = [(start, outermost and source[start : start + 1] not in (b" ", b"\t"))]
    for match in line.finditer(source, start, end):
        at = match.end()
        if len(match[1]) < width:
            if source[at] in b"})]" or _LABELS.match(source, at) is not None:
                cuts.append((at - len(match[1]), False))
        elif _begins(source, match.start(), at):
            cuts.append((at - width, _HANDS_OVER.match(source, at) is None))
        elif not cuts[-1][1]:
            cuts.append((at - width, False))
    return cuts


def _mended(cuts: list[tuple[int, bool]], end: int, quotes: list[int]) -> list[tuple[int, int, bool]]:
    """The statements between `cuts`, and (structural) the lines around them; one that ends inside a template literal
    goes on to where that ends."""
    bounds = [cut for cut, _ in cuts] + [end]
    before = [bisect_left(quotes, bound) for bound in bounds]
    pieces: list[tuple[int, int, bool]] = []
    index = 0
    while index < len(cuts):
        start, optional = cuts[index]
        last = index + 1
        if (before[last] - before[index]) % 2:
            reach = min(index + _MAX_COMMENTS, len(cuts))
            odd = (i for i in range(last, reach) if (before[i + 1] - before[i]) % 2)
            last = next(odd, index) + 1
        pieces.append((start, bounds[last], not optional))
        index = last
    return pieces


def _template_quotes(source: bytes) -> list[int]:
    """Where template literals begin and end: the backquotes that are not in a comment of its own line or in quotes."""
    return [place for place in occurrences(source, b"`") if not _is_in_words(source, place)]


def _is_in_words(source: bytes, place: int) -> bool:
    if (
        source[place - 1 : place] == b"\\"
        or source[place - 1 : place] == source[place + 1 : place + 2] != b" "
    ):
        return True
    line = source[max(source.rfind(b"\n", 0, place) + 1, place - _LONG_LINE) : place].lstrip()
    return line.startswith((b"//", b"*", b"/*")) or b" // " in line


def _begins(source: bytes, before: int, at: int) -> bool:
    """Whether a statement, or an entry of a list, begins at `at`, after the line that ends at `before`."""
    if source[at] in _CLOSES or _GOES_ON.match(source, at) is not None:
        return False
    for _ in range(_MAX_COMMENTS):
        start = source.rfind(b"\n", 0, before) + 1
        line = source[start:before].strip()
        if line and not line.startswith(b"//"):
            if line[-1] == 44:
                return _PROPERTY.match(source, at) is not None
            return line[-1] in _ENDS or line.startswith((b"case ", b"default:"))
        before = start - 1
        if before <= 0:
            return True
    return False


def _joined(source: bytes, pieces: list[tuple[int, int]], *, entire: bool) -> Excerpt:
    here, there, parts, size = [], [], [], 0
    for start, end in pieces:
        here.append(size)
        there.append(start)
        parts.append(source[start:end])
        size += end - start
    return Excerpt(b"".join(parts), tuple(here), tuple(there), entire)
