"""Source maps: the numbers of the specification's encoding, whole and damaged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.heap.read.source_map import SourceMap
from tests.heap.mappings import encoded

SEGMENTS = st.lists(
    st.tuples(
        st.integers(0, 40), st.integers(0, 300), st.integers(0, 3), st.integers(0, 5000), st.integers(0, 99)
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda segment: segment[:2],
).map(sorted)


@given(SEGMENTS)
def test_every_segment_is_found_at_its_place(segments: list[tuple[int, int, int, int, int]]) -> None:
    names = ["a.ts", "b.ts", "c.ts", "d.ts"]
    found = SourceMap({"version": 3, "sources": names, "mappings": encoded(segments)})

    for line, column, source, original, _ in segments:
        place = found.original(line, column)
        assert place is not None
        assert (place.source, place.line) == (names[source], original + 1)


def test_code_after_a_segment_belongs_to_it_and_code_before_the_first_to_none() -> None:
    found = SourceMap({"sources": ["a.ts"], "mappings": encoded([(1, 4, 0, 7, 0), (1, 20, 0, 9, 0)])})

    assert found.original(1, 3) is None
    assert found.original(0, 99) is None
    between = found.original(1, 19)
    assert between is not None
    assert between.line == 8


def test_a_map_of_sections_is_asked_by_the_section_that_begins_before() -> None:
    one = {"sources": ["one.js"], "mappings": encoded([(0, 0, 0, 0, 0)])}
    two = {"sources": ["turbopack:///[project]/app/two.js"], "mappings": encoded([(0, 0, 0, 4, 0)])}
    found = SourceMap(
        {
            "sections": [
                {"offset": {"line": 0, "column": 0}, "map": one},
                {"offset": {"line": 3, "column": 5}, "map": two},
            ]
        }
    )

    first, second = found.original(3, 4), found.original(3, 9)
    assert first is None or first.source == "one.js"
    assert second is not None
    assert (second.source, second.line, second.is_relative) == ("app/two.js", 5, False)


@pytest.mark.parametrize(
    ("name", "root", "said", "relative"),
    [
        ("../src/a.ts", None, "../src/a.ts", True),
        ("a.ts", "src/", "src/a.ts", True),
        ("/app/src/a.ts", None, "/app/src/a.ts", False),
        ("file:///app/src/a.ts", None, "/app/src/a.ts", False),
        ("webpack://shop/./src/a.ts", None, "src/a.ts", False),
        ("webpack:///./src/a.ts", None, "src/a.ts", False),
    ],
)
def test_a_source_is_called_without_the_scheme_of_its_bundler(
    name: str, root: str | None, said: str, relative: bool
) -> None:
    content = {"sources": [name], "sourceRoot": root, "mappings": encoded([(0, 0, 0, 0, 0)])}

    place = SourceMap(content).original(0, 0)

    assert place is not None
    assert (place.source, place.is_relative) == (said, relative)


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"mappings": 3},
        {"mappings": "A"},
        {"mappings": "AAAA", "sources": []},
        {"mappings": "AAAA", "sources": [7]},
        {"mappings": "zzzzzzzzzzzz", "sources": ["a"]},
        {"mappings": "é", "sources": ["a"]},
        {"mappings": "AA!A", "sources": ["a"]},
        {"mappings": "g", "sources": ["a"]},
        {"mappings": ";;;,,,", "sources": ["a"]},
        {"mappings": "ADAA", "sources": ["a"]},
        {"sections": 3},
        {"sections": [{"offset": 3, "map": {}}, 7, {"map": 3}, {"offset": {"line": "x"}, "map": {}}]},
    ],
)
def test_a_map_that_makes_no_sense_maps_nothing(content: Any) -> None:
    assert SourceMap(content).original(0, 0) is None


@given(st.text(alphabet="ABCDgz/+,;", max_size=60))
def test_whatever_stands_in_the_mappings_nothing_is_raised(mappings: str) -> None:
    SourceMap({"sources": ["a"], "mappings": mappings}).original(1, 1)
