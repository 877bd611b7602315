"""The source around a finding."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.model import Finding
from patcher.report.findings.excerpt import ExcerptLine, cells, excerpt, file_reader
from tests.report.records import SOURCE, finding


def marked(line: ExcerptLine) -> str:
    """What `line` underlines, for lines without wide characters."""
    return line.text[line.mark_at : line.mark_at + line.mark_width]


def only(finding: Finding, source: str, width: int = 80) -> ExcerptLine:
    return next(line for line in excerpt(finding, source.split("\n"), width) if line.mark_width)


def test_the_slot_is_underlined_and_its_neighbours_are_shown() -> None:
    lines = excerpt(finding(), SOURCE.split("\n"), 100)

    assert [line.number for line in lines] == [3, 4, 5]
    assert marked(lines[1]) == "this.serverPromise"


def test_a_slot_that_is_written_otherwise_is_underlined_up_to_the_end_of_the_name() -> None:
    line = only(finding(line=1, end_line=1, column=3, slot="state.promise"), "  r.promise=t.then(e)")

    assert marked(line) == "r.promise"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_minified_line_of_800000_characters_is_cut_around_the_slot(width: int) -> None:
    source = "a=1;" * 100_000 + "this.p=x.then(f);" + "b=2;" * 100_000
    line = only(finding(line=1, end_line=1, column=400_001, slot="this.p"), source, width)

    assert marked(line) == "this.p"
    assert line.text.startswith("…")
    assert line.text.endswith("…")
    assert cells(line.text) <= width


def test_tabs_and_wide_characters_keep_the_underline_under_the_slot() -> None:
    line = only(finding(line=1, end_line=1, column=7, slot="this.p"), "\t'日本';this.p = q()")

    assert cells(line.text[: line.text.index("this.p")]) == line.mark_at == 4 + 1 + 4 + 1 + 1


def test_controls_in_the_source_are_shown_as_escapes_and_counted_so() -> None:
    line = only(finding(line=1, end_line=1, column=5, slot="this.p"), "/\x1b*/this.p = q()")

    assert line.text.startswith("/\\x1b*/this.p")
    assert marked(line) == "this.p"


def test_windows_line_ends_are_not_shown() -> None:
    lines = excerpt(finding(), SOURCE.replace("\n", "\r\n").split("\n"), 100)

    assert not any("\\r" in line.text for line in lines)


@pytest.mark.parametrize("line", [0, 99])
def test_a_line_that_the_file_no_longer_has_gives_no_excerpt(line: int) -> None:
    assert excerpt(finding(line=line), SOURCE.split("\n"), 80) == ()


@given(st.text(max_size=300), st.integers(1, 400), st.integers(1, 8), st.integers(30, 120))
def test_any_source_and_any_place_give_an_excerpt_that_fits_or_none(
    source: str, column: int, line: int, width: int
) -> None:
    lines = source.split("\n")
    for shown in excerpt(finding(line=line, end_line=line, column=column), lines, width):
        assert cells(shown.text) <= max(width, 20) + 2
        assert shown.mark_at + shown.mark_width <= cells(shown.text) + 1
        assert "\n" not in shown.text


def test_a_reader_gives_none_for_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"x\xff\n")
    read = file_reader(tmp_path)

    assert read("a.js") == ["x\udcff", ""]
    assert read("b.js") is None
    assert read(".") is None


def test_a_file_is_read_and_split_once_for_all_of_its_findings(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"a\nb\n")
    read = file_reader(tmp_path)

    assert read("a.js") is read("a.js")
