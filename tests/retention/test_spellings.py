"""Every kind of kept thing in many spellings: how many of them the analysis finds, and that it finds nothing else."""

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from patcher.analysis.file import analyse
from patcher.syntax.tree import Dialect
from tests.retention.measure import node
from tests.retention.spellings import Program, programs
from tests.retention.test_reports import STRIP

DRIVER = Path(__file__).with_name("spellings.cjs")
PROGRAMS = list(programs())
# Of a hundred programs that keep a request, how many are found: measured, and never to be less.
FOUND = {"handle": 99, "context": 100, "live-timer": 97, "web-stream": 100, "promise": 83}


def found(program: Program) -> bool:
    dialect = Dialect.TYPESCRIPT if program.suffix == ".ts" else Dialect.JAVASCRIPT
    return bool(analyse(program.source.encode(), dialect))


@pytest.mark.parametrize("kind", FOUND)
def test_most_spellings_of_a_kind_are_found(kind: str) -> None:
    kept = [program for program in PROGRAMS if program.kept and program.thing.keeps == kind]
    missed = Counter(program.shape for program in kept if not found(program))

    assert 100 * (len(kept) - missed.total()) >= FOUND[kind] * len(kept), missed


def test_what_keeps_no_request_is_not_found_in_any_spelling() -> None:
    alarms = [
        f"{program.thing.name}: {program.shape}"
        for program in PROGRAMS
        if not program.kept and found(program)
    ]

    assert alarms == []


@pytest.mark.registry
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: Node releases cannot be fetched")
@pytest.mark.parametrize("version", ["20.20.2", "26.10.0"])
@pytest.mark.parametrize("name", sorted({program.thing.name for program in PROGRAMS}))
def test_a_program_keeps_a_request_as_it_is_said_to(name: str, version: str, tmp_path: Path) -> None:
    sampled = name in ("net.connect", "value")
    if not sampled and not os.environ.get("NEXTFIX_NIGHTLY"):
        pytest.skip("run in the nightly job: set NEXTFIX_NIGHTLY=1")
    own = [program for program in PROGRAMS if program.thing.name == name]
    free = version == "26.10.0" and own[0].thing.keeps in ("promise", "web-stream")
    stays = run(own, version, tmp_path)

    assert [
        program.shape
        for program, count in zip(own, stays, strict=True)
        if bool(count) != (program.kept and not free)
    ] == []


def run(own: list[Program], version: str, folder: Path) -> list[int]:
    """How many of three requests stay after each of some programs, on the Node `version`."""
    files = []
    for place, program in enumerate(own):
        source, suffix = program.source, program.suffix
        if suffix == ".ts":
            command = [str(node("24.21.0")), "--no-warnings", "-e", STRIP]
            source = subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
            suffix = ".mjs"
        file = folder / f"program{place}{suffix}"
        file.write_text(source)
        files.append(str(file))
    command = [str(node(version)), "--expose-gc", str(DRIVER), *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True, cwd=folder)
    counts: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return [counts[file] for file in files]
