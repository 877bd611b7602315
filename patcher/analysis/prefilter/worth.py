"""Whether a file is read at all: the first question about each, which most answer with no.

It is asked of every file of a tree, so this module has no more than it needs.
"""

from patcher.analysis.prefilter.call_index import TAIL
from patcher.analysis.prefilter.tokens import HANDLES, PROMISES, REQUESTS, TIMERS

_HEAD = 4
_ALL_TOKENS = (*PROMISES.tokens, *TIMERS.tokens, *HANDLES.tokens, *REQUESTS.tokens)
_REQUEST, _REQUIRE = b"(req", b"(require("
# The tokens by how they are looked for: what most files with any of them have, the ends of calls, what stands after a
# parenthesis, and the others.
_FIRST = (b"romis", b"async", b"await")
_CALLS = tuple(token for token in _ALL_TOKENS if token.endswith(b"("))
_TAILS = frozenset(token[-TAIL - 1 : -1] for token in _CALLS)
_ARGUMENTS = tuple(token for token in _ALL_TOKENS if token.startswith(b"("))
_HEADS = frozenset(token[1:_HEAD] for token in _ARGUMENTS)
_OTHERS = tuple(token for token in _ALL_TOKENS if token not in {*_FIRST, *_CALLS, *_ARGUMENTS})


def worth_reading(source: bytes) -> bool:
    """Whether a file has any promise, timer, handle or context in it."""
    if any(token in source for token in _FIRST):
        return True
    pieces = source.split(b"(")
    tails = _TAILS.intersection([piece[-TAIL:] for piece in pieces])
    if tails and any(token in source for token in _CALLS if token[-TAIL - 1 : -1] in tails):
        return True
    if not _HEADS.isdisjoint([piece[: _HEAD - 1] for piece in pieces]):
        for token in _ARGUMENTS:
            if token in source and (token != _REQUEST or source.count(token) > source.count(_REQUIRE)):
                return True
    return any(token in source for token in _OTHERS)
