"""Stretches of a text that are taken, asked in about the same time however many there are."""

from bisect import bisect_left, bisect_right


class Spans:
    """A set of stretches, by their first byte and the byte after their last; those that overlap are kept as one."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a stretch in the set begins before `end` and ends after `start`."""
        first = bisect_right(self._ends, start)
        return first < len(self._ends) and self._starts[first] < end

    def add(self, start: int, end: int) -> None:
        """Put a stretch into the set."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
