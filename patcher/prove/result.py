"""What an experiment found; `as_json` of it is the JSON file that `nextfix prove --json` writes."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

import patcher
from patcher.prove.counted import EVERYTHING, Counted

NAMED_PAGES = 4


@dataclass(frozen=True)
class Sample:
    """The heap at one moment, after a forced collection.

    Args:
        seconds: since the first request.
        state: `load` while requests are sent, `open` while connections idle, `closed` after.
        heap_bytes: used size of the V8 heap.
        live: page -> requests that are alive (what stands for one: `counted` of the subject).
    """

    seconds: float
    state: str
    heap_bytes: int
    live: dict[str, int]


@dataclass(frozen=True)
class MeasuredPlace:
    """A place in code: a file and a line, 0 when it is not known; `made` where the probe saw the kept thing made."""

    path: str
    line: int
    made: bool


@dataclass(frozen=True)
class MeasuredSlot:
    """One slot that keeps requests, and all that it keeps; a request can have several.

    Args:
        slot: its name, such as `NextServer.reqHandlerPromise`.
        holder: the class of what the slot keeps, such as `Promise`.
        requests: how many requests it keeps.
        retained_bytes: what the heap would lose without it; None when that was not worked out.
        path: from the roots to one of these requests: the class of each object and the edge to the next.
        at: the index in `path` of the step that is the slot.
        rule: the rule that rewrites it, None when there is none.
        origin: the file of its class and the variable from which it is reached; empty when `slot` says that.
        last: the class of the object at the end of the path.
        made: where what it keeps was made: function, file, line and package; empty without the probe.
        growth: whether it keeps more after three times the requests, in words; empty when not measured.
        places: where its code is, in the app's folder.
        said: the rule, or the finding of `nextfix check`, that speaks of its place, or that none does.
    """

    slot: str
    holder: str
    requests: int
    retained_bytes: int | None
    path: tuple[tuple[str, str], ...]
    at: int
    rule: str | None
    origin: str = ""
    last: str = ""
    growth: str = ""
    made: tuple[str, ...] = ()
    places: tuple[MeasuredPlace, ...] = ()
    said: str = ""

    @property
    def label(self) -> str:
        """The slot and what is in it: `Promise in NextServer.reqHandlerPromise`."""
        return f"{self.holder} in {self.slot}"


@dataclass(frozen=True)
class Measurement:
    """One server process: what was asked of it and what it kept.

    Args:
        phase: the name of the phase.
        requests: page -> requests sent.
        retained: page -> requests in the heap snapshot, after the connections closed and collection.
        heap_bytes: used size of the V8 heap at that moment.
        slots: who keeps them, the most requests first.
        samples: the heap over time.
        alive: class -> its live objects at that moment.
    """

    phase: str
    requests: dict[str, int]
    retained: dict[str, int]
    heap_bytes: int
    slots: tuple[MeasuredSlot, ...]
    samples: tuple[Sample, ...]
    alive: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The retained requests of all pages."""
        return sum(self.retained.values())


@dataclass(frozen=True)
class Round:
    """Requests to a warm server for a moment.

    Args:
        per_second: requests answered per second.
        processor_ms: processor time that the server used a request, in milliseconds; what else runs on the
            machine changes this less than the rate.
    """

    per_second: float
    processor_ms: float


@dataclass(frozen=True)
class Cost:
    """What one state of the packages costs.

    Args:
        name: `original`, or the style of the rewrites.
        cold_requests: concurrent requests to a server that has answered none before.
        prepared: whether `app.prepare()` was awaited before them (newer releases insist on it).
        servers_built: how many of next's own servers they had made, one number a cold start.
        rounds: how fast it answers when it is warm.
    """

    name: str
    cold_requests: int
    prepared: bool
    servers_built: tuple[int, ...]
    rounds: tuple[Round, ...]


@dataclass(frozen=True)
class ExperimentResult:
    """One experiment.

    Args:
        command: the command line that repeats it.
        subject: what ran: packages and releases, Node.js, style, traffic.
        phases: name -> the rules applied; `None` for none, an empty list for all.
        measurements: in the order of the phases.
        cost: of the original and of each style, all rules applied; empty when not measured.
        seconds: how long it took.
        error: why it could not be run; empty when it could.
    """

    command: str
    subject: dict[str, Any]
    phases: dict[str, list[str] | None] = field(default_factory=dict)
    measurements: tuple[Measurement, ...] = ()
    cost: tuple[Cost, ...] = ()
    seconds: float = 0.0
    error: str = ""

    @property
    def first(self) -> str:
        """The name of the first phase, the original."""
        return next(iter(self.phases))

    @property
    def last(self) -> str:
        """The name of the last phase."""
        return list(self.phases)[-1]

    def retained(self, phase: str) -> int:
        """The retained requests of all pages in `phase`."""
        return sum(each.total for each in self.measurements if each.phase == phase)

    def sent(self, phase: str) -> int:
        """The requests sent to all pages in `phase`."""
        return sum(sum(each.requests.values()) for each in self.measurements if each.phase == phase)

    @property
    def counted(self) -> Counted:
        """What stood for a request."""
        return EVERYTHING

    @property
    def pages(self) -> list[str]:
        """The pages asked for, in order."""
        return list(dict.fromkeys(page for each in self.measurements for page in each.requests))

    def cell(self, phase: str, page: str) -> int | None:
        """The retained requests of `page` in `phase`; None when it was not measured."""
        found = [each.retained.get(page, 0) for each in self.measurements
                 if each.phase == phase and page in each.requests]  # fmt: skip
        return sum(found) if found else None


def pages_in_words(pages: Collection[str]) -> str:
    """The pages of one server by name, or how many there are when a line has no room for them."""
    return " ".join(pages) if len(pages) <= NAMED_PAGES else f"all {len(pages)} pages"


def as_json(results: list[ExperimentResult]) -> dict[str, Any]:
    """The object of the JSON report; `patcher/prove/report/prove.schema.json` is its schema."""
    return {
        "tool": {"name": "nextfix", "version": patcher.__version__},
        "experiments": [asdict(result) for result in results],
    }
