"""Listing folders of which some may be unreadable: each of those becomes a problem, and the search goes on."""

import errno
import os
import stat
from pathlib import Path

from patcher.errors import ExitCode, NextfixError

# What the system says of a path that leads to nothing.
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})


def subfolders(folder: Path, problems: list[NextfixError]) -> list[str]:
    """List the names of the folders in `folder`, sorted, without links; none when there is no such folder.

    A folder that cannot be listed is added to `problems`.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError as error:
        _note(folder, error, problems)
        return []


def names_in(folder: Path, problems: list[NextfixError]) -> list[str]:
    """List everything in `folder`, sorted; otherwise like `subfolders`."""
    try:
        return sorted(os.listdir(folder))
    except OSError as error:
        _note(folder, error, problems)
        return []


def is_folder(path: Path | str, problems: list[NextfixError], *, follow: bool = True) -> bool:
    """Whether `path` is a folder; if nobody may look, that is added to `problems`."""
    return stat.S_ISDIR(_mode(path, problems, follow))


def is_file(path: Path | str, problems: list[NextfixError]) -> bool:
    """Whether `path` is a regular file; if nobody may look, that is added to `problems`."""
    return stat.S_ISREG(_mode(path, problems, True))


def _mode(path: Path | str, problems: list[NextfixError], follow: bool) -> int:
    try:
        return os.stat(path, follow_symlinks=follow).st_mode
    except OSError as error:
        _note(Path(path).parent, error, problems)
        return 0


def _note(folder: Path, error: OSError, problems: list[NextfixError]) -> None:
    """Add `error` to `problems`, once for a folder, unless it says that nothing is there."""
    if error.errno in _ABSENT:
        return
    noted = {problem.path for problem in problems}
    if noted.isdisjoint((folder, *folder.parents)):
        reason = f"cannot be searched: {error.strerror or error}"
        hint = "run as a user who may read it, or change its permissions"
        problems.append(NextfixError(ExitCode.FILES, reason, path=folder, hint=hint))
