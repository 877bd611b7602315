"""Reading the files of others: of the project, of its packages, of a package manager.

Such a file may be missing, huge, damaged, a pipe that nobody writes to or a device without an end, and may be made so
on purpose. Everything that reads one goes through here: a regular file only, so that nothing waits; a bounded number
of bytes; and for whatever is wrong one error, which names the file, the reason and what to do.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from patcher.errors import ExitCode, NextfixError
from patcher.text.formats import MOST_TOML, MOST_YAML, parse_json, parse_toml, parse_yaml

LARGEST = 32 * 1024 * 1024  # bytes of a file; callers that know theirs say less
LARGEST_ARCHIVE = 512 * 1024 * 1024  # bytes of a zip archive
_LARGEST_DIRECTORY = 16 * 1024 * 1024  # bytes of the table of contents of an archive: some 150,000 files
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_BYTES = 22 + 65_535  # the record that ends an archive, and the longest comment
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a symbolic link"),
)


class MissingFileError(NextfixError):
    """There is no such file."""


def read_outside(
    path: Path | str,
    *,
    limit: int = LARGEST,
    code: ExitCode = ExitCode.DEFECT,
    hint: str = "",
    follow: bool = True,
) -> bytes:
    """Read the whole file at `path`.

    Args:
        path: the file.
        limit: how many bytes it may have.
        code: the exit code for a file that is not what it should be; one that the system does not let us read is
            FILES whatever this says.
        hint: what the user can do about such a file.
        follow: whether `path` may be a symbolic link.

    Raises:
        MissingFileError: FILES when there is no such file.
        NextfixError: `code` when it is not a regular file or is too large, FILES when it cannot be read.
    """
    with open_outside(path, code=code, hint=hint, follow=follow) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise NextfixError(code, f"is larger than {limit:,} bytes", path=path, hint=hint)
    return data


def read_if_there(
    path: Path | str,
    *,
    limit: int = LARGEST,
    code: ExitCode = ExitCode.DEFECT,
    hint: str = "",
    follow: bool = True,
) -> bytes | None:
    """Like `read_outside`; None when there is no such file."""
    try:
        return read_outside(path, limit=limit, code=code, hint=hint, follow=follow)
    except MissingFileError:
        return None


def read_start(path: Path | str, count: int) -> bytes:
    """Read the first `count` bytes of the file at `path`, however large it is; errors as for `read_outside`."""
    with open_outside(path) as file:
        return file.read(count)


@contextmanager
def open_outside(
    path: Path | str, *, code: ExitCode = ExitCode.DEFECT, hint: str = "", follow: bool = True
) -> Iterator[IO[bytes]]:
    """Open the file at `path` for reading without ever waiting for it; arguments and errors as for `read_outside`.

    An error of the system while the caller reads from it becomes a NextfixError too.
    """
    with _failing(path, hint):
        handle = _opened(path, code, hint, follow)
    with os.fdopen(handle, "rb") as file, _failing(path, hint):
        yield file


@contextmanager
def _failing(path: Path | str, hint: str) -> Iterator[None]:
    """Raise an error of the system as the NextfixError that names `path`."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingFileError(ExitCode.FILES, "is not there", path=path, hint=hint) from error
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        raise NextfixError(
            ExitCode.FILES, reason, path=path, hint="fix that and run the command again"
        ) from error


def _opened(path: Path | str, code: ExitCode, hint: str, follow: bool) -> int:
    """A descriptor of the regular file at `path`. Its kind is asked first: to open a device can be to use it."""
    try:
        mode = os.stat(path, follow_symlinks=follow).st_mode
    except ValueError as error:  # a zero byte, or a character that no file name has
        raise NextfixError(code, f"cannot be read: {error}", path=repr(str(path)), hint=hint) from error
    _refuse_kind(mode, path, code, hint)
    handle = os.open(path, _OPEN if follow else _OPEN | getattr(os, "O_NOFOLLOW", 0))
    try:
        _refuse_kind(os.fstat(handle).st_mode, path, code, hint)  # it may have been replaced since
    except BaseException:
        os.close(handle)
        raise
    return handle


def _refuse_kind(mode: int, path: Path | str, code: ExitCode, hint: str) -> None:
    if not stat.S_ISREG(mode):
        kind = next((words for holds, words in _KINDS if holds(mode)), "not a regular file")
        raise NextfixError(code, f"is {kind}, not a file", path=path, hint=hint)


def load_json(
    path: Path | str,
    *,
    limit: int = LARGEST,
    code: ExitCode = ExitCode.DEFECT,
    hint: str = "",
    lenient: bool = False,
) -> Any:
    """Read and parse the JSON file at `path`; see `read_outside` and `parse_json`."""
    data = read_outside(path, limit=limit, code=code, hint=hint)
    return parse_json(data, path, code=code, hint=hint, lenient=lenient)


def load_toml(path: Path | str, *, code: ExitCode = ExitCode.DEFECT, hint: str = "") -> Any:
    """Read and parse the TOML file at `path`; see `read_outside` and `parse_toml`."""
    data = read_outside(path, limit=MOST_TOML, code=code, hint=hint)
    return parse_toml(data, path, code=code, hint=hint)


def load_yaml(path: Path | str, *, code: ExitCode = ExitCode.DEFECT, hint: str = "") -> Any:
    """Read and parse the YAML file at `path`; see `read_outside` and `parse_yaml`."""
    data = read_outside(path, limit=MOST_YAML, code=code, hint=hint)
    return parse_yaml(data, path, code=code, hint=hint)


def read_zipped(archive: Path, member: str, *, limit: int = LARGEST, hint: str = "") -> bytes | None:
    """Read the file `member` of the zip archive `archive`; None when the archive has no such file.

    Raises:
        NextfixError: FILES when the archive is missing, damaged, encrypted, or too large, or the member is.
    """
    import zipfile

    with open_outside(archive, code=ExitCode.FILES, hint=hint) as file:
        try:
            _refuse_large_directory(file)
            with zipfile.ZipFile(file) as opened, opened.open(member) as found:
                data = found.read(limit + 1)
        except KeyError:
            return None
        except Exception as error:  # damaged archives raise nine kinds
            reason = f"cannot be read: {str(error)[:200] or type(error).__name__}"
            raise NextfixError(ExitCode.FILES, reason, path=archive, hint=hint) from error
    if len(data) > limit:
        raise NextfixError(
            ExitCode.FILES, f"is larger than {limit:,} bytes", path=archive / member, hint=hint
        )
    return data


def _refuse_large_directory(file: IO[bytes]) -> None:
    """Raise ValueError for an archive whose size, or whose table of contents, nobody should read."""
    size = file.seek(0, os.SEEK_END)
    if size > LARGEST_ARCHIVE:
        raise ValueError(f"larger than {LARGEST_ARCHIVE:,} bytes")
    file.seek(max(size - _END_BYTES, 0))
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at >= 0 and int.from_bytes(tail[at + 12 : at + 16], "little") > _LARGEST_DIRECTORY:
        raise ValueError("its table of contents is too large")
    file.seek(0)
