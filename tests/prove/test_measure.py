"""Measuring a server: what is counted, and what a failure leaves behind."""

import os
import sys
import time
from collections.abc import Callable
from threading import Semaphore

import pytest

from patcher.errors import NextfixError
from patcher.prove.events import Progress
from patcher.prove.experiment import measure_all
from patcher.prove.measure import OTHER, Job, growth_words, measure
from patcher.prove.server import Server, accepts
from patcher.prove.spec import TRAFFIC
from patcher.prove.stage import Stage

FALLS = """
import socket, sys
link = socket.create_server(("127.0.0.1", 0)); print(link.getsockname()[1], flush=True)
link.accept(); sys.exit("the database is gone")
"""


def falling(stage: Stage) -> Callable[[], Server]:
    """A server that ends when the first client comes."""

    def start() -> Server:
        log = stage.log("server")
        process = stage.start([sys.executable, "-c", FALLS], stage.folder, dict(os.environ), log)
        while not log.read_text().strip():
            time.sleep(0.02)
        return Server(stage, process, log, int(log.read_text()))

    return start


def job(start: Callable[[], Server], pages: tuple[str, ...] = ("/a", "/b"), numbered: bool = True) -> Job:
    return Job("original", start, pages, 2, TRAFFIC["keep-alive"], numbered)


def test_requests_are_numbered_and_counted_by_page() -> None:
    each = job(lambda: pytest.fail("not started"))

    assert each.urls == ["/a?i=0", "/a?i=1", "/b?i=0", "/b?i=1"]
    assert each.by_page([*each.urls, "/a?i=1", "/favicon.ico"]) == {"/a": 3, "/b": 2, OTHER: 1}


def test_the_urls_of_ones_own_server_are_asked_for_as_they_are() -> None:
    each = job(lambda: pytest.fail("not started"), ("/a?x=1", "/a?x=2"), numbered=False)

    assert each.urls == ["/a?x=1", "/a?x=1", "/a?x=2", "/a?x=2"]
    assert each.by_page(each.urls) == {"/a?x=1": 2, "/a?x=2": 2}


def test_a_server_that_falls_is_told_with_its_last_words_and_ended() -> None:
    with Stage() as stage:
        with pytest.raises(NextfixError, match=r"the server ended: .*the database is gone"):
            measure(stage, job(falling(stage)), Semaphore(1), lambda _: None)

        stage.sleep(0)


def test_a_failed_measurement_leaves_the_stage_ready_for_the_next() -> None:
    with Stage() as stage:
        for _ in range(2):
            with pytest.raises(NextfixError, match="no answer"):
                measure_all(stage, [job(falling(stage)) for _ in range(3)], Progress(lambda *_: None))


def test_nothing_listens_on_a_port_that_is_closed() -> None:
    with Stage() as stage:
        assert not accepts(stage.closed_port)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(1, 1, "bounded"), (1, 3, "bounded"), (20, 60, "grows: one a request"), (5, 14, "grows: 5, then 14")],
)
def test_a_slot_that_keeps_as_much_as_comes_is_told_from_one_that_keeps_what_it_had(
    before: int, after: int, said: str
) -> None:
    assert growth_words(before, after, 40).startswith(said)
