"""The experiment itself, small: a real release of next, a real server, its real heap."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from patcher.errors import ExitCode

NEEDS = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="needs Node.js and npm"
)
COMMAND = [sys.executable, "-m", "patcher", "prove", "--requests", "5", "--together", "--quick"]


ENVIRONMENT = "PROVE_TEST"


def folders(base: Path) -> list[Path]:
    """The temporary folders of experiments in `base`."""
    return list(base.glob("nextfix-prove-*"))


def children(of: int) -> list[str]:
    """The command lines of processes whose environment names the folder of this run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{ENVIRONMENT}={of}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return found


@pytest.mark.registry
@pytest.mark.slow
@NEEDS
def test_requests_stay_before_and_none_after_all_rules(tmp_path: Path) -> None:
    report, temporary = tmp_path / "report", tmp_path / "tmp"
    report.mkdir()
    temporary.mkdir()

    done = subprocess.run(
        [*COMMAND, "--output", str(report)],
        env=os.environ | {"TMPDIR": str(temporary)}, capture_output=True, text=True, timeout=500,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    data = json.loads((report / "nextfix-prove.json").read_text())
    jsonschema.validate(data, json.loads((files("patcher.prove.report") / "prove.schema.json").read_text()))
    before, after = data["experiments"][0]["measurements"]
    assert sum(before["retained"].values()) > 0
    assert sum(after["retained"].values()) == 0
    assert {slot["slot"] for slot in before["slots"]} >= {"NextServer.reqHandlerPromise"}
    for each in (before, after):  # two ways to count: the snapshot, and the objects of the running process
        assert sum(each["samples"][-1]["live"].values()) == sum(each["retained"].values())
    assert folders(temporary) == []


@pytest.mark.registry
@pytest.mark.slow
@NEEDS
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for what is left in /proc")
@pytest.mark.parametrize(
    ("number", "moment"), [(signal.SIGINT, "install and build"), (signal.SIGTERM, "wait out")]
)
def test_interrupted_anywhere_it_leaves_no_process_and_no_folder(
    tmp_path: Path, number: signal.Signals, moment: str
) -> None:
    run = subprocess.Popen(
        [*COMMAND, "--json", "", "--html", ""],
        env=os.environ | {"TMPDIR": str(tmp_path), ENVIRONMENT: str(os.getpid())},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert run.stderr is not None
    while line := run.stderr.readline():
        if moment in line:
            break
    time.sleep(1.5)

    run.send_signal(number)
    _, errors = run.communicate(timeout=60)

    assert run.returncode == ExitCode.INTERRUPTED, errors
    assert "interrupted" in errors.splitlines()[-1]
    assert children(os.getpid()) == []
    assert folders(tmp_path) == []


@pytest.mark.registry
@pytest.mark.slow
@NEEDS
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for what is left in /proc")
@pytest.mark.parametrize("moment", [b"install and build", b"wait out"])
def test_a_terminal_that_is_closed_leaves_no_process_and_no_folder(tmp_path: Path, moment: bytes) -> None:
    import pty

    run, terminal = pty.fork()  # the child leads a session, its controlling terminal is ours to close
    if run == 0:
        environment = os.environ | {"TMPDIR": str(tmp_path), ENVIRONMENT: str(os.getppid()), "COLUMNS": "200"}
        os.execve(sys.executable, [*COMMAND, "--json", "", "--html", ""], environment)
    shown = b""
    while moment not in shown:
        shown += os.read(terminal, 4096)
    assert folders(tmp_path)

    os.close(terminal)
    os.waitpid(run, 0)

    assert children(os.getpid()) == []
    assert folders(tmp_path) == []
