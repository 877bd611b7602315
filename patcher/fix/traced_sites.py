"""Which site of a rewritten file is which of the file before.

What is made in the root can free more than was asked for: a race and a timer in one of its entries go together.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

from patcher.analysis.site import Site
from patcher.text.edits import Edit


def traced_sites(
    before: Sequence[tuple[int, Site]], after: Sequence[Site], edits: Sequence[Edit]
) -> list[int]:
    """The number of each site of `after` as `before` numbers it.

    Args:
        before: the sites before that are to be found again, in source order, each with its number.
        after: the sites of the rewritten file, of every family and slot no more than `before` has.
        edits: what changed between the two.
    """
    shift = _Shift(edits)
    left: defaultdict[tuple[str, str], list[tuple[int, Site]]] = defaultdict(list)
    for number, site in before:
        left[site.family, site.slot].append((number, site))
    found = []
    for site in after:
        same = left[site.family, site.slot]
        place = next((at for at, (_, old) in enumerate(same) if shift.leads(old.offset, site.offset)), 0)
        found.append(same.pop(place)[0])
    return found


class _Shift:
    """Where a byte of a file stands after edits."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
        self._starts = [edit.start for edit in ordered]
        self._grown = [0, *accumulate(len(edit.new) - (edit.end - edit.start) for edit in ordered)]

    def leads(self, old: int, new: int) -> bool:
        """Whether what stood at `old` may stand at `new`, before or behind what was inserted there."""
        low = old + self._grown[bisect_left(self._starts, old)]
        high = old + self._grown[bisect_right(self._starts, old)]
        return min(low, high) <= new <= max(low, high)
