"""Byte edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.text.edits import Edit, OverlapError, apply_edits


def test_edits_are_made_at_the_positions_of_the_old_bytes_in_any_order() -> None:
    assert (
        apply_edits(b"0123456789", [Edit(8, 9, b"EIGHT"), Edit(0, 2, b""), Edit(5, 5, b"+")])
        == b"234+567EIGHT9"
    )


@pytest.mark.parametrize("edits", [[Edit(0, 3, b""), Edit(2, 4, b"")], [Edit(4, 2, b"")], [Edit(0, 11, b"")]])
def test_overlapping_and_impossible_edits_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(OverlapError):
        apply_edits(b"0123456789", edits)


@given(
    st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6), st.binary(max_size=4)))
)
def test_bytes_outside_the_edits_never_change(source: bytes, wanted: list[tuple[int, int, bytes]]) -> None:
    edits: list[Edit] = []
    at = 0
    for start, length, new in sorted(wanted):
        if at <= start and start + length <= len(source):
            edits.append(Edit(start, start + length, new))
            at = start + length
    kept, last = [], 0
    for edit in edits:
        kept += [source[last : edit.start], edit.new]
        last = edit.end

    assert apply_edits(source, edits) == b"".join([*kept, source[last:]])
