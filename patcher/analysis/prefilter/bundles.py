"""The modules of a bundle: `6357:(e,t,r)=>{…}`, `"./a.js":function(…){…}`, `12:[function(…){…},{…}]`.

A module of a bundle is analysed as the file would be that it was made from: what other modules say does not
count. So those without a store that may be a site need not be parsed.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from patcher.analysis.prefilter.reverse import backwards

# From the colon on, which the matcher finds at memory speed; and the key before it, turned round.
_HEAD = re.compile(rb':(?<=["\d]:)\[?(?:function\s?\([\w$,]*\)|\([\w$,]*\)=>|[\w$]+=>)\{')
_KEY = re.compile(rb'(?:\d+|"[^"\n/.]*[/.][^"\n]{0,200}")(?=([{,]))')
_LONGEST_KEY = 256


def with_modules(source: bytes, places: list[int]) -> list[tuple[int, int]]:
    """The pieces of `source` that are left without the modules that none of `places`, ascending, is in."""
    pieces, kept = [], 0
    for start, end in _modules(source):
        if start >= kept and bisect_left(places, start) == bisect_left(places, end):
            pieces.append((kept, start))
            kept = end
    pieces.append((kept, len(source)))
    return [(start, end) for start, end in pieces if start < end]


def _modules(source: bytes) -> Iterator[tuple[int, int]]:
    """Where modules begin and end, but for the last of each bundle, in order; a module can hold a bundle.

    A module ends where the next one begins at the same depth. Braces are counted in strings too: where they do not
    pair, modules seem longer than they are.
    """
    heads = list(_heads(source))
    ends, open_ = dict[int, int](), list[tuple[int, int]]()
    depth, last = 0, 0
    for start, is_first in heads:
        depth += source.count(b"{", last, start) - source.count(b"}", last, start)
        last = start
        while open_ and open_[-1][0] >= depth:
            before, module = open_.pop()
            if before == depth and not is_first:
                ends[module] = start
        open_.append((depth, start))
    return ((start, ends[start]) for start, _ in heads if start in ends)


def _heads(source: bytes) -> Iterator[tuple[int, bool]]:
    """Where the keys of modules begin, each with whether it is the first of its bundle."""
    for head in _HEAD.finditer(source):
        key = _KEY.match(backwards(source, head.start(), _LONGEST_KEY))
        if key is not None:
            yield head.start() - key.end(), key[1] == b"{"
