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
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not at <= edit.start <= edit.end <= len(source):
            raise OverlapError(f"edit {edit.start}-{edit.end} overlaps the one before or leaves the file")
        pieces += (source[at : edit.start], edit.new)
        at = edit.end
    return b"".join((*pieces, source[at:]))
