"""The one place where nextfix changes a file.

A file is either its old bytes or its new bytes, whatever kills the process: the new bytes go to a
temporary file in the same folder, are synced, get the old mode, and replace the file by rename; then the
folder is synced. Because the name gets a new inode, a hard link (pnpm's and bun's stores) keeps the old
bytes under its other names.

Inside a copy every folder on the way is opened without following links and held open, so a folder that is
swapped for a link meanwhile cannot lead a write out of the copy.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from patcher.errors import ExitCode, NextfixError

TEMPORARY_PREFIX = ".nextfix-"
TEMPORARY_SUFFIX = ".tmp"

_HELD = os.open in os.supports_dir_fd  # not on Windows, where paths are used instead


def write_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Replace or create `path` with `data`, atomically and durably.

    Args:
        path: the file; its folder must exist. A symbolic link is refused, never followed.
        data: the whole new content.
        mode: permission bits of the result; by default those of the file it replaces, else 0o644.

    Raises:
        NextfixError: FILES when the folder or the file cannot be written, REFUSED for a symbolic link.
    """
    with _failing_as(path), _held(path.parent) as folder:
        _replace(folder, path.parent, path.name, data, mode)


def replace_inside(root: Path, relative: str, old: bytes, new: bytes) -> None:
    """Replace the file `relative` of the copy `root`, which must hold `old`, by `new`.

    Raises:
        NextfixError: REFUSED when the path leaves the copy, goes through a link, or the file is no longer
            `old`; FILES when it cannot be written.
    """
    path = root / relative
    with _failing_as(path), _held_inside(root, relative) as folder:
        if _read(folder, path.parent, path.name) != old:
            raise NextfixError(
                ExitCode.REFUSED, "changed while nextfix was at work", path=path, hint="run the command again"
            )
        _replace(folder, path.parent, path.name, new, None)


def read_inside(root: Path, relative: str) -> bytes | None:
    """The bytes of the file `relative` of the copy `root`, or None when there is none.

    Raises:
        NextfixError: REFUSED when the path leaves the copy or goes through a link, FILES when unreadable.
    """
    path = root / relative
    with _failing_as(path):
        try:
            with _held_inside(root, relative) as folder:
                return _read(folder, path.parent, path.name)
        except (FileNotFoundError, NotADirectoryError):
            return None


def make_folder(path: Path) -> None:
    """Create the folder `path`, whose parent must exist; it may be there already.

    Raises:
        NextfixError: FILES when it cannot be made.
    """
    with _failing_as(path):
        path.mkdir(parents=True, exist_ok=True)


def remove_file(path: Path) -> None:
    """Remove `path`, which may be gone already.

    Raises:
        NextfixError: FILES when it cannot be removed.
    """
    with _failing_as(path):
        path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed nextfix left in `folder`. The caller holds the lock."""
    for path in folder.glob(f"{TEMPORARY_PREFIX}*{TEMPORARY_SUFFIX}"):
        remove_file(path)


@contextmanager
def _failing_as(path: Path) -> Iterator[None]:
    """Tell an operating system error as a NextfixError that names `path`."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NextfixError(ExitCode.FILES, "is gone", path=path, hint="run the command again") from error
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "nothing was changed; on a read-only tree, use 'nextfix export'"
        raise NextfixError(ExitCode.FILES, f"cannot be written: {reason}", path=path, hint=hint) from error


@contextmanager
def _held(folder: Path) -> Iterator[int | None]:
    """An open descriptor of `folder`, or None where the system has no operations relative to one."""
    if not _HELD:
        yield None
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _held_inside(root: Path, relative: str) -> Iterator[int | None]:
    """Like `_held` for the folder of `relative` below `root`, refusing every link on the way."""
    parts = PurePosixPath(relative.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0]:
        raise NextfixError(
            ExitCode.REFUSED, "leaves its package", path=root / relative, hint="nothing was changed"
        )
    if not _HELD:
        _refuse_links(root, parts)
        yield None
        return
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            handle = _descend(handle, part, root / relative)
        yield handle
    finally:
        os.close(handle)


def _descend(handle: int, part: str, path: Path) -> int:
    """The folder `part` in the open folder `handle`, which is closed."""
    try:
        inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
    except OSError:
        if stat.S_ISLNK(os.stat(part, dir_fd=handle, follow_symlinks=False).st_mode):
            raise _refused_link(path) from None
        raise
    os.close(handle)
    return inner


def _refuse_links(root: Path, parts: tuple[str, ...]) -> None:
    here = root
    for part in parts:
        here = here / part
        if here.is_symlink():
            raise _refused_link(here)


def _refused_link(path: Path) -> NextfixError:
    return NextfixError(
        ExitCode.REFUSED,
        "lies behind a symbolic link",
        path=path,
        hint="nextfix writes only inside the package",
    )


def _at(folder: int | None, parent: Path, name: str) -> str:
    """What names a file to the system: its bare name beside a descriptor, its whole path without one."""
    return name if folder is not None else str(parent / name)


def _status(folder: int | None, parent: Path, name: str) -> os.stat_result | None:
    try:
        status = os.stat(_at(folder, parent, name), dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        raise _refused_link(parent / name)
    if not stat.S_ISREG(status.st_mode):
        raise NextfixError(
            ExitCode.REFUSED, "not a regular file", path=parent / name, hint="nothing was changed"
        )
    return status


def _read(folder: int | None, parent: Path, name: str) -> bytes:
    _status(folder, parent, name)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(_at(folder, parent, name), flags, dir_fd=folder), "rb") as file:
        return file.read()


def _replace(folder: int | None, parent: Path, name: str, data: bytes, mode: int | None) -> None:
    old = _status(folder, parent, name)
    bits = mode if mode is not None else stat.S_IMODE(old.st_mode) if old is not None else 0o644
    temporary = f"{TEMPORARY_PREFIX}{name[:200]}.{os.getpid()}{TEMPORARY_SUFFIX}"
    try:
        _fill(folder, parent, temporary, data, bits, old)
        _rename(folder, parent, temporary, name)
    except BaseException:
        _discard(folder, parent, temporary)
        raise
    if folder is not None:
        os.fsync(folder)


def _fill(
    folder: int | None, parent: Path, name: str, data: bytes, bits: int, old: os.stat_result | None
) -> None:
    """Create the temporary file with `data`, mode and, for root, the owner of the file it will replace."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    _discard(folder, parent, name)  # left by a killed process that had our number
    with open(os.open(_at(folder, parent, name), flags, 0o600, dir_fd=folder), "wb") as out:
        out.write(data)
        out.flush()
        if hasattr(os, "fchmod"):
            if old is not None and os.geteuid() == 0:
                os.fchown(out.fileno(), old.st_uid, old.st_gid)
            os.fchmod(out.fileno(), bits)
        os.fsync(out.fileno())


def _rename(folder: int | None, parent: Path, old: str, new: str) -> None:
    os.replace(_at(folder, parent, old), _at(folder, parent, new), src_dir_fd=folder, dst_dir_fd=folder)


def _discard(folder: int | None, parent: Path, name: str) -> None:
    try:
        os.unlink(_at(folder, parent, name), dir_fd=folder)
    except FileNotFoundError:
        return
