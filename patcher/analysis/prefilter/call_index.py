"""Where a file calls anything, found once for all that is looked for by the name of a function.

Each family begins with some calls (`.then(`, `setTimeout(`, `.push(`), together a hundred. To search the bytes for each
of them took longer than all else that is read of most files; one split at the parentheses answers for all of them.
"""

from functools import lru_cache
from itertools import accumulate

# Of what stands before a parenthesis: as much as the shortest name that is looked for has.
TAIL = 4


def calls(source: bytes, token: bytes) -> list[int]:
    """Where `token`, a name of at least four bytes with its parenthesis, stands in `source`, in order."""
    ends = len(token)
    opened = _opened(source).get(token[-TAIL - 1 : -1], ())
    return [place - ends for place in opened if source.startswith(token, place - ends)]


@lru_cache(maxsize=1)  # for the filters of one file, which follow one another
def _opened(source: bytes) -> dict[bytes, list[int]]:
    """The places after parentheses, by the bytes before these."""
    pieces = source.split(b"(")
    found: dict[bytes, list[int]] = {}
    pieces.pop()
    for index, (piece, end) in enumerate(zip(pieces, accumulate(map(len, pieces)), strict=True), 1):
        found.setdefault(piece[-TAIL:], []).append(end + index)
    return found
