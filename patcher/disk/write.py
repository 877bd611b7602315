"""The one place where nextfix changes a file.

A file is either its old bytes or its new bytes, whatever kills the process: the new bytes go to a temporary
file in the same folder, are synced, get the old owner, group, mode, access list and attributes, and replace the
file by rename; then the folder is synced. Because the name gets a new inode, a hard link (pnpm's and bun's stores)
keeps the old bytes under its other names.

Right before the rename the file is compared once more with what it was: what another program wrote meanwhile is
never overwritten.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

from patcher.disk.attributes import give_attributes
from patcher.disk.folder import Folder, open_folder, open_inside
from patcher.disk.temporary import create_temporary, sweep_folder
from patcher.errors import ExitCode, NextfixError

LARGEST = 32 * 1024 * 1024  # bytes; the largest file that a rule names is a tenth of this


def write_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Replace or create `path`, an output that the user named, with `data`, atomically and durably.

    Args:
        path: the file; its folder must exist. A symbolic link is refused, never followed.
        data: the whole new content.
        mode: permission bits of the result; by default those of the file it replaces, else 0o644.

    Raises:
        NextfixError: FILES when the folder or the file cannot be written, REFUSED for a symbolic link and for a
            file that another program changes at the same time.
    """
    with _failing_as(path, "written"), open_folder(path.parent) as folder:
        _replace(folder, path.name, data, mode)


def replace_file(path: Path, old: bytes | None, new: bytes) -> None:
    """Replace the file `path`, which must hold `old`, by `new`; with None for `old` it must not be there.

    Raises:
        NextfixError: REFUSED when the file is no longer `old` or is a symbolic link; FILES when it cannot be
            written.
    """
    with _failing_as(path, "written"), open_folder(path.parent) as folder:
        _replace_unchanged(folder, path.name, old, new)


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
    with _failing_as(root / relative, "written"), open_inside(root, relative) as (folder, name):
        _replace(folder, name, data, mode)


def replace_inside(root: Path, relative: str, old: bytes | None, new: bytes) -> None:
    """Replace the file `relative` below `root`, which must hold `old`, by `new`; None: it must not be there.

    Raises:
        NextfixError: REFUSED when the path leaves `root`, goes through a link, or the file is no longer
            `old`; FILES when it cannot be written.
    """
    with _failing_as(root / relative, "written"), open_inside(root, relative) as (folder, name):
        _replace_unchanged(folder, name, old, new)


def remove_unchanged(root: Path, relative: str, old: bytes) -> None:
    """Remove the file `relative` below `root`, which must hold `old`.

    Raises:
        NextfixError: REFUSED when the path leaves `root`, goes through a link, or the file is no longer
            `old`; FILES when it cannot be removed.
    """
    with _failing_as(root / relative, "cleaned"), open_inside(root, relative) as (folder, name):
        _refuse_change(folder, name, old)
        folder.unlink(name)
        folder.sync()


def read_inside(root: Path, relative: str) -> bytes | None:
    """The bytes of the file `relative` of the copy `root`, or None when there is none.

    Raises:
        NextfixError: REFUSED when the path leaves the copy, goes through a link, or the file is larger than
            any that is published; FILES when unreadable.
    """
    with _failing_as(root / relative, "read"):
        try:
            with open_inside(root, relative) as (folder, name):
                return folder.read(name, LARGEST)
        except (FileNotFoundError, NotADirectoryError):
            return None


def mode_inside(root: Path, relative: str) -> int | None:
    """The permission bits of the file `relative` below `root`, or None when there is none.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when unreadable.
    """
    with _failing_as(root / relative, "read"), open_inside(root, relative) as (folder, name):
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


