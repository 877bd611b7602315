"""Reading JavaScript from the end of an expression to its beginning, on bytes alone.

What makes a promise of an expression stands at its end (`.then(`), and what it is stored into before its
beginning. Strings and comments are not distinguished: an answer may name too much, and is checked on the tree.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

REACH, _STATEMENT, _LINKS, _TRIES = 4_000, 240, 12, 60


def turned_round(*words: bytes) -> bytes:
    """A part of an expression that finds one of `words` in bytes that are read backwards."""
    return b"(?:%b)" % b"|".join(re.escape(word[::-1]) for word in words)


_PATH = re.compile(rb"[\w$.#?\x80-\xff]+")
_NAME = re.compile(rb"[\w$#\x80-\xff]+")
_SPACE = b" \t\r\n"
# Read backwards: what goes before a value and leaves it what it is.
_LEAD = re.compile(rb"(?:[\s(]|%b(?=[\s(=,:?&|])|0,(?=\())*" % turned_round(b"new"))
_RETURN = re.compile(rb"%b\b|%b" % (turned_round(b"return"), turned_round(b"=>")))
_COMPARES = frozenset(b"=!<>+-*/%^")
# What a function begins with. Each expression starts with bytes that the matcher finds at memory speed.
_FUNCTION = re.compile(rb"function\s?\*?\s?([\w$]+)?\s?\(")
_ARROW = re.compile(rb"=>")
_METHOD = re.compile(rb"\n[ \t]+(?:static |async |\*)*([\w$#]+)\([^;=\n]*\{\s*\n")
_TIGHT_METHOD = re.compile(rb"\)\{")


def backwards(source: bytes, place: int, size: int) -> bytes:
    """The `size` bytes before `place`, the last one first."""
    return source[max(0, place - size) : place][::-1]


def path_before(source: bytes, place: int) -> bytes:
    """The dotted path that ends at `place`; empty when none does."""
    match = _PATH.match(backwards(source, place, 96))
    return match[0][::-1] if match is not None else b""


def name_before(source: bytes, place: int) -> bytes:
    """The name that ends at `place`, white space and `??`/`||` apart: the word of a slot, or the container's
    when an index stands between."""
    match = _NAME.match(backwards(source, _unindexed(source, place), 64))
    return match[0][::-1] if match is not None else b""


def path_at_end(source: bytes, place: int) -> bytes:
    """The dotted path that ends at `place`, without an index after it."""
    return path_before(source, _unindexed(source, place))


def target_start(source: bytes, place: int) -> int:
    """Where the slot begins that the `=` at `place` stores into."""
    end = _unindexed(source, place)
    return end - len(path_before(source, end))


def is_field(source: bytes, place: int) -> bool:
    """Whether the `=` at `place` stores into a field, not into a variable."""
    path = path_before(source, _unindexed(source, place))
    return b"." in path or path.startswith(b"#")


def _unindexed(source: bytes, place: int) -> int:
    """Where what ends at `place` ends without white space, `??`/`||` and an index."""
    end = place
    while end and source[end - 1] in b" \t\r\n?|&":
        end -= 1
    return opening(source, end - 1, b"[", b"]") if source[end - 1 : end] == b"]" else end


def opening(source: bytes, place: int, opens: bytes, closes: bytes) -> int:
    """Where the bracket begins that ends at `place`; `place` itself when that is too far to look for."""
    low, here, depth = max(0, place - REACH), place, 1
    for _ in range(_TRIES):
        start = source.rfind(opens, low, here)
        if start < 0:
            return place
        depth += source.count(closes, start, here) - 1
        here = start
        if depth == 0:
            return here
    return place


def chain_start(source: bytes, place: int) -> int:
    """Where the expression begins whose last link (`.then(`) stands at `place`."""
    here = place
    for _ in range(_LINKS):
        end = here
        while end and source[end - 1] in _SPACE:
            end -= 1
        last = source[end - 1 : end]
        if last == b")":
            here = opening(source, end - 1, b"(", b")")
        elif last == b"]":
            here = opening(source, end - 1, b"[", b"]")
        else:
            path = _PATH.match(backwards(source, end, 96))
            if path is None:
                return here
            here = end - len(path[0])
            if source[here : here + 1] != b".":
                return here
        if here >= end - 1:
            return here
    return here


def lead(source: bytes, place: int) -> int:
    """Where what stands before the value at `place` ends: parentheses and `new` apart."""
    match = _LEAD.match(backwards(source, place, 64))
    return place - (match.end() if match is not None else 0)


def store_before(source: bytes, place: int, *, direct: bool = False) -> int:
    """The `=` that stores the value which ends at `place`, or the `.set(`; -1 when it is not stored so.

    A value inside a choice, a list or an object belongs to the nearest `=` of the statement, unless only what is
    stored as it is (`direct`) counts.
    """
    before = source[place - 1 : place]
    if before == b"=":
        return place - 1 if _stores(source, place - 1) else -1
    if direct or before not in (b",", b"?", b":", b"|", b"&", b"{", b"["):
        return -1
    low = max(0, place - _STATEMENT)
    low = max(low, source.rfind(b";", low, place))
    put = source.rfind(b".set(", low, place)
    here = place
    while (here := source.rfind(b"=", low, here)) > put:
        if _stores(source, here):
            return here
    return put


def _stores(source: bytes, place: int) -> bool:
    """Whether the `=` at `place` stores, and neither compares nor computes."""
    before = source[place - 1]
    if before in _COMPARES or source[place + 1] in b"=>":
        return False
    return before not in b"|&" or source[place - 2] == before


def is_returned(source: bytes, place: int) -> bool:
    """Whether the value that begins at `place` is returned."""
    return _RETURN.match(backwards(source, place, 8)) is not None


def functions_around(
    source: bytes, places: list[int], size: int, nearest: int = 2
) -> Iterator[tuple[bytes, int]]:
    """The names of the functions that begin last before each of `places`, at most `size` bytes away: the two
    `nearest`, as the first may be a helper that has ended. With each its place."""
    places = sorted(places)
    found = [
        pair for start, end in _stretches(places, size) for pair in sorted(_functions(source, start, end))
    ]
    for place in places:
        last = bisect_left(found, (place,))
        for start, name in found[max(0, last - nearest) : last]:
            if start > place - size:
                yield name, start


def _stretches(places: list[int], size: int) -> Iterator[tuple[int, int]]:
    """The stretches of `size` bytes before each of `places`, ascending, where they overlap as one."""
    start = end = -1
    for place in places:
        if place - size > end:
            if end >= 0:
                yield start, end
            start = max(0, place - size)
        end = place
    if end >= 0:
        yield start, end


def _functions(source: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Where functions with a name begin between two places, and their names."""
    for match in _FUNCTION.finditer(source, start, end):
        if name := match[1] or _given_to(source, match.start()):
            yield match.start(), name
    for match in _ARROW.finditer(source, start, end):
        here = match.start()
        while source[here - 1] in _SPACE:
            here -= 1
        begin = opening(source, here - 1, b"(", b")") if source[here - 1 : here] == b")" else -1
        begin = here - len(path_before(source, here)) if begin < 0 else begin
        if name := _given_to(source, begin):
            yield match.start(), name
    for match in _METHOD.finditer(source, start, end):
        yield match.start(), match[1]
    for match in _TIGHT_METHOD.finditer(source, start, end):
        begin = opening(source, match.start(), b"(", b")")
        name = path_before(source, begin)
        if name and b"." not in name and source[begin - len(name) - 1] in b"};{,c ":
            yield match.start(), name


def _given_to(source: bytes, place: int) -> bytes:
    """The name that the function which begins at `place` is given to, by `=` or as a property."""
    before = source[max(0, place - 8) : place].removesuffix(b"async ").rstrip(_SPACE)
    if before[-1:] not in (b"=", b":"):
        return b""
    return name_before(source, source.rindex(before[-1:], 0, place))


def last(path: bytes) -> bytes:
    """The last name of a dotted path."""
    return path.rsplit(b".", 1)[-1].strip(b"?")
