"""The shipped table: whole, in words, and the same when a sample of it is measured anew."""

import json
import shutil

import pytest

from patcher.retention.kinds import KINDS, Kept
from patcher.retention.table import BASE, TABLE, cells, kept, measured_releases
from patcher.retention.words import EVERY, NO, affected_rows, when
from tests.retention.measure import NODES, TRACKERS, TRIALS, measure

HELD = json.loads(TABLE.read_bytes())
# Trials that show that the measurement is sound: none of these keeps a request anywhere.
PLAIN = ("plain value", "listener on an emitter that lives on", "abort listener on a signal that lives on")
SIGNS = {True: "R", False: ".", None: "?"}


def test_every_cell_is_measured_or_says_that_it_was_not() -> None:
    for tracker in TRACKERS:
        found = HELD["trackers"][tracker.name]["cells"]
        assert list(found) == list(tracker.nodes)
        for signs in found.values():
            assert signs == "not measured" or (len(signs) == len(HELD["trials"]) and set(signs) <= set("R.?"))


def test_every_trial_belongs_to_one_kind_or_shows_that_the_measurement_is_sound() -> None:
    named = [trial for kind in KINDS.values() for trial in kind.trials]
    assert sorted([*named, *PLAIN]) == sorted(HELD["trials"])
    for trial in HELD["trials"]:
        assert f'"{trial}": ' in TRIALS.read_text() or f"    {trial}: " in TRIALS.read_text()


def test_what_keeps_nothing_keeps_nothing_anywhere() -> None:
    places = [HELD["trials"].index(trial) for trial in PLAIN]
    for tracker in HELD["trackers"].values():
        for where, signs in tracker["cells"].items():
            assert signs == "not measured" or {signs[place] for place in places} == {"."}, where


@pytest.mark.parametrize(
    ("kind", "version", "flag", "expected"),
    [
        ("promise", (22, 12, 0), "", True),
        ("promise", (24, 4, 1), "", False),
        ("promise", (24, 4, 1), "--no-async-context-frame", True),
        ("promise", (22, 12, 0), "--experimental-async-context-frame", False),
        ("promise", (20, 20, 2), "--experimental-async-context-frame", True),
        ("timer", (24, 19, 5), "", True),
        ("timer", (24, 20, 0), "--no-async-context-frame", False),
        ("timer", (25, 3, 0), "", True),
        ("timer", (26, 5, 1), "", True),
        ("timer", (26, 7, 0), "", False),
        ("timer", (16, 20, 2), "", True),
        ("reaction", (27, 0, 0), "", True),
    ],
)
def test_the_nearest_measured_release_stands_for_those_after_it(
    kind: Kept, version: tuple[int, int, int], flag: str, expected: bool
) -> None:
    assert kept(kind, version, flag) is expected


def test_a_tracer_that_rests_on_async_local_storage_has_its_cells() -> None:
    for kind in KINDS:
        for tracker in ("dd-trace-5", "dd-trace-6", "opentelemetry", "sentry", "als-enter"):
            assert cells(kind, tracker) == cells(kind), (kind, tracker)
    assert set(HELD["trackers"]) == {tracker.name for tracker in TRACKERS}
    assert len(measured_releases()) == len({node.partition(" ")[0] for node in NODES})


@pytest.mark.parametrize(
    ("kind", "tracker", "expected"),
    [
        ("promise", BASE, "Node before 24"),
        ("timer", BASE, "Node before 24.20, and from 25 until 26.6"),
        ("stream", BASE, "Node 22.16 and later"),
        ("handle", BASE, EVERY),
        ("storage", BASE, NO),
        ("promise", "cls-hooked", EVERY),
        ("timer", "cls-hooked", NO),
        ("timer", "dd-trace-5.20", EVERY),
    ],
)
def test_a_kind_is_said_by_the_releases_that_keep_it(kind: Kept, tracker: str, expected: str) -> None:
    assert when(kind, tracker) == expected


def test_six_rows_say_which_node_and_tracer_keeps_what() -> None:
    rows = affected_rows().splitlines()

    assert len(rows) == 2 + 6
    assert rows[2].split(" | ")[1:4] == ["kept", "free", "free"]
    assert rows[3].split(" | ")[1:4] == ["kept", "kept", "free"]
    assert rows[4].split(" | ")[1:4] == ["kept", "kept", "kept"]


@pytest.mark.registry
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: Node releases cannot be fetched")
@pytest.mark.parametrize("where", ["20.20.2", "24.21.0"])
def test_a_sample_measured_anew_is_what_the_table_says(where: str) -> None:
    found = measure(TRACKERS[0], where)

    assert found is not None
    assert "".join(SIGNS[cell] for cell in found.values()) == HELD["trackers"][BASE]["cells"][where]
