"""The cost of a rewrite: what is counted on a cold server, and how rates are compared."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.prove.cost import COLD_REQUESTS, Effort, against, rates, servers_built, warm_rounds
from patcher.prove.result import Cost
from patcher.prove.server import Server
from patcher.prove.stage import Stage
from tests.prove.example import rounds

NEEDS_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
APP = """
class Server { constructor() { this.made = Date.now(); } }
const soon = () => new Promise((resolve) => setTimeout(() => resolve(new Server()), 200));
let memo;
const first = %s;
const server = require("http").createServer(async (req, res) => { await first(); res.end("ok"); });
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
"""
SHARED = "() => (memo ??= soon())"
EACH_ITS_OWN = "async () => { if (!memo) memo = await soon(); return memo; }"


def starter(stage: Stage, folder: Path, first: str) -> Callable[[bool], Server]:
    """Starts a server which builds its `Server` as `first` says, in a file named as next's is."""
    file = folder / "next-server.js"
    file.write_text(APP % first)

    def start(_prepare: bool) -> Server:
        log = stage.log("server")
        node = str(shutil.which("node"))
        process = stage.start([node, "--inspect=127.0.0.1:0", str(file)], folder, dict(os.environ), log)
        until = time.monotonic() + 20
        while not (lines := log.read_text().splitlines()) or not lines[-1].isdigit():
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.02)
        return Server(stage, process, log, int(lines[-1]))

    return start


@NEEDS_NODE
@pytest.mark.parametrize(("first", "expected"), [(SHARED, 1), (EACH_ITS_OWN, COLD_REQUESTS)])
def test_the_servers_that_concurrent_first_requests_build_are_counted(
    tmp_path: Path, first: str, expected: int
) -> None:
    with Stage() as stage:
        assert servers_built(starter(stage, tmp_path, first), prepare=False) == expected


@NEEDS_NODE
def test_every_server_is_measured_in_every_round(tmp_path: Path) -> None:
    with Stage() as stage:
        start = starter(stage, tmp_path, SHARED)
        found = warm_rounds({"one": start, "other": start}, Effort(1, 3, 0.1))

    assert {name: len(each) for name, each in found.items()} == {"one": 3, "other": 3}
    assert all(each.per_second > 0 and each.processor_ms > 0 for both in found.values() for each in both)


def test_rates_are_compared_within_a_round_since_the_machine_may_slow_down_for_both() -> None:
    original = Cost("original", 20, False, (1,), rounds(100.0, 50.0, 10.0))
    rewritten = Cost("documented", 20, False, (1,), rounds(110.0, 55.0, 11.0))

    assert against(rates, rewritten, original) == pytest.approx(1.1)
