"""The laws of the digits: what is read is what json reads, and what json would not read is refused."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patcher.errors import NextfixError
from patcher.heap.read.sections import Sections

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LARGEST = 2**63 - 2
integers = st.one_of(st.integers(0, 9), st.integers(0, 10**6), st.integers(0, LARGEST))
whitespace = st.text(alphabet=" \t\r\n", max_size=2)
pieces = st.integers(min_value=24, max_value=80)


def read(folder: Path, array: str) -> list[int]:
    path = folder / "a.heapsnapshot"
    path.write_text('{"snapshot":{},"nodes":' + array + "}")
    sections = Sections(path)
    try:
        sections.header()
        pieces = sections.integers("nodes", lambda before, values: (before, values.tolist()))
        numbers: list[int] = []
        for before, values in pieces:
            assert before == len(numbers)
            numbers += values
        return numbers
    finally:
        sections.close()


@CALM
@given(values=st.lists(integers, max_size=60), piece=pieces, data=st.data())
def test_integers_are_those_that_json_reads_whatever_the_white_space_and_the_cuts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: list[int], piece: int, data: st.DataObject
) -> None:
    monkeypatch.setattr("patcher.heap.read.sections.PIECE", piece)
    padded = [data.draw(whitespace) + str(value) + data.draw(whitespace) for value in values]
    array = f"[{','.join(padded)}]"

    assert read(tmp_path, array) == json.loads(array)


@CALM
@given(
    values=st.lists(integers, min_size=1, max_size=30),
    at=st.integers(0, 400),
    symbol=st.sampled_from(["-", "+", ".", "e", "x", " ", "\n", ",", '"', "[", "{", "\0", "١", "5"]),
    piece=pieces,
)
def test_digits_that_are_spoilt_are_refused_or_read_as_json_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: list[int], at: int, symbol: str, piece: int
) -> None:
    monkeypatch.setattr("patcher.heap.read.sections.PIECE", piece)
    digits = ",".join(map(str, values))
    place = at % (len(digits) + 1)
    array = f"[{digits[:place]}{symbol}{digits[place:]}]"
    try:
        expected = json.loads(array)
    except ValueError:
        expected = None

    if expected is not None and readable(expected) and "-" not in array:
        assert read(tmp_path, array) == expected
    else:
        # A plus or a zero before a number changes nothing of its value, though json refuses it.
        with contextlib.suppress(NextfixError):
            assert read(tmp_path, array) == parsed(array[1:-1])


def readable(values: list[Any]) -> bool:
    return all(type(value) is int and 0 <= value <= LARGEST for value in values)


def parsed(text: str) -> list[int] | None:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        return None


@pytest.mark.parametrize("value", [2**63 - 1, 2**63, 10**30, -1, -(10**30)])
def test_an_integer_that_64_bits_cannot_hold_is_refused(tmp_path: Path, value: int) -> None:
    with pytest.raises(NextfixError, match="not a list of integers"):
        read(tmp_path, f"[1,{value},2]")


@CALM
@given(values=st.lists(integers, min_size=1, max_size=30), share=st.floats(0, 0.99), piece=pieces)
def test_an_array_without_its_end_is_truncated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: list[int], share: float, piece: int
) -> None:
    monkeypatch.setattr("patcher.heap.read.sections.PIECE", piece)
    path = tmp_path / "a.heapsnapshot"
    digits = ",".join(map(str, values))
    path.write_text('{"snapshot":{},"nodes":[' + digits[: int(len(digits) * share)] + "  }")
    sections = Sections(path)
    sections.header()

    with pytest.raises(NextfixError, match=r"truncated|not a list of integers"):
        list(sections.integers("nodes", lambda _, values: values))
    sections.close()
