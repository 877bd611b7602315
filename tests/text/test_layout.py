"""Newlines and indentation, as files have them."""

import pytest

from patcher.text.layout import canonical, indent_at, indent_unit, newline_of, reindent


@pytest.mark.parametrize(
    ("source", "newline"),
    [(b"a\nb\n", b"\n"), (b"a\r\nb\r\n", b"\r\n"), (b"a", b"\n"), (b"a\r\nb\nc\n", b"\n")],
)
def test_the_newline_is_the_one_most_lines_have(source: bytes, newline: bytes) -> None:
    assert newline_of(source) == newline


@pytest.mark.parametrize(
    ("source", "unit"),
    [
        (b"a {\n  b\n    c\n", b"  "),
        (b"a {\n\tb\n", b"\t"),
        (b"abc", b"    "),
        (b"a {\n    b\n}\n/**\n * c\n */", b"    "),
    ],
)
def test_the_indent_unit_is_what_blocks_most_often_add(source: bytes, unit: bytes) -> None:
    assert indent_unit(source) == unit


def test_the_indent_of_a_place_is_that_of_its_line() -> None:
    source = b"a\n\t  b c\n"

    assert indent_at(source, source.index(b"c")) == b"\t  "


def test_lines_move_to_their_new_indentation_and_data_lines_stay() -> None:
    text = b"a(`\n    x`,\n    b\n\n    );"

    assert reindent(text, b"    ", b"  ", [(2, 9)]) == b"a(`\n    x`,\n  b\n\n  );"


def test_a_converted_copy_is_recognised_as_the_published_file() -> None:
    assert canonical(b"\xef\xbb\xbfa\r\nb") == b"a\nb"
