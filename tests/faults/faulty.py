"""nextfix in a process of its own in which one chosen call to the system fails, or is its last.

The calls that can change a file, or be refused, are wrapped and counted. `Ran.steps` names those that a run
made, so that a test can let each of them fail in turn. The process is forked, so that each of some thousand runs
costs what its work costs and not the start of an interpreter.
"""

import builtins
import errno
import gc
import io
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import patcher.disk.folder
import patcher.disk.write

NIGHTLY = os.environ.get("NEXTFIX_NIGHTLY") == "1"
LONGEST = 60  # seconds; a run that takes longer hangs, and is killed by the alarm

_WRAPPED = (
    "open",
    "close",
    "fsync",
    "replace",
    "unlink",
    "fchmod",
    "fchown",
    "mkdir",
    "rmdir",
    "stat",
    "listdir",
    "scandir",
)
_CHANGING = frozenset({"create", "write", "fsync", "replace", "unlink", "fchmod", "fchown", "mkdir", "rmdir"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at a step: the process is killed, gets a signal, or the call fails with an error."""

    signal: int = 0
    error: int = 0

    def __str__(self) -> str:
        return signal.Signals(self.signal).name if self.signal else errno.errorcode[self.error]


KILL = Fault(signal=signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended: its exit code, or minus the signal that killed it, what it said, the steps it took."""

    code: int
    out: str
    err: str
    steps: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The last line of stderr."""
        return self.err.rstrip("\n").rpartition("\n")[2]

    def changing(self) -> list[int]:
        """The numbers of the steps that change something on disk."""
        return [number for number, name in enumerate(self.steps) if name.split()[0] in _CHANGING]


class _Steps:
    """Counts the wrapped calls and lets the fault happen at number `at`."""

    def __init__(self, fault: Fault | None, at: int, log: int) -> None:
        self.fault, self.at, self.log = fault, at, log
        self.number = -1
        self.inside = False

    def step(self, name: str, half: Callable[[], object] | None = None) -> None:
        """Take one step; `half` does half of a write before the fault strikes."""
        self.number += 1
        os.write(self.log, f"{name}\n".encode(errors="surrogateescape"))
        if self.number != self.at or self.fault is None:
            return
        if half is not None:
            half()
        if self.fault.signal:
            os.kill(os.getpid(), self.fault.signal)
        else:
            raise OSError(self.fault.error, os.strerror(self.fault.error), "injected")

    def wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            if self.inside:  # a call that another wrapped call makes is part of it
                return call(*args, **kwargs)
            creates = name == "open" and len(args) > 1 and args[1] & os.O_CREAT
            self.step(f"{'create' if creates else name} {str(args[0])[-60:] if args else ''}")
            self.inside = True
            try:
                return call(*args, **kwargs)
            finally:
                self.inside = False

        return counted

    def opened(self, file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        """`open` for nextfix: what is written goes through steps."""
        if mode == "wb":
            return io.BufferedWriter(_Raw(file, self))
        if not isinstance(file, int):
            self.step(f"read {str(file)[-60:]}")
        return builtins.open(file, mode, *args, **kwargs)


class _Raw(io.FileIO):
    """A file whose writes are steps; a fault in one leaves half of the data written."""

    def __init__(self, handle: int, steps: _Steps) -> None:
        super().__init__(handle, "wb")
        self._steps = steps

    def write(self, data: Any) -> int:
        half = bytes(data)[: len(data) // 2]
        self._steps.step("write", lambda: io.FileIO.write(self, half))
        return super().write(data)


def run(
    arguments: list[str],
    *,
    fault: Fault | None = None,
    at: int = -1,
    unprivileged: bool = False,
    prepare: Callable[[], object] | None = None,
) -> Ran:
    """Run nextfix with `arguments`, letting `fault` happen at step number `at`; `prepare` is called in its process.

    With `unprivileged` it gives up the rights of root first, to whom nothing is refused; what it imports
    must have been imported by then.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as log:
        gc.freeze()  # a collection in the child would copy every page of the parent
        child = os.fork()
        if child == 0:
            if prepare is not None:
                prepare()
            if unprivileged and os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            _become(arguments, _Steps(fault, at, log.fileno()), out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        texts = []
        for file in (out, err, log):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    code = os.waitstatus_to_exitcode(status)
    return Ran(code, texts[0], texts[1], tuple(texts[2].splitlines()))


def _become(arguments: list[str], steps: _Steps, out: int, err: int) -> None:
    """Be nextfix, and end; what pytest set up belongs to the parent."""
    code = 99
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(LONGEST)
        sys.stdout = os.fdopen(os.dup(out), "w", errors="backslashreplace")
        sys.stderr = os.fdopen(os.dup(err), "w", buffering=1, errors="backslashreplace")
        from patcher.cli.main import main

        with _instrumented(steps):
            main(arguments)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 98
    except BaseException as error:
        print(f"escaped: {error!r}", file=sys.stderr)
    finally:
        for thread in threading.enumerate():  # as an interpreter waits for them, before it ends
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def _instrumented(steps: _Steps) -> Iterator[None]:
    real = {name: getattr(os, name) for name in _WRAPPED}
    for name, call in real.items():
        wrapped = steps.wrapped(name, call)
        for supported in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if call in supported:
                supported.add(wrapped)
        setattr(os, name, wrapped)
    patcher.disk.folder.open = steps.opened  # type: ignore[attr-defined]
    patcher.disk.write.open = steps.opened  # type: ignore[attr-defined]
    io_open, io.open = io.open, steps.opened
    try:
        yield
    finally:
        io.open = io_open
        for name, call in real.items():
            setattr(os, name, call)


def kept(root: Path, allowed: dict[str, set[bytes]]) -> None:
    """Assert that every file of the copy in `root` is one of its `allowed` contents: old or new, never in between."""
    for path, contents in allowed.items():
        assert (root / "node_modules/next" / path).read_bytes() in contents, path
