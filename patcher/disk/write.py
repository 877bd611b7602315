"""The one place where nextfix changes a file.

A file is either its old bytes or its new bytes, whatever kills the process: the new bytes go to a
temporary file in the same folder, are synced, get the old mode, and replace the file by rename; then the
folder is synced. Because the name gets a new inode, a hard link (pnpm's and bun's stores) keeps the old
bytes under its other names.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from patcher.disk.folder import Folder, held, held_inside
from patcher.errors import ExitCode, NextfixError

TEMPORARY_PREFIX = ".nextfix-"
TEMPORARY_SUFFIX = ".tmp"
LARGEST = 32 * 1024 * 1024  # bytes; the largest file that a rule names is a tenth of this


def write_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Replace or create `path` with `data`, atomically and durably.

    Args:
        path: the file; its folder must exist. A symbolic link is refused, never followed.
        data: the whole new content.
        mode: permission bits of the result; by default those of the file it replaces, else 0o644.

    Raises:
        NextfixError: FILES when the folder or the file cannot be written, REFUSED for a symbolic link.
    """
    with _failing_as(path, "written"), held(path.parent) as folder:
        _replace(folder, path.name, data, mode)


def write_output(path: Path, data: bytes) -> None:
    """Write `data` to the file that the user named for a report.

    What a shell's `>` would write to is written to: a link is followed; a pipe that somebody reads, a device and a
    descriptor (`/dev/stderr`) are written as they are.

    Raises:
        NextfixError: FILES when it cannot be written, or is a folder or a pipe that nobody reads.
    """
    with _failing_as(path, "written"):
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:
            mode = stat.S_IFREG
        if stat.S_ISDIR(mode):
            raise NextfixError(ExitCode.FILES, "is a folder", path=path, hint="name a file")
        if not stat.S_ISREG(mode):
            _write_through(path, data)
            return
    write_file(Path(os.path.realpath(path)), data)


def _write_through(path: Path, data: bytes) -> None:
    handle = os.open(
        path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0)
    )  # a pipe without a reader fails, not waits
    os.set_blocking(handle, True)
    with open(handle, "wb") as out:
        out.write(data)


def write_inside(root: Path, relative: str, data: bytes, *, mode: int | None = None) -> None:
    """Like `write_file` for the file `relative` below `root`, refusing every link on the way.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when it cannot be written.
    """
    with _failing_as(root / relative, "written"), held_inside(root, relative) as (folder, name):
        _replace(folder, name, data, mode)


def replace_inside(root: Path, relative: str, old: bytes, new: bytes) -> None:
    """Replace the file `relative` of the copy `root`, which must hold `old`, by `new`.

    Raises:
        NextfixError: REFUSED when the path leaves the copy, goes through a link, or the file is no longer
            `old`; FILES when it cannot be written.
    """
    path = root / relative
    with _failing_as(path, "written"), held_inside(root, relative) as (folder, name):
        if folder.read(name, LARGEST) != old:
            raise NextfixError(
                ExitCode.REFUSED, "changed while nextfix was at work", path=path, hint="run the command again"
            )
        _replace(folder, name, new, None)


def read_inside(root: Path, relative: str) -> bytes | None:
    """The bytes of the file `relative` of the copy `root`, or None when there is none.

    Raises:
        NextfixError: REFUSED when the path leaves the copy, goes through a link, or the file is larger than
            any that is published; FILES when unreadable.
    """
    with _failing_as(root / relative, "read"):
        try:
            with held_inside(root, relative) as (folder, name):
                return folder.read(name, LARGEST)
        except (FileNotFoundError, NotADirectoryError):
            return None


def mode_inside(root: Path, relative: str) -> int | None:
    """The permission bits of the file `relative` below `root`, or None when there is none.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when unreadable.
    """
    with _failing_as(root / relative, "read"), held_inside(root, relative) as (folder, name):
        status = folder.status(name)
        return None if status is None else stat.S_IMODE(status.st_mode)


def make_folder(path: Path) -> None:
    """Create the folder `path` and those above it; it may be there already.

    Raises:
        NextfixError: FILES when it cannot be made, REFUSED when it is a symbolic link.
    """
    with _failing_as(path, "created"):
        path.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            raise NextfixError(ExitCode.REFUSED, "is a symbolic link", path=path, hint="remove it")


def remove_inside(root: Path, folder: str, names: Iterable[str]) -> None:
    """Remove the files `names`, which may be gone already, from the folder `folder` below `root`.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when one cannot be removed.
    """
    with _failing_as(root / folder, "cleaned"), _opened(root, folder) as opened:
        if sum(opened.unlink(name) for name in names):
            opened.sync()


def remove_folder(path: Path) -> bool:
    """Remove the folder `path` if it is empty; whether it is gone."""
    with suppress(OSError):
        path.rmdir()
    return not os.path.lexists(path)


def names_inside(root: Path, folder: str) -> list[str]:
    """The names in the folder `folder` below `root`; none when there is no such folder.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when unreadable.
    """
    with _failing_as(root / folder, "read"):
        try:
            with _opened(root, folder) as opened:
                return opened.names()
        except (FileNotFoundError, NotADirectoryError):
            return []


def sweep(root: Path, folder: str) -> None:
    """Remove the temporary files that a killed nextfix left in the folder `folder` below `root`.

    The caller holds the lock, so no other nextfix is writing there.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when one cannot be removed.
    """
    found = names_inside(root, folder)
    stale = [name for name in found if name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX)]
    if stale:
        remove_inside(root, folder, stale)


@contextmanager
def _opened(root: Path, folder: str) -> Iterator[Folder]:
    with held_inside(root, f"{folder}/-") as (opened, _):
        yield opened


@contextmanager
def _failing_as(path: Path, verb: Literal["written", "read", "created", "cleaned"]) -> Iterator[None]:
    """Tell an operating system error as a NextfixError that names `path`."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NextfixError(ExitCode.FILES, "is gone", path=path, hint="run the command again") from error
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "mend that and run the command again"
        if verb != "read":
            hint += "; for a tree that is read-only there is 'nextfix export'"
        raise NextfixError(ExitCode.FILES, f"cannot be {verb}: {reason}", path=path, hint=hint) from error


def _replace(folder: Folder, name: str, data: bytes, mode: int | None) -> None:
    old = folder.status(name)
    bits = mode if mode is not None else stat.S_IMODE(old.st_mode) if old is not None else 0o644
    temporary = f"{TEMPORARY_PREFIX}{os.getpid()}-{name}"[:200] + TEMPORARY_SUFFIX
    folder.unlink(temporary)  # left by a killed process that had our number
    try:
        _fill(folder, temporary, data, bits, old)
        folder.rename(temporary, name)
    except BaseException:
        with suppress(OSError):  # the error that brought us here is the one to tell; the next run sweeps
            folder.unlink(temporary)
        raise
    folder.sync()


def _fill(folder: Folder, name: str, data: bytes, bits: int, old: os.stat_result | None) -> None:
    """Create the temporary file with `data`, mode and, for root, the owner of the file it will replace."""
    with open(folder.create(name), "wb") as out:
        out.write(data)
        out.flush()
        if hasattr(os, "fchmod"):
            if old is not None and os.geteuid() == 0:
                os.fchown(out.fileno(), old.st_uid, old.st_gid)
            os.fchmod(out.fileno(), bits)
        os.fsync(out.fileno())
