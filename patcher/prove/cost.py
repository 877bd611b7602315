"""What the rewrite costs: servers built by concurrent first requests, and how fast it answers."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from patcher.prove.result import Cost, Round
from patcher.prove.server import Server
from patcher.prove.spec import PAGES, Traffic, parsed
from patcher.prove.traffic import Client
from patcher.prove.watch import Watcher

COLD_REQUESTS = 20
WARM_UP_SECONDS = 1.5
CONNECTIONS = 4
SERVER_FILES = ("/base-server.js", "/next-server.js")  # before next 12 the class is in the second
SERVER_CLASS = "Server"
PREPARE_IS_OPTIONAL_BEFORE = (13, 4, 13)

PROCESSOR = "(({ user, system }) => user + system)(process.cpuUsage())"  # microseconds

Start = Callable[[bool], Server]
Measured = Callable[[Cost], list[float]]


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Args:
        cold_starts: servers that get the concurrent first requests, of each kind.
        rounds: of requests to a warm server, of each kind.
        seconds: the length of a round.
    """

    cold_starts: int
    rounds: int
    seconds: float


EFFORT = Effort(5, 15, 2.0)


def must_prepare(next_version: str) -> bool:
    """Whether a custom server of this release answers only after `app.prepare()`."""
    return parsed(next_version) >= PREPARE_IS_OPTIONAL_BEFORE


def servers_built(start: Start, prepare: bool) -> int:
    """How many of next's servers are made when a cold server gets 20 requests at once.

    V8's own call counts of the constructor, over the inspector, so nothing is added to the server. (The
    count of an async function such as `createServer` would include each time that it is resumed.)

    Args:
        start: starts a server; called with whether to prepare it before it listens.
        prepare: passed to `start`.

    Raises:
        NextfixError: DEFECT when the server does not start or answer.
    """
    server = start(prepare)
    try:
        with Watcher(server.inspectors[0]) as watcher:
            watcher.call("Profiler.enable")
            watcher.call("Profiler.startPreciseCoverage", callCount=True, detailed=False)
            with Client(server.port, Traffic(False, COLD_REQUESTS)) as client:
                client.send_at_once([f"/demo?i={number}" for number in range(COLD_REQUESTS)])
            coverage = watcher.call("Profiler.takePreciseCoverage")["result"]
    finally:
        server.stop()
    return sum(
        function["ranges"][0]["count"]
        for script in coverage
        if script["url"].endswith(SERVER_FILES)
        for function in script["functions"]
        if function["functionName"] == SERVER_CLASS
    )


def warm_rounds(starts: dict[str, Start], effort: Effort) -> dict[str, list[Round]]:
    """How fast each warm server is, measured in turns so that the machine's moods hit all alike.

    Args:
        starts: name -> what starts the server.
        effort: how many rounds, and how long.

    Returns:
        name -> its rounds, over keep-alive connections to all pages in turn.
    """
    servers: dict[str, Server] = {}
    rounds: dict[str, list[Round]] = {name: [] for name in starts}
    with ExitStack() as stack:
        watchers = {}
        for name, start in starts.items():
            servers[name] = start(True)
            stack.callback(servers[name].stop)
            watchers[name] = stack.enter_context(Watcher(servers[name].inspectors[0]))
            _round(servers[name], watchers[name], WARM_UP_SECONDS)
        for number in range(effort.rounds):
            order = list(servers) if number % 2 else list(servers)[::-1]
            for name in order:
                rounds[name].append(_round(servers[name], watchers[name], effort.seconds))
    return rounds


def _round(server: Server, watcher: Watcher, seconds: float) -> Round:
    """Ask over CONNECTIONS keep-alive connections during `seconds`."""
    before, began = _processor(watcher), time.monotonic()
    until = began + seconds

    def ask(_number: int) -> int:
        count = 0
        with Client(server.port, Traffic(True, 1)) as client:
            while time.monotonic() < until:
                client.send([PAGES[count % len(PAGES)]])
                count += 1
        return count

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answered = sum(pool.map(ask, range(CONNECTIONS)))
    took = time.monotonic() - began
    return Round(round(answered / took, 1), round((_processor(watcher) - before) / answered, 3))


def _processor(watcher: Watcher) -> float:
    """The processor time that the server has used so far, in milliseconds."""
    usage = watcher.call("Runtime.evaluate", expression=PROCESSOR)
    return float(usage["result"]["value"]) / 1000


def costs(starts: dict[str, Start], next_version: str, effort: Effort) -> tuple[Cost, ...]:
    """The cost of each state of the packages.

    Args:
        starts: its name -> what starts its server; the first is what the others are compared with.
        next_version: the release of next.
        effort: how much to measure.

    Raises:
        NextfixError: DEFECT when a server does not start or answer.
    """
    prepare = must_prepare(next_version)
    built: dict[str, list[int]] = {name: [] for name in starts}
    for _ in range(effort.cold_starts):
        for name, start in starts.items():
            built[name].append(servers_built(start, prepare))
    rounds = warm_rounds(starts, effort)
    return tuple(
        Cost(name, COLD_REQUESTS, prepare, tuple(built[name]), tuple(rounds[name])) for name in starts
    )


def rates(cost: Cost) -> list[float]:
    """Requests per second, one number a round."""
    return [each.per_second for each in cost.rounds]


def processor(cost: Cost) -> list[float]:
    """Processor time of the server, in milliseconds a request, one number a round."""
    return [each.processor_ms for each in cost.rounds]


def against(measured: Measured, cost: Cost, original: Cost) -> float:
    """The median over the rounds of `measured` relative to the original's in the same round."""
    pairs = zip(measured(cost), measured(original), strict=True)
    return median(after / before for after, before in pairs)
