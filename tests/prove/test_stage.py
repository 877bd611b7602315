"""Nothing is left behind: processes, ports, folders, whatever ends the experiment."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.prove.stage import Halted, Stage, excerpt

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
PARENT = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print(child.pid, flush=True); child.wait()"
)
EXPERIMENT = """
import sys, time
from pathlib import Path
from patcher.prove.stage import Stage
with Stage() as stage:
    process = stage.start([sys.executable, "-c", "import time; time.sleep(600)"], stage.folder, {}, stage.log("server"))
    print(stage.folder, process.pid, flush=True)
    while True:  # a signal that comes right before one long sleep would be seen after it
        time.sleep(0.1)
"""


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return (
        Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        if Path("/proc/self").exists()
        else True
    )


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether the process ends in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_leaving_ends_the_processes_and_their_children_and_removes_the_folder() -> None:
    with Stage() as stage:
        log = stage.log("parent")
        process = stage.start([sys.executable, "-c", PARENT], stage.folder, dict(os.environ), log)
        while not log.read_text().strip():
            time.sleep(0.02)
        child = int(log.read_text())
        assert alive(child)

    assert gone(process.pid)
    assert gone(child)
    assert not stage.folder.exists()


def test_keep_leaves_the_folder() -> None:
    with Stage(keep=True) as stage:
        process = stage.start(SLEEPER, stage.folder, {}, stage.log("sleeper"))
    try:
        assert stage.folder.is_dir()
        assert gone(process.pid)
    finally:
        for file in stage.folder.iterdir():
            file.unlink()
        stage.folder.rmdir()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind(number: signal.Signals) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", EXPERIMENT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    folder, pid = run.stdout.readline().split()

    run.send_signal(number)
    _, errors = run.communicate(timeout=20)

    assert "KeyboardInterrupt" in errors
    assert gone(int(pid))
    assert not Path(folder).exists()


def test_ctrl_c_while_a_process_starts_leaves_it_not_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Interrupted(subprocess.Popen[bytes]):
        """Ctrl-C comes when the process exists and nobody has been told of it yet."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self.pid)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)

    with pytest.raises(KeyboardInterrupt), Stage() as stage:
        stage.start(SLEEPER, stage.folder, {}, stage.log("sleeper"))

    assert gone(started[0])
    assert not stage.folder.exists()


def test_nobody_listens_on_the_closed_port_and_nobody_can() -> None:
    with Stage() as stage:
        with (
            pytest.raises(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", stage.closed_port)),
        ):
            pass
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", stage.closed_port))


def test_a_step_that_fails_says_its_last_lines() -> None:
    with Stage() as stage, pytest.raises(NextfixError, match=r"install failed: .*no such package") as error:
        stage.run([sys.executable, "-c", "raise SystemExit('no such package')"], stage.folder, {}, "install")

    assert error.value.code is ExitCode.FILES


def test_after_a_halt_nothing_waits_and_nothing_starts() -> None:
    with Stage() as stage:
        stage.halt()

        with pytest.raises(Halted):
            stage.sleep(60)
        with pytest.raises(Halted):
            stage.start(SLEEPER, stage.folder, {}, stage.folder / "log")


DAEMON = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(child.pid, flush=True)
"""


def test_a_server_that_left_its_process_group_is_ended_by_its_mark() -> None:
    with Stage() as stage:
        log = stage.log("daemon")
        stage.start([sys.executable, "-c", DAEMON], stage.folder, dict(os.environ), log).wait(30)
        daemon = int(log.read_text())
        assert alive(daemon)

    assert gone(daemon)


def test_a_log_of_any_size_is_read_at_its_beginning_and_its_end_only(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        file.write(b"listening on 7\n")
        file.seek(5 << 30)
        file.write(b"the last words\n")

    text = excerpt(log)

    assert len(text) <= 2 << 20
    assert text.startswith("listening on 7")
    assert text.endswith("the last words\n")
