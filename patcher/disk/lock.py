"""One nextfix at a time on one node_modules folder, across processes."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from patcher.disk.write import make_folder, remove_folder
from patcher.errors import ExitCode, NextfixError

TIMEOUT = 60.0  # seconds to wait for another run on the same tree; one run takes well under one
_NAME = "lock"


@contextmanager
def locked(folder: Path, timeout: float = TIMEOUT) -> Iterator[None]:
    """Hold the lock of the receipts folder `folder`, which is made when it is missing.

    The operating system drops the lock of a process that dies, so a stale lock file blocks nobody. A folder
    that holds nothing but the lock afterwards is removed, by the holder and as its last act: who waited for
    a lock file that is gone makes a new one.

    Raises:
        NextfixError: FILES when another process holds it for `timeout` seconds, or it cannot be made;
            REFUSED when the folder is a symbolic link.
    """
    from filelock import FileLock, Timeout

    path = folder / _NAME
    lock = FileLock(path)
    ends = time.monotonic() + timeout
    while not lock.is_locked:
        make_folder(folder)
        try:
            lock.acquire(timeout=max(0.0, ends - time.monotonic()))
        except Timeout as error:
            raise NextfixError(
                ExitCode.FILES,
                f"held by another nextfix for {timeout:.0f} s",
                path=path,
                hint="try again when it is done",
            ) from error
        except FileNotFoundError:
            continue  # the holder before us has removed the folder
        except OSError as error:
            reason = f"cannot be locked: {error.strerror or error}"
            hint = (
                "fix that and run the command again; for a tree that is read-only there is 'nextfix export'"
            )
            raise NextfixError(ExitCode.FILES, reason, path=path, hint=hint) from error
    try:
        yield
    finally:
        _leave(folder)
        lock.release()


def _leave(folder: Path) -> None:
    """Remove the folder when only the lock is in it, and a node_modules that was made for it alone."""
    with suppress(OSError):
        if os.name == "posix" and os.listdir(folder) == [_NAME]:
            os.unlink(folder / _NAME)
            if remove_folder(folder):
                remove_folder(folder.parent)  # not empty, unless it was made for this folder
