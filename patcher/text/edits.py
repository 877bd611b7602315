"""Byte edits: what to replace, by position in the old bytes."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes from `start` up to `end` (exclusive) by `new`."""

    start: int
    end: int
    new: bytes


class OverlapError(ValueError):
    """Two edits want the same bytes."""


def apply_edits(source: bytes, edits: Sequence[Edit]) -> bytes:
    """`source` with every edit made; all positions are those of `source` itself.

    Raises:
        OverlapError: when two edits overlap or one lies outside `source`: nothing sensible can be written.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    result = source
    limit = len(source)
    for edit in reversed(ordered):
        if not 0 <= edit.start <= edit.end <= limit:
            raise OverlapError(f"edit {edit.start}-{edit.end} overlaps the next or leaves the file")
        result = result[: edit.start] + edit.new + result[edit.end :]
        limit = edit.start
    return result
