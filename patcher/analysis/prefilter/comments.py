"""Places in comments, which are full of examples: no code is parsed for one of these."""

from collections.abc import Iterable

_LINE = 400  # bytes; a longer line is one of a bundle, where comments are rare
_COMMENT = 20_000


def outside_comments(source: bytes, places: Iterable[int]) -> list[int]:
    """Those of `places` that are not in a comment, as far as bytes tell: of comments that begin their line."""
    return [place for place in places if not _in_comment(source, place)]


def _in_comment(source: bytes, place: int) -> bool:
    line = _line_before(source, place)
    if line.startswith(b"//"):
        return True
    if not line.startswith((b"*", b"/*")):
        return False
    opened = source.rfind(b"/*", max(0, place - _COMMENT), place)
    if opened < 0 or source.find(b"*/", opened, place) >= 0:
        return False
    return not _line_before(source, opened)  # else it may be in a string: `get('/*', ...)`


def _line_before(source: bytes, place: int) -> bytes:
    """What stands before `place` in its line, without the spaces that it begins with; "?" where it is too long."""
    first = max(0, place - _LINE)
    before = max(source.rfind(end, first, place) for end in (b"\n", b"\r"))
    return b"?" if before < 0 and place > _LINE else source[before + 1 : place].lstrip()
