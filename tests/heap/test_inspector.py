import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.heap import count
from patcher.heap.blame.known_slots import KnownSlots
from patcher.heap.inspector import take_snapshot
from patcher.heap.take import inspect
from tests.heap.conftest import LEAKY


@pytest.fixture(scope="module")
def port(node: str) -> Iterator[int]:
    """The inspector's port of leaky_server.js, after its requests."""
    process = subprocess.Popen(
        [node, "--expose-gc", str(LEAKY), "-", "inspect"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline()
        yield int(address.split(":")[2].split("/")[0])
    finally:
        process.kill()
        process.wait()


def test_a_running_servers_heap_is_taken_after_collection_with_progress(port: int, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = tmp_path / "live.heapsnapshot"

    take_snapshot("127.0.0.1", port, path, lambda done, total: steps.append((done, total)))

    urls = {instance.url for instance in count(path).instances}
    assert {"/array", "/map", "/weak"} <= urls
    assert not urls & {"/dead", "/ref"}
    assert steps
    assert all(0 <= done <= total for done, total in steps)


def test_the_workflow_leaves_no_snapshot_behind(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    report = inspect(f"127.0.0.1:{port}", "Keeper", None, KnownSlots())

    assert report.count == 1
    assert list(tmp_path.iterdir()) == []


def test_a_port_where_nobody_listens_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NextfixError, match="node --inspect") as caught:
        take_snapshot("127.0.0.1", 1, tmp_path / "a")

    assert caught.value.code is ExitCode.NOTHING


class Foreign(http.server.BaseHTTPRequestHandler):
    """A server that is no inspector, and says so in three ways."""

    answers = iter((b"hello", b"[]", json.dumps([{"webSocketDebuggerUrl": "ws://127.0.0.1/x"}]).encode()))

    def do_GET(self) -> None:
        """Answer with the next of the wrong answers, and any later request with 404."""
        body = next(self.answers) if self.path == "/json/list" else b""
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged."""


def test_a_server_that_is_no_inspector_is_refused(tmp_path: Path) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), Foreign) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for _ in range(3):
            with pytest.raises(NextfixError, match="inspect") as caught:
                take_snapshot("127.0.0.1", server.server_port, tmp_path / "a")
            assert caught.value.code is ExitCode.DEFECT
        server.shutdown()


@pytest.mark.parametrize("place", ["", "host", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "a:b", "1:²"])
def test_a_place_that_is_none_is_a_matter_of_usage(place: str) -> None:
    with pytest.raises(NextfixError) as caught:
        inspect(place, "IncomingMessage", None, KnownSlots())

    assert caught.value.code is ExitCode.USAGE
