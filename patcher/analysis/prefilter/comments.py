"""Places in comments, which are full of examples: no code is parsed for one of these."""

from collections.abc import Iterable

_LINE = 400  # bytes; a longer line is one of a bundle, where comments are rare
_COMMENT = 20_000


def outside_comments(source: bytes, places: Iterable[int]) -> list[int]:
    """Those of `places` that are in no comment which begins its line, as far as bytes tell."""
    return [place for place in places if not _in_comment(source, place)]


def _in_comment(source: bytes, place: int) -> bool:
    before = source.rfind(b"\n", max(0, place - _LINE), place)
    if before < 0 and place > _LINE:
        return False
    line = source[before + 1 : place].lstrip()
    if line.startswith(b"//"):
        return True
    if not line.startswith((b"*", b"/*")):
        return False
    opened = source.rfind(b"/*", max(0, place - _COMMENT), place)
    return opened >= 0 and source.find(b"*/", opened, place) < 0
