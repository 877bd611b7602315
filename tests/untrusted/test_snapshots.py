"""Heap snapshots that are made to exhaust memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from patcher.errors import ExitCode
from tests.heap.tiny import META, Tiny

MEMORY = 768 * 2**20  # bytes of address space; a small heap takes 500 MB of it, most of it never touched


def _heap(path: Path, kind: str) -> None:
    """A file that says that it is a heap snapshot, and would fill the memory of who believes it."""
    meta = json.dumps(META)
    with path.open("wb") as file:
        if kind == "counts of a million million":
            file.write(
                b'{"snapshot":{"meta":%b,"node_count":1000000000000,"edge_count":1},"nodes":[' % meta.encode()
            )
        elif kind == "four gigabytes of nothing":
            file.write(b'{"snapshot":{"meta":%b,"node_count":9,"edge_count":9},"nodes":[' % meta.encode())
            file.truncate(4 * 2**30)
        elif kind == "a header without an end":
            file.write(b'{"snapshot":{"meta":"')
            file.truncate(4 * 2**30)
        elif kind == "a billion nodes in a file that has room for them":
            file.write(
                b'{"snapshot":{"meta":%b,"node_count":1000000000,"edge_count":1000000000},"nodes":['
                % meta.encode()
            )
            file.truncate(40 * 2**30)
        else:
            tiny = Tiny()
            tiny.edge(0, tiny.node("IncomingMessage"), "a" * 200_000_000)
            file.write(json.dumps(tiny.value()).encode())


@pytest.mark.parametrize(
    "kind",
    [
        "counts of a million million",
        "four gigabytes of nothing",
        "a header without an end",
        "a billion nodes in a file that has room for them",
        "a name of 200 megabytes",
    ],
)
def test_a_heap_snapshot_made_to_exhaust_memory_ends_in_a_reason(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "big.heapsnapshot"
    _heap(path, kind)
    program = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
        "from patcher.cli.main import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", program, "heap", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert "Traceback" not in ran.stderr, ran.stderr
    assert "defect" not in ran.stderr, ran.stderr
    reason = ran.stderr.rstrip().rpartition("\n")[2]
    if kind == "a name of 200 megabytes":
        assert ran.returncode == 1 or "memory" in reason, ran.stderr[-500:]
    else:
        assert ran.returncode == ExitCode.DEFECT, ran.stderr
        assert "big.heapsnapshot" in reason
