"""The byte-level parts on any bytes: by hypothesis everywhere, guided by coverage (atheris) at night."""

import json
import os
import random
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutate import mutated
from tests.fuzz.parts import PARTS
from tests.heap.tiny import Tiny

NIGHTLY = os.environ.get("NEXTFIX_NIGHTLY") == "1"
INPUTS = settings(
    max_examples=2_000 if NIGHTLY else 100, deadline=None, suppress_health_check=list(HealthCheck)
)
_ENTRY = {"path": "dist/a.js", "before": "0" * 64, "after": "1" * 64, "previous": "0" * 64}
_TEXTS = {"name": "next", "version": "1.0.0", "style": "documented", "stamp": "", "state": "done"}


def _snapshot(folder: Path) -> bytes:
    tiny = Tiny()
    for name in ("IncomingMessage", "Timeout"):
        tiny.edge(0, tiny.node(name))
    path = folder / "tiny.heapsnapshot"
    tiny.write(path)
    return path.read_bytes()


@pytest.mark.parametrize("part", sorted(PARTS))
def test_any_bytes_are_taken_or_refused(part: str) -> None:
    @INPUTS
    @given(st.binary(max_size=400))
    @example(b"")
    @example(b"\x00" * 300)
    def holds(data: bytes) -> None:
        PARTS[part](data)

    holds()


def test_mutations_of_what_is_well_formed_are_taken_or_refused(tmp_path: Path) -> None:
    lists = {"schema": 1, "rules": [], "files": [_ENTRY], "certified": True, "complete": True}
    seeds = {
        "receipt": json.dumps({**_TEXTS, **lists}).encode(),
        "manifest": b'{"name": "next", "version": "13.1.6", "workspaces": {"packages": ["apps/*"]}}',
        "patch": b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
        "snapshot": _snapshot(tmp_path),
    }
    chance = random.Random(1)
    for part, seed in seeds.items():
        PARTS[part](seed)
        for _ in range(1_000 if NIGHTLY else 60):
            PARTS[part](mutated(seed, chance, tuple(seeds.values())))


@pytest.mark.skipif(not NIGHTLY, reason="a minute for each part: with NEXTFIX_NIGHTLY=1")
@pytest.mark.parametrize("part", sorted(PARTS))
def test_coverage_leads_to_no_input_that_breaks_a_law(part: str, tmp_path: Path) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed: pip install atheris")
    runs = 2_000 if part == "snapshot" else 20_000
    program = [
        sys.executable,
        "-m",
        "tests.fuzz.coverage_guided",
        part,
        f"-runs={runs}",
        "-max_total_time=120",
    ]
    ran = subprocess.run(
        [*program, f"-artifact_prefix={tmp_path}/"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    done = re.search(r"Done (\d+) runs", ran.stderr)
    assert done is not None
    assert int(done[1]) > 100
