"""The temporary files of the writer: their names, whose they are, and removing those that a killed run left.

A name has a part that follows from the rest of it by a hash, so a file of anybody else is never taken for one. Who
writes to a temporary file holds a lock on it, which the system drops when the process dies: a temporary file that can
be locked is nobody's any more.
"""

import hashlib
import os
import re
import stat
import time
from contextlib import suppress
from typing import Literal

from patcher.disk.folder import Folder

_NAME = re.compile(r"\.nextfix-([0-9a-f]{16})([0-9a-f]{16})\.tmp")
_STALE = 3600.0  # seconds after which a file counts as left behind where the file system has no locks
_TRIES = 100


def temporary_name() -> str:
    """A name for a new temporary file, which no other run chooses."""
    chance = os.urandom(8).hex()
    return f".nextfix-{chance}{_token(chance)}.tmp"


def is_temporary(name: str) -> bool:
    """Whether `name` is one that `temporary_name` made."""
    found = _NAME.fullmatch(name)
    return found is not None and found[2] == _token(found[1])


def create_temporary(folder: Folder) -> tuple[str, int]:
    """Create a temporary file in `folder`: its name, and a descriptor for writing that holds its lock.

    Raises:
        OSError: when it cannot be created.
    """
    for _ in range(_TRIES):
        name = temporary_name()
        handle = folder.create(name)
        try:
            if _locked(handle) != "held" and _is_there(folder, name, handle):
                return name, handle
        except BaseException:
            os.close(handle)
            with suppress(OSError):
                folder.unlink(name)
            raise
        os.close(handle)  # a sweep found it before we had locked it
    raise OSError(f"no temporary file stays in {folder.path}")


def sweep_folder(folder: Folder) -> None:
    """Remove the temporary files in `folder` that no process writes to any more.

    Raises:
        OSError: when the folder cannot be read, or one cannot be removed.
    """
    stale = [name for name in folder.names() if is_temporary(name) and _is_stale(folder, name)]
    if sum(folder.unlink(name) for name in stale):
        folder.sync()


def _token(chance: str) -> str:
    return hashlib.sha256(f"temporary file of nextfix {chance}".encode()).hexdigest()[:16]


def _is_stale(folder: Folder, name: str) -> bool:
    """Whether the writer of the temporary file `name` has died."""
    try:
        handle = folder.open(name)
    except OSError:  # gone, or not one that we may open
        return False
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or not _is_there(folder, name, handle):
            return False
        lock = _locked(handle)
        return lock == "ours" or (lock == "unknown" and time.time() - status.st_mtime > _STALE)
    finally:
        os.close(handle)


def _is_there(folder: Folder, name: str, handle: int) -> bool:
    """Whether `name` still is the file that is open as `handle`."""
    try:
        named = os.stat(folder.at(name), dir_fd=folder.handle, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(handle))


def _locked(handle: int) -> Literal["ours", "held", "unknown"]:
    """Take the lock of an open file without waiting: whether it is ours now, held by another, or not to be had."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows
        return "unknown"
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return "held"
    except OSError:  # some network file systems have no locks
        return "unknown"
    return "ours"
