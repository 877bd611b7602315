"""Open folders: what is done in one is done in that very folder, whatever its path means by then.

Every folder on the way is opened without following links. A folder that is swapped for a link meanwhile
therefore cannot lead a read or a write out of the package.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from patcher.errors import ExitCode, NextfixError

_HELD = os.open in os.supports_dir_fd  # not on Windows, where paths are used instead
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | _NOFOLLOW | _BINARY | getattr(os, "O_NONBLOCK", 0)  # a pipe must not make us wait
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY


class Folder:
    """An open folder. `handle` is None where the system has no operations relative to one."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self.handle = handle

    def at(self, name: str) -> str:
        """What names a file to the system: its bare name beside a handle, its whole path without one."""
        return name if self.handle is not None else str(self.path / name)

    def status(self, name: str) -> os.stat_result | None:
        """The status of the regular file `name`, or None when there is none.

        Raises:
            NextfixError: REFUSED for a symbolic link and for anything else that is not a regular file.
        """
        try:
            status = os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None
        if stat.S_ISLNK(status.st_mode):
            raise _refused_link(self.path / name)
        if not stat.S_ISREG(status.st_mode):
            raise NextfixError(
                ExitCode.REFUSED,
                "not a regular file",
                path=self.path / name,
                hint="name a file; for a file of a package: reinstall it",
            )
        return status

    def read(self, name: str, largest: int) -> bytes:
        """The bytes of the regular file `name`, which may have `largest` bytes.

        Raises:
            NextfixError: REFUSED when it is larger or not a regular file.
            OSError: when it cannot be read.
        """
        self.status(name)
        with open(self.open(name), "rb") as file:
            data = file.read(largest + 1)
        if len(data) > largest:
            reason = f"larger than {largest // 1024**2} MiB, which no published file is"
            raise NextfixError(ExitCode.REFUSED, reason, path=self.path / name, hint="reinstall the package")
        return data

    def open(self, name: str) -> int:
        """A descriptor for reading the file `name`, which is not followed when it is a link."""
        return os.open(self.at(name), _READ, dir_fd=self.handle)

    def make(self, name: str) -> None:
        """Create the folder `name`, which may be there already."""
        with suppress(FileExistsError):
            os.mkdir(self.at(name), dir_fd=self.handle)

    def create(self, name: str) -> int:
        """A descriptor for writing the new file `name`, which nobody else may read yet."""
        return os.open(self.at(name), _CREATE, 0o600, dir_fd=self.handle)

    def rename(self, old: str, new: str) -> None:
        """Let `new` be the file that `old` was, in one step."""
        os.replace(self.at(old), self.at(new), src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def unlink(self, name: str) -> bool:
        """Remove the file `name`; whether there was one."""
        try:
            os.unlink(self.at(name), dir_fd=self.handle)
        except FileNotFoundError:
            return False
        return True

    def names(self) -> list[str]:
        """What the folder holds, sorted."""
        return sorted(os.listdir(self.path if self.handle is None else self.handle))

    def sync(self) -> None:
        """Make renames and removals durable."""
        if self.handle is not None:
            os.fsync(self.handle)


@contextmanager
def open_folder(path: Path) -> Iterator[Folder]:
    """Open the folder `path`."""
    if not _HELD:
        yield Folder(path, None)
        return
    handle = os.open(path, _DIRECTORY)
    try:
        yield Folder(path, handle)
    finally:
        os.close(handle)


@contextmanager
def open_inside(root: Path, relative: str) -> Iterator[tuple[Folder, str]]:
    """Open the folder of the file `relative` below `root`; yields it and the file's name in it.

    Raises:
        NextfixError: REFUSED when the path leaves `root` or goes through a symbolic link.
        OSError: when a folder on the way is missing or cannot be opened.
    """
    parts = _parts(root, relative)
    path = root.joinpath(*parts)
    if not _HELD:
        _refuse_links(root, parts)
        yield Folder(path.parent, None), parts[-1]
        return
    handle = os.open(root, _DIRECTORY)
    try:
        for part in parts[:-1]:
            handle = _descend(handle, part, path)
        yield Folder(path.parent, handle), parts[-1]
    finally:
        os.close(handle)


def _parts(root: Path, relative: str) -> tuple[str, ...]:
    parts = PurePosixPath(relative.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0] or "\0" in relative:
        raise NextfixError(
            ExitCode.REFUSED, "leaves its package", path=f"{root}/{relative}", hint="nothing was changed"
        )
    return parts


def _descend(handle: int, part: str, path: Path) -> int:
    """The folder `part` in the open folder `handle`, which is closed."""
    try:
        inner = os.open(part, _DIRECTORY | _NOFOLLOW, dir_fd=handle)
    except OSError:
        with suppress(FileNotFoundError):
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
