"""One nextfix at a time on one node_modules folder, across processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patcher.errors import ExitCode, NextfixError

TIMEOUT = 60.0  # seconds to wait for another run on the same tree; one run takes well under one


@contextmanager
def locked(folder: Path, timeout: float = TIMEOUT) -> Iterator[None]:
    """Hold the lock of the receipts folder `folder`, which must exist.

    The operating system drops the lock of a process that dies, so a stale lock file blocks nobody.

    Raises:
        NextfixError: FILES when another process holds it for `timeout` seconds, or it cannot be made.
    """
    from filelock import FileLock, Timeout

    path = folder / "lock"
    try:
        with FileLock(path, timeout=timeout):
            yield
    except Timeout as error:
        raise NextfixError(
            ExitCode.FILES,
            f"held by another nextfix for {timeout:.0f} s",
            path=path,
            hint="try again when it is done",
        ) from error
