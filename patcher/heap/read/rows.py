"""A snapshot's rows, of nodes and of edges, by column: read piece by piece, wherever the pieces are cut."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy.typing as npt

from patcher.heap.read.sections import Integers, Sections


class Part:
    """Some of the integers of an array of rows, as they stand in the file: whole rows or not.

    Args:
        sections: the file.
        fields: the names of a row's fields.
        before: how many integers of the array stand before these.
        values: the integers.
    """

    def __init__(self, sections: Sections, fields: Sequence[str], before: int, values: Integers) -> None:
        self._sections = sections
        self._fields = fields
        self._before = before
        self._values = values

    def column(self, field: str, largest: int, what: str) -> tuple[slice, Integers]:
        """The values of a field, none of them above `largest`, and the rows that they belong to.

        Raises:
            NextfixError: DEFECT when `what` is out of range.
        """
        skipped = (self._fields.index(field) - self._before) % len(self._fields)
        values = self._values[skipped :: len(self._fields)]
        if len(values) and values.max() > largest:
            raise self._sections.foreign(f"{what} is out of range")
        row = (self._before + skipped) // len(self._fields)
        return slice(row, row + len(values)), values

    def copy(self, field: str, column: npt.NDArray[Any], largest: int, what: str) -> None:
        """Copy the values of a field, none of them above `largest`, into their rows of `column`."""
        rows, values = self.column(field, largest, what)
        column[rows] = values


def read_rows(
    sections: Sections, section: str, count: int, fields: Sequence[str], take: Callable[[Part], None]
) -> None:
    """Give all `count` rows of an array to `take`, in parts, on several threads at once.

    Raises:
        NextfixError: DEFECT when there are fewer or more rows, or none of integers.
    """

    def taken(before: int, values: Integers) -> int:
        if before + len(values) > count * len(fields):
            raise sections.foreign(f"it has more {section} than its header says")
        take(Part(sections, fields, before, values))
        return before + len(values)

    total = (deque(sections.integers(section, taken), maxlen=1) or [0])[0]
    if total != count * len(fields):
        raise sections.foreign(f"it has {total // len(fields)} {section}, its header says {count}")
