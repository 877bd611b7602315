"""The byte-level parts on any bytes: by hypothesis everywhere, guided by coverage (atheris) at night."""

import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.flood import NIGHTLY
from tests.fuzz.mutate import mutated
from tests.fuzz.parts import PARTS
from tests.fuzz.seeds import ANALYSED
from tests.heap.tiny import Tiny

INPUTS = settings(
    max_examples=2_000 if NIGHTLY else 100, deadline=None, suppress_health_check=list(HealthCheck)
)
RUNS = {"snapshot": 2_000}
ASIDE = tempfile.gettempdir()  # where an input that breaks a law is left
_ENTRY = {"path": "dist/a.js", "before": "0" * 64, "after": "1" * 64, "previous": "0" * 64}
_TEXTS = {"name": "next", "version": "1.0.0", "style": "documented", "stamp": "", "state": "done"}


def _snapshot(folder: Path) -> bytes:
    tiny = Tiny()
    for name in ("IncomingMessage", "Timeout"):
        tiny.edge(0, tiny.node(name))
    path = folder / "tiny.heapsnapshot"
    tiny.write(path)
    return path.read_bytes()


def _seeds(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """What is well formed for each part that has a form."""
    lists = {"schema": 1, "rules": [], "files": [_ENTRY], "certified": True, "complete": True}
    sources = dict.fromkeys(("places", "backwards", "private", "regions"), ANALYSED)
    chosen = dict.fromkeys(("analysis", "fix"), tuple(b"\0" + source for source in ANALYSED))
    return {
        "receipt": (json.dumps({**_TEXTS, **lists}).encode(),),
        "manifest": (b'{"name": "next", "version": "13.1.6", "workspaces": {"packages": ["apps/*"]}}',),
        "patch": (b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",),
        "snapshot": (_snapshot(folder),),
        **sources,
        **chosen,
    }


@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("part", sorted(PARTS))
def test_any_bytes_are_taken_or_refused(part: str, tried: Callable[..., None]) -> None:
    @INPUTS
    @given(st.binary(max_size=400))
    @example(b"")
    @example(b"\x00" * 300)
    def holds(data: bytes) -> None:
        tried(f"bytes for {part}: any")
        PARTS[part](data)

    holds()


@pytest.mark.timeout(14_400)
def test_mutations_of_what_is_well_formed_are_taken_or_refused(
    tmp_path: Path, tried: Callable[..., None]
) -> None:
    chance = random.Random(1)
    seeds = _seeds(tmp_path)
    every = tuple(one for some in seeds.values() for one in some[:1])
    for part, some in seeds.items():
        for seed in some:
            PARTS[part](seed)
        for _ in range(1_000 if NIGHTLY else 60):
            tried(f"bytes for {part}: mutations")
            PARTS[part](mutated(chance.choice(some), chance, every))


@pytest.mark.skipif(not NIGHTLY, reason="a minute for each part: with NEXTFIX_NIGHTLY=1")
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("part", sorted(PARTS))
def test_coverage_leads_to_no_input_that_breaks_a_law(
    part: str, tmp_path: Path, tried: Callable[..., None]
) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed: pip install atheris")
    known = tmp_path / "known"
    known.mkdir()
    for number, seed in enumerate(_seeds(tmp_path).get(part, ())):
        (known / str(number)).write_bytes(seed)
    command = [sys.executable, "-m", "tests.fuzz.coverage_guided", part, str(known)]
    limits = [f"-runs={RUNS.get(part, 20_000)}", "-max_total_time=60", "-timeout=60"]
    ran = subprocess.run(
        [*command, *limits, f"-artifact_prefix={ASIDE}/nextfix-{part}-"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    done = re.search(r"Done (\d+) runs", ran.stderr)
    assert done is not None
    assert int(done[1]) > 100
    tried(f"bytes for {part}: led by coverage", int(done[1]))
