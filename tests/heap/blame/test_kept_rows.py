"""What was measured to keep its request is blamed, in a program of a few lines, on the slot that keeps it."""

from pathlib import Path

import pytest

from patcher.heap import count
from tests.heap.kept_rows import RELEASES, ROWS, Row, matches, rows
from tests.heap.programs import NIGHTLY, heap_of, node_of
from tests.releases import locked_tree

ALL = [(row, release) for row in rows() for release in RELEASES]
# A tenth of them in the ordinary run, each release with other rows; all of them every night.
SAMPLED = ALL[::10]
# Gone within seconds, and nobody's to empty: a warning of Node's opens stderr, and the clock of fetch ticks once more.
_PLACES = {False: ("app/", "in (n", "globalThis[undici"), True: ("(app/user.cjs)", ".js)", "(n")}
_PASSING = (
    "in stderr in (node:",
    "callback onTick in node:internal/deps/undici/undici",
    "in fastNowTimeout in (node:",
)


@pytest.mark.registry
@pytest.mark.parametrize(
    ("row", "release"),
    [pytest.param(*case, id=f"{case[0].name}-{case[1]}") for case in (ALL if NIGHTLY else SAMPLED)],
)
def test_a_kept_thing_is_blamed_on_the_slot_that_keeps_it_and_on_no_other(
    row: Row, release: str, tmp_path: Path
) -> None:
    if row.file == "packages.cjs":
        (tmp_path / "node_modules").symlink_to(locked_tree(ROWS))

    report = count(heap_of(node_of(release), row.program, tmp_path))

    groups = [each for each in report.groups if not any(words in each.label for words in _PASSING)]
    found = [f"{each.label} <- {each.origin}" for each in groups]
    wanted = row.slots[release]
    assert [slot for slot in wanted if not any(matches(slot, each) for each in groups)] == [], found
    assert [each.label for each in groups if not any(matches(slot, each) for slot in wanted)] == []


def test_every_row_says_for_each_release_what_is_blamed_or_that_nothing_is() -> None:
    assert len(list(rows())) == len({row.name for row in rows()}) > 100
    assert [row.name for row in rows() if set(row.slots) != set(RELEASES)] == []


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_the_slot_of_a_row_is_in_the_programs_own_file_or_is_nodes_or_a_packages(row: Row) -> None:
    slots = [slot for release in RELEASES for slot in row.slots[release]]

    places = _PLACES[row.file == "packages.cjs"]
    assert [slot for slot in slots if not any(words in slot for words in places)] == []