def make_folder_inside(root: Path, relative: str) -> None:
    """Create the folder `relative` below `root` and those above it; it may be there already.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when it cannot be made.
    """
    parts = relative.split("/")
    for count in range(1, len(parts) + 1):
        here = "/".join(parts[:count])
        with _failing_as(root / here, "created"), open_inside(root, here) as (folder, name):
            folder.make(name)
    with _failing_as(root / relative, "created"), _opened(root, relative):
        pass  # that the last one is a folder, and not a link to one


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

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a link, FILES when one cannot be removed.
    """
    with _failing_as(root / folder, "cleaned"):
        try:
            with _opened(root, folder) as opened:
                sweep_folder(opened)
        except (FileNotFoundError, NotADirectoryError):
            return


@contextmanager
def _opened(root: Path, folder: str) -> Iterator[Folder]:
    with open_inside(root, f"{folder}/-") as (opened, _):
        yield opened


@contextmanager
def _failing_as(path: Path, verb: Literal["written", "read", "created", "cleaned"]) -> Iterator[None]:
    """Raise an error of the operating system as a NextfixError that names `path`."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NextfixError(ExitCode.FILES, "is gone", path=path, hint="run the command again") from error
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "fix that and run the command again"
        if verb != "read":
            hint += "; for a tree that is read-only there is 'nextfix export'"
        raise NextfixError(ExitCode.FILES, f"cannot be {verb}: {reason}", path=path, hint=hint) from error


def _replace_unchanged(folder: Folder, name: str, old: bytes | None, new: bytes) -> None:
    _refuse_change(folder, name, old)
    _replace(folder, name, new, None, lambda: _refuse_change(folder, name, old))


def _refuse_change(folder: Folder, name: str, old: bytes | None) -> None:
    """Raise REFUSED when the file `name` does not hold `old`, or is there and `old` is None."""
    now = folder.read(name, LARGEST) if folder.status(name) is not None else None
    if now != old:
        raise _changed(folder.path / name)


def _changed(path: Path) -> NextfixError:
    return NextfixError(
        ExitCode.REFUSED, "changed while nextfix was at work", path=path, hint="run the command again"
    )


def _replace(
    folder: Folder,
    name: str,
    data: bytes,
    mode: int | None,
    check: Callable[[], None] | None = None,
) -> None:
    """Write `data` to a temporary file and rename it to `name`, if `check` lets that happen.

    Without `check` the file must still be the one that was there at the start.
    """
    old = folder.status(name)
    with suppress(OSError):  # what a killed run left is not a reason not to write
        sweep_folder(folder)
    temporary, handle = create_temporary(folder)
    try:
        with open(handle, "wb") as out:
            _fill(folder, name, out, data, mode, old)
            if check is not None:
                check()
            _refuse_swap(folder, name, old)
            if os.name == "nt":  # where a file that is open has its name for good
                out.close()
            folder.rename(temporary, name)
    except BaseException:
        with suppress(OSError):  # the error that brought us here is the one to report; the next run sweeps
            folder.unlink(temporary)
        raise
    folder.sync()


def _refuse_swap(folder: Folder, name: str, old: os.stat_result | None) -> None:
    """Raise REFUSED when `name` is not the file of status `old` any more, with that content, owner and mode."""
    now = folder.status(name)
    if _identity(now) != _identity(old):
        raise _changed(folder.path / name)


def _identity(status: os.stat_result | None) -> tuple[int, ...] | None:
    if status is None:
        return None
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_mode,
        status.st_uid,
        status.st_gid,
    )


def _fill(
    folder: Folder,
    name: str,
    out: IO[bytes],
    data: bytes,
    mode: int | None,
    old: os.stat_result | None,
) -> None:
    """Write `data` to the temporary file `out`, and give it what the file that it will replace has."""
    out.write(data)
    out.flush()
    if hasattr(os, "fchmod"):
        if old is not None and mode is None:
            with _opened_for_attributes(folder, name) as source:
                give_attributes(out.fileno(), source, old)
        else:
            if old is not None and os.geteuid() == 0:
                os.fchown(out.fileno(), old.st_uid, old.st_gid)
            os.fchmod(out.fileno(), 0o644 if mode is None else mode)
    os.fsync(out.fileno())


@contextmanager
def _opened_for_attributes(folder: Folder, name: str) -> Iterator[int | None]:
    """A descriptor of the file `name`; None when it may not be read."""
    try:
        handle = folder.open(name)
    except PermissionError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)
