"""The law of the columns: they are those of the rows, wherever the pieces of the file are cut."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patcher.errors import NextfixError
from patcher.heap.read.rows import Part, read_rows
from patcher.heap.read.sections import Sections

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIELDS = ("a", "b", "c")
LARGEST = 10**6
row_lists = st.lists(st.lists(st.integers(0, LARGEST), min_size=3, max_size=3), max_size=40)


def read(path: Path, rows: list[list[int]], count: int, largest: int = LARGEST) -> list[list[int]]:
    lines = "\n,".join(",".join(map(str, row)) for row in rows)
    path.write_text(json.dumps({"snapshot": {}})[:-1] + ',"nodes":[' + lines + "\n]}")
    columns = {field: np.full(count, -1, dtype=np.int64) for field in FIELDS}

    def take(part: Part) -> None:
        for field in FIELDS:
            part.copy(field, columns[field], largest, field)

    sections = Sections(path)
    try:
        sections.header()
        read_rows(sections, "nodes", count, FIELDS, take)
    finally:
        sections.close()
    read_back: list[list[int]] = np.stack([columns[field] for field in FIELDS], axis=1).tolist()
    return read_back


@CALM
@given(rows=row_lists, piece=st.integers(9, 60))
def test_each_value_comes_to_its_row_and_column_wherever_pieces_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[list[int]], piece: int
) -> None:
    monkeypatch.setattr("patcher.heap.read.sections.PIECE", piece)

    assert read(tmp_path / "a.heapsnapshot", rows, len(rows)) == rows


@CALM
@given(rows=row_lists, piece=st.integers(9, 60), difference=st.sampled_from([-2, -1, 1, 2]))
def test_more_or_fewer_rows_than_the_header_says_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[list[int]], piece: int, difference: int
) -> None:
    monkeypatch.setattr("patcher.heap.read.sections.PIECE", piece)

    with pytest.raises(NextfixError, match="header says"):
        read(tmp_path / "a.heapsnapshot", rows, max(0, len(rows) + difference) or len(rows) + 1)


@CALM
@given(rows=row_lists.filter(len), piece=st.integers(9, 60))
def test_a_value_above_its_columns_largest_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[list[int]], piece: int
) -> None:
    monkeypatch.setattr("patcher.heap.read.sections.PIECE", piece)
    values = [value for row in rows for value in row]
    largest = max(values)
    if largest:
        with pytest.raises(NextfixError, match=r"[abc] is out of range"):
            read(tmp_path / "a.heapsnapshot", rows, len(rows), largest - 1)
    assert read(tmp_path / "a.heapsnapshot", rows, len(rows), largest) == rows
