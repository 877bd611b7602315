"""What the analysis of one file says: a slot, the store into it, and the family it belongs to."""

from dataclasses import dataclass, replace
from typing import Literal

from patcher.analysis.doubt import SURE, Doubt
from patcher.retention.kinds import Growth, Kept

_SHORT = 2
_LINE = 400  # characters; a longer line is one of a bundle
_BESIDE = 30


@dataclass(frozen=True, slots=True)
class Site:
    """One slot that keeps a promise or a timer, at the store into it.

    `offset` and `end` are bytes of the file, `scope` the byte where what bounds the slot begins; `line`,
    `column`, `end_line` and `end_column` are 1-based, columns in characters.
    `detachable` says of a site in a package that `apply --scope deps` can make what it keeps where no request runs.
    `owner` is the name of the class whose field the slot is, or whose constructor has the variable; `maker` that of the
    function of the module whose variable it is; `doubt` what the file alone does not say; `growth` how many requests
    are kept in time and `keeps` the kind of thing that is kept, where they are not the family's. `near` is some code
    around a slot whose name says nothing, as a minifier leaves it.
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
    doubt: Doubt = SURE
    growth: Growth | Literal[""] = ""
    maker: str = ""
    keeps: Kept | None = None
    near: str = ""
    detachable: bool = False

    def at(self, source: bytes, line: int) -> "Site":
        """The same site with its lines and columns, given the line of its first byte."""
        return replace(
            self,
            line=line,
            column=_column(source, self.offset),
            end_line=line + source.count(b"\n", self.offset, self.end),
            end_column=_column(source, self.end),
            near=_around(source, self.offset, self.end) if _says_nothing(self.slot) else "",
        )


def _column(source: bytes, place: int) -> int:
    start = source.rfind(b"\n", 0, place) + 1
    return len(source[start:place].decode("utf-8", "replace")) + 1


def _says_nothing(slot: str) -> bool:
    """Whether the name of a slot is one or two letters: `e`, `this.t`, `n[…]`."""
    return len(slot.replace("[…]", "").rpartition(".")[2].strip("#_$")) <= _SHORT


def _around(source: bytes, start: int, end: int) -> str:
    """The code from shortly before `start` on, on one line of text; empty where a line of its own shows it."""
    first = source.rfind(b"\n", 0, start) + 1
    last = source.find(b"\n", start)
    if (last if last >= 0 else len(source)) - first <= _LINE:
        return ""
    cut = source[
        max(first, start - _BESIDE) : min(last if last >= 0 else len(source), max(end, start) + _BESIDE)
    ]
    return " ".join(cut[: 3 * _BESIDE].decode("utf-8", "ignore").split())
