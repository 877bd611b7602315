"""What the analysis of one file says: a slot, the store into it, and the family it belongs to."""

from dataclasses import dataclass, replace

from patcher.retention.kinds import Kept


@dataclass(frozen=True, slots=True)
class Site:
    """One slot that keeps a promise or a timer, at the store into it.

    `offset` and `end` are bytes of the file, `scope` the byte where what bounds the slot begins; `line`,
    `column`, `end_line` and `end_column` are 1-based, columns in characters.
    `owner` is the name of the class whose field the slot is, or whose constructor has the variable; `maker` that of the
    function of the module whose variable it is; `doubt` what the file alone does not say, in a sentence; `keeps` the
    kind of thing that is kept, where it is not the family's.
    """

    family: str
    offset: int
    end: int
    function: str
    slot: str
    scope: int
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    owner: str = ""
    doubt: str = ""
    growth: str = ""
    maker: str = ""
    keeps: Kept | None = None

    def at(self, source: bytes, line: int) -> "Site":
        """The same site with its lines and columns, given the line of its first byte."""
        return replace(
            self,
            line=line,
            column=_column(source, self.offset),
            end_line=line + source.count(b"\n", self.offset, self.end),
            end_column=_column(source, self.end),
        )


def _column(source: bytes, place: int) -> int:
    start = source.rfind(b"\n", 0, place) + 1
    return len(source[start:place].decode("utf-8", "replace")) + 1
