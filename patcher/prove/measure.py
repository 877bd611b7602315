"""One measurement: start a server, send requests, wait until its connections close, look at its heap."""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from threading import Semaphore

from patcher.errors import NextfixError
from patcher.prove.asks import Ask, numbered, page_of
from patcher.prove.counted import EVERYTHING, Counted
from patcher.prove.heap_counts import Kept, kept_requests
from patcher.prove.result import MeasuredSlot, Measurement, Sample
from patcher.prove.server import Server
from patcher.prove.spec import Traffic
from patcher.prove.stage import Stage, last_lines
from patcher.prove.traffic import Client, ask_for_nothing, leave_early
from patcher.prove.watch import Watcher

KEEP_ALIVE_SECONDS = 15.0  # Node.js closes an idle connection after 5 s, later releases after 6 s
SETTLED_SECONDS = 8.0  # after the last request: the clock of the Date header, a tracer's flush
AFTER_CLOSE_SECONDS = 1.5
SAMPLE_SECONDS = 1.0
CHUNKS = 4
MORE = 2  # times as many requests, to see what grows
LAST_WORDS_SECONDS = 1.0
OTHER = "other"


@dataclass(frozen=True)
class Job:
    """One server to be measured.

    Args:
        phase: the name of the phase it belongs to.
        start: starts it.
        pages: the urls to ask for.
        requests: how often each.
        traffic: over what connections.
        numbered: add `?i=0`, `?i=1`, ... so that each request has a url of its own.
        counted: what stands for a request.
        again: ask twice as often once more, with clients that leave and urls that fail among them, to see
            which slots keep more then.
        asks: how each page is asked for that needs more than a GET.
    """

    phase: str
    start: Callable[[], Server]
    pages: tuple[str, ...]
    requests: int
    traffic: Traffic
    numbered: bool = True
    counted: Counted = EVERYTHING
    again: bool = False
    asks: Mapping[str, Ask] = field(default_factory=dict)

    @property
    def urls(self) -> list[str]:
        """What is asked for, in order: one page after the other."""
        return [
            numbered(page, number) if self.numbered else page
            for page in self.pages
            for number in range(self.requests)
        ]

    def by_page(self, urls: list[str]) -> dict[str, int]:
        """How many of `urls` belong to each page; what the client did not ask for counts as `other`."""
        counts: dict[str, int] = {}
        # A tracer may keep the url without its query.
        paths = {page.partition("?")[0]: page for page in reversed(self.pages)}
        for url in urls:
            page = page_of(url) if self.numbered else url
            key = page if page in self.pages else paths.get(page, OTHER)
            counts[key] = counts.get(key, 0) + 1
        return counts


def measure(stage: Stage, job: Job, busy: Semaphore, report: Callable[[str], None]) -> Measurement:
    """Run `job` and count the requests that its server keeps.

    Args:
        stage: owns the process and the heap snapshot.
        job: what to measure.
        busy: held while this works, not while it waits: bounds the load on the machine.
        report: called with each step.

    Raises:
        NextfixError: DEFECT when the server does not start or answer, or its heap cannot be read.
    """
    with busy:
        report("start")
        server = job.start()
    try:
        with ExitStack() as stack:
            samples = _drive(stage, server, job, busy, report, stack)
        with busy:
            report("heap")
            kept = kept_requests(stage, server.inspectors, job.counted)
        slots = _grown(stage, server, job, busy, report, kept) if job.again and kept.slots else kept.slots
    except NextfixError as error:
        if not server.ended(LAST_WORDS_SECONDS):
            raise
        reason = f"{error.reason}: the server ended: {last_lines(server.log)}"
        raise NextfixError(error.code, reason, path=error.path) from error
    finally:
        server.stop()
    return Measurement(
        phase=job.phase,
        requests=dict.fromkeys(job.pages, job.requests),
        retained=dict.fromkeys(job.pages, 0) | _with_nameless(job.by_page(kept.urls), kept.nameless),
        heap_bytes=samples[-1].heap_bytes,
        slots=slots,
        samples=tuple(samples),
        alive=kept.classes,
    )


def _with_nameless(counts: dict[str, int], nameless: int) -> dict[str, int]:
    return counts | {OTHER: counts.get(OTHER, 0) + nameless} if nameless else counts


def _grown(
    stage: Stage, server: Server, job: Job, busy: Semaphore, report: Callable[[str], None], before: Kept
) -> tuple[MeasuredSlot, ...]:
    """The slots of `before`, each with what it keeps after three times the requests."""
    with Client(server.port, job.traffic, job.asks) as client:
        with busy:
            report("load")
            client.send([url for _ in range(MORE) for url in job.urls])
            for page in job.pages:
                leave_early(server.port, page)
                ask_for_nothing(server.port)
        sent = time.monotonic()
        while not client.wait_until_closed(SAMPLE_SECONDS) and time.monotonic() - sent < KEEP_ALIVE_SECONDS:
            stage.sleep(0)
    stage.sleep(max(AFTER_CLOSE_SECONDS, SETTLED_SECONDS - (time.monotonic() - sent)))
    with busy:
        report("heap")
        after = kept_requests(stage, server.inspectors, job.counted)
    counts = {slot.label: slot.requests for slot in after.slots}
    sent_more = MORE * len(job.urls)
    return tuple(
        replace(slot, growth=growth_words(slot.requests, counts.get(slot.label, 0), sent_more))
        for slot in before.slots
    )


def growth_words(before: int, after: int, sent: int) -> str:
    """What became of a slot that kept `before` requests when `sent` more were sent, and it keeps `after`.

    A slot of a promise keeps as many as it did, give or take a connection's last; one that grows with the
    traffic keeps at least half of what came.
    """
    if after - before >= max(2, sent // 2):
        return f"grows: one a request ({before}, then {after} after {sent} more)"
    if after - before > max(2, before):
        return f"grows: {before}, then {after} after {sent} more"
    return f"bounded: {before}, then {after} after {sent} more"


def _drive(
    stage: Stage, server: Server, job: Job, busy: Semaphore, report: Callable[[str], None], stack: ExitStack
) -> list[Sample]:
    """Send the requests and wait until they may all be gone; a sample at each moment worth knowing."""
    watchers = [stack.enter_context(Watcher(address)) for address in server.inspectors]
    client = stack.enter_context(Client(server.port, job.traffic, job.asks))
    samples: list[Sample] = []

    def sample(state: str) -> None:
        looks = [watcher.look(job.counted) for watcher in watchers]
        live = job.by_page([url for look in looks for url in look.urls])
        seconds = round(time.monotonic() - began, 2)
        samples.append(Sample(seconds, state, sum(look.heap_bytes for look in looks), live))

    with busy:
        report("load")
        began = time.monotonic()
        sample("load")
        urls = job.urls
        for chunk in _chunks(urls, CHUNKS):
            client.send(chunk)
            sample("load")
    report("wait")
    sent = time.monotonic()
    while not client.wait_until_closed(SAMPLE_SECONDS) and time.monotonic() - sent < KEEP_ALIVE_SECONDS:
        sample("open")
    rest = max(AFTER_CLOSE_SECONDS, SETTLED_SECONDS - (time.monotonic() - sent))
    for _ in range(math.ceil(rest / SAMPLE_SECONDS)):
        stage.sleep(rest / math.ceil(rest / SAMPLE_SECONDS))
        sample("closed")
    return samples


def _chunks(urls: list[str], count: int) -> list[list[str]]:
    """`urls` in at most `count` runs of the same length, the last may be shorter."""
    size = max(1, math.ceil(len(urls) / count))
    return [urls[first : first + size] for first in range(0, len(urls), size)]
