"""Kinds of code that real packages and applications hold: what keeps its request is found, its healthy twin is not."""

import pytest

from patcher.analysis.file import analyse
from patcher.syntax.tree import Dialect
from tests.analysis.wild_healthy import HEALTHY
from tests.analysis.wild_kept import KEPT
from tests.rules.test_families import keeps_the_request


def families(source: str) -> list[str]:
    return [site.family for site in analyse(source.encode(), Dialect.TYPESCRIPT)]


@pytest.mark.parametrize("source", HEALTHY.values(), ids=HEALTHY)
def test_what_keeps_no_request_is_not_found(source: str) -> None:
    assert families(source) == []


def test_under_node_a_race_keeps_its_request_until_its_timeout_is_stopped() -> None:
    assert keeps_the_request(KEPT["the timeout of a race whose handle is only unreferenced"])
    assert not keeps_the_request(HEALTHY["the timeout of a race that its executor gives to who clears it"])


@pytest.mark.parametrize(
    ("kept", "healthy"),
    [
        (
            "a lock that waits for the promise which it keeps",
            "a lock that is emptied by whoever was the last",
        ),
        ("a queue for each key", "a queue for each key that goes with its last job"),
        ("a promise that is awaited and stays", "what a promise gives takes its place at once"),
        (
            "a promise that an entry is given when it has settled",
            "what an entry is given when it has settled is the value",
        ),
        (
            "an entry found in a block of its own",
            "an entry found in a block of its own goes when its promise settles",
        ),
        (
            "a lock for each key in the words of compilers",
            "a lock for each key, in the words of compilers, that goes with its last task",
        ),
    ],
)
def test_under_node_a_queue_keeps_its_last_request_until_somebody_empties_it(kept: str, healthy: str) -> None:
    assert keeps_the_request(KEPT[kept])
    assert not keeps_the_request(HEALTHY[healthy])


@pytest.mark.parametrize(
    "kept",
    [
        "the get stands in another function that others call",
        "a slot of the process under a symbol",
        "a map of the process under a symbol",
        "a map of an object that is taken apart",
        "a connection made at its first use",
        "a promise that others resolve, made by who asks first",
        "a promise of what every runtime has, made by another function",
        "a promise that is made only where there is no page",
    ],
)
def test_under_node_a_slot_that_is_reached_another_way_keeps_its_request(kept: str) -> None:
    assert keeps_the_request(KEPT[kept])


def test_under_node_an_object_keeps_a_request_when_somebody_has_it() -> None:
    assert keeps_the_request(KEPT["a method on an object that is made once and given away"])
    assert not keeps_the_request(HEALTHY["a callback on an object that the handler made and gives to nobody"])


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_what_keeps_its_request_is_found(source: str) -> None:
    assert families(source) != []


def test_an_interval_that_is_kept_and_put_into_a_list_is_one_finding() -> None:
    [site] = analyse(b"""
        let prune
        export function createRequest(app, request) { return new Promise((resolve) => {
          if (!prune) { prune = setInterval(pruneRequests, 60000); app.intervals.push(prune) }
          resolve(request) }) }
    """)
    assert (site.family, site.slot, site.growth) == ("lazy-interval", "prune", "")


def test_a_chain_of_timers_that_something_ends_while_the_program_runs_is_in_doubt() -> None:
    source = """
        class Throttle {
          update(busy) { if (busy) { if (!this.cycle) this.throttle(true) } else this.END() }
          throttle(on) { run(on); this.cycle = setTimeout(() => this.throttle(!on), 100) }
          END() { if (this.cycle) { clearTimeout(this.cycle); this.cycle = undefined } }
        }
    """
    [site] = analyse(source.replace("END", "stopThrottling").encode())
    assert (site.family, site.doubt.text) == (
        "self-rearming-timer",
        "does `stopThrottling` end it before long?",
    )
    [site] = analyse(source.replace(" else this.END()", "").replace("END", "destroy").encode())
    assert (site.family, site.doubt.text) == ("self-rearming-timer", "")
