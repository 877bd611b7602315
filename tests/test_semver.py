"""Releases and ranges."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nodesemver import compare, make_range, make_semver

from patcher.semver import can_hold_a_release, in_range, is_release, order


@pytest.mark.parametrize(
    ("version", "versions", "expected"),
    [
        ("13.1.6", ">=10.0.8 <13.4.10", True),
        ("13.4.10", ">=10.0.8 <13.4.10", False),
        ("13.4.10-canary.5", ">=10.0.8 <13.4.10", True),
        ("13.4.20-canary.37", ">=13.4.20-canary.37 <=16.4.6", True),
        ("13.4.20-canary.36", ">=13.4.20-canary.37 <=16.4.6", False),
        ("16.0.3", ">=15.5.14 <16.0.0 || >=16.1.7 <=16.4.6", False),
        ("10.0.7", "*", True),
        ("../../etc", "*", False),
        ("", ">=1.0.0", False),
        ("1" * 400, "*", False),
    ],
)
def test_a_prerelease_counts_as_a_release_before_its_own(version: str, versions: str, expected: bool) -> None:
    assert in_range(version, versions) is expected


def test_releases_sort_by_precedence_not_by_text() -> None:
    assert sorted(["13.10.0", "13.4.9", "13.4.10", "13.4.10-canary.5", "9.0.6"], key=order) == [
        "9.0.6",
        "13.4.9",
        "13.4.10-canary.5",
        "13.4.10",
        "13.10.0",
    ]


@pytest.mark.parametrize("version", ["13", "latest", "13.1.6 ", "\x1b[2J", "13.1.6/../.."])
def test_what_npm_would_not_publish_is_no_release(version: str) -> None:
    assert not is_release(version)


@settings(max_examples=300)
@given(
    st.from_regex(
        r"[0-9]{1,17}(\.[0-9]{1,3}){1,3}(-[0-9a-zA-Z.-]{0,6})?(\+[0-9a-z.]{0,3})?\n?", fullmatch=True
    )
)
def test_a_usual_version_is_known_without_the_library_as_the_library_knows_it(version: str) -> None:
    try:
        make_semver(version, loose=False)
        known = version == version.strip()
    except ValueError:
        known = False

    assert is_release(version) == known


_WORD = st.from_regex(r"(0|[1-9][0-9]{0,2}|[0-9]*[A-Za-z-][0-9A-Za-z-]{0,3})", fullmatch=True)
_CORE = st.tuples(*[st.integers(0, 3)] * 3).map(lambda parts: ".".join(map(str, parts)))
_VERSION = st.builds(
    lambda core, words: core + ("-" + ".".join(words) if words else ""), _CORE, st.lists(_WORD, max_size=2)
)
_GROUP = st.lists(
    st.builds(str.__add__, st.sampled_from([">=", "<=", ">", "<", ""]), _VERSION), min_size=1, max_size=2
)
_RANGE = st.lists(_GROUP.map(" ".join) | st.just("*"), min_size=1, max_size=2).map(" || ".join)


@settings(max_examples=500)
@given(_VERSION, _VERSION, _RANGE)
def test_a_usual_range_is_read_without_the_library_as_the_library_reads_it(
    version: str, other: str, versions: str
) -> None:
    groups = make_range(versions, loose=False).set
    release = make_semver(version, loose=False)

    assert in_range(version, versions) == any(all(c.test(release) for c in group) for group in groups)
    assert (order(version) > order(other)) == (compare(version, other, loose=False) > 0)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [(">=1.0.0 <1.0.0", False), (">=1.0.0 <=1.0.0", True), ("*", True), (">2.0.0 <1.0.0 || *", False)],
)
def test_bounds_that_exclude_each_other_hold_no_release(versions: str, expected: bool) -> None:
    assert can_hold_a_release(versions) is expected
