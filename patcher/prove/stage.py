"""What an experiment uses up: one temporary folder and its processes; leaving the stage ends them all."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from patcher.disk.scratch import make_scratch
from patcher.errors import ExitCode, NextfixError
from patcher.text.display import one_line

PATIENCE = 3.0
MARK = "NEXTFIX_PROVE"  # the variable by which a process is known that left its group
EXCERPT = 1 << 20
LAST_LINES = 6
REMARKS = ("at ", "Node.js v", "Debugger ", "For help, see: https://nodejs.org", "npm notice")


class Stage:
    """The temporary folder and the processes of one experiment, used as a context manager.

    While it is entered, SIGTERM and SIGHUP interrupt as Ctrl-C does. On leaving, for whatever reason,
    every process started here has ended and, unless `keep`, the folder is gone.

    Args:
        keep: leave the folder for inspection; the processes end all the same.
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        self.folder = Path()
        self.mark = uuid.uuid4().hex
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._halted = threading.Event()
        self._handlers: dict[int, Any] = {}
        self._closed_port = socket.socket()

    def __enter__(self) -> Self:
        self._closed_port.bind(("127.0.0.1", 0))  # bound and never listening: whoever connects is refused
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and threading.current_thread() is threading.main_thread():
                self._handlers[number] = signal.signal(number, _interrupt)
        self.folder = make_scratch("nextfix-prove-").resolve()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        previous = self._deafen()
        try:
            self.halt()
            self._closed_port.close()
            if not self.keep:
                shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            for number, handler in (previous | self._handlers).items():
                signal.signal(number, handler)

    def _deafen(self) -> dict[int, Any]:
        """Ignore a second Ctrl-C while things are put away; return the handlers to restore."""
        if threading.current_thread() is not threading.main_thread():
            return {}
        numbers = [signal.SIGINT, *self._handlers]
        return {int(number): signal.signal(number, signal.SIG_IGN) for number in numbers}

    @property
    def closed_port(self) -> int:
        """A port of 127.0.0.1 where nothing listens: tracers are set to send there."""
        port: int = self._closed_port.getsockname()[1]
        return port

    def start(
        self, command: list[str] | str, folder: Path, environment: dict[str, str], log: Path
    ) -> subprocess.Popen[bytes]:
        """Start `command` (a list, or a string for the shell) in `folder`, its output going to `log`.

        Raises:
            NextfixError: REFUSED when the program cannot be started.
        """
        # Ctrl-C reaches the main thread only, so it cannot come between the start and the note of it.
        with ThreadPoolExecutor(1) as starter:
            return starter.submit(self._start, command, folder, environment, log).result()

    def _start(
        self, command: list[str] | str, folder: Path, environment: dict[str, str], log: Path
    ) -> subprocess.Popen[bytes]:
        with self._lock, open(log, "wb") as output:
            if self._halted.is_set():
                raise Halted
            try:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env={**environment, MARK: self.mark},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    shell=isinstance(command, str),
                    start_new_session=True,
                )
            except OSError as error:
                name = command if isinstance(command, str) else command[0]
                raise NextfixError(
                    ExitCode.REFUSED, f"cannot be started: {error.strerror}", path=name
                ) from error
            self._processes.add(process)
        return process

    def run(
        self,
        command: list[str],
        folder: Path,
        environment: dict[str, str],
        what: str,
        codes: Collection[int] = (0,),
    ) -> str:
        """Run `command` in `folder` to its end and return what it printed.

        Args:
            command: program and arguments.
            folder: working directory.
            environment: all environment variables.
            what: the step's name, for the error.
            codes: the exit codes that are not failures.

        Raises:
            NextfixError: FILES when it fails, with its last lines.
        """
        log = self.log(what)
        process = self.start(command, folder, environment, log)
        try:
            code = process.wait()
        finally:
            self.end(process)
        if self._halted.is_set():
            raise Halted
        if code not in codes:
            raise NextfixError(ExitCode.FILES, f"{what} failed: {last_lines(log)}")
        return excerpt(log)

    def log(self, what: str) -> Path:
        """A new file for the output of the step `what`."""
        safe = "".join(letter if letter.isalnum() else "-" for letter in what)
        handle, name = tempfile.mkstemp(prefix=f"{safe}-", suffix=".log", dir=self.folder)
        os.close(handle)
        return Path(name)

    def sleep(self, seconds: float) -> None:
        """Wait; stop at once when the stage is left.

        Raises:
            Halted: when the stage is left meanwhile.
        """
        if self._halted.wait(seconds):
            raise Halted

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End `process` and the group it leads: ask, wait a little, then kill. Harmless when it has ended."""
        _signal(process, signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
            process.wait()
            with self._lock:
                self._processes.discard(process)

    def halt(self) -> None:
        """End every process; whoever waits or starts another in this stage gets Halted."""
        self._halted.set()
        with self._lock:
            processes = list(self._processes)
        for process in processes:
            _signal(process, signal.SIGTERM)
        for process in processes:
            self.end(process)
        end_marked(self.mark)


class Halted(Exception):
    """The stage is being left; work in other threads ends with this."""


def end_marked(mark: str) -> None:
    """End every process that has the mark in its environment, by its number: a daemon left its parent's group."""
    import psutil

    marked = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                process.terminate()
                marked.append(process)
        except (psutil.Error, OSError):  # it has ended, or is someone else's
            continue
    for process in psutil.wait_procs(marked, PATIENCE)[1] if marked else ():
        with contextlib.suppress(psutil.Error):
            process.kill()


def excerpt(log: Path) -> str:
    """The beginning and the end of a log: a server may print gigabytes, and none of it is held in memory."""
    with open(log, "rb") as file:
        begin = file.read(EXCERPT)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(EXCERPT, size - EXCERPT))
        return (begin + file.read(EXCERPT)).decode(errors="replace")


def last_lines(log: Path) -> str:
    """The end of a log, on one line, for an error message; stack frames and Node's own remarks left out."""
    lines = [line.strip() for line in excerpt(log).splitlines()]
    telling = [line for line in lines if line and not line.startswith(REMARKS)]
    return one_line(" | ".join(telling[-LAST_LINES:])) or "it printed nothing"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal the group that `process` leads; its own children (npm's, next's workers) are in it."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.terminate()
    except (ProcessLookupError, PermissionError):
        pass
