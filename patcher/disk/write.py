"""The one place where nextfix changes a file.

A file is either its old bytes or its new bytes, whatever kills the process: the new bytes go to a
temporary file in the same folder, are synced, get the old mode, and replace the file by rename; then the
folder is synced. Because the name gets a new inode, a hard link (pnpm's and bun's stores) keeps the old
bytes under its other names.
"""

import os
import stat
from pathlib import Path

from patcher.errors import ExitCode, NextfixError

TEMPORARY_PREFIX = ".nextfix-"
TEMPORARY_SUFFIX = ".tmp"


def write_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Replace or create `path` with `data`, atomically and durably.

    Args:
        path: the file; its folder must exist. A symbolic link is refused, never followed.
        data: the whole new content.
        mode: permission bits of the result; by default those of the file it replaces, else 0o644.

    Raises:
        NextfixError: FILES when the folder or the file cannot be written, REFUSED for a symbolic link.
    """
    try:
        old = os.lstat(path)
    except FileNotFoundError:
        old = None
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise NextfixError(
            ExitCode.REFUSED, "not a regular file", path=path, hint="nextfix writes no link or device"
        )
    bits = mode if mode is not None else stat.S_IMODE(old.st_mode) if old is not None else 0o644
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
    try:
        _fill(temporary, data, bits, old)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise NextfixError(
            ExitCode.FILES, f"cannot be written: {reason}", path=path, hint="nothing was changed"
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _fill(temporary: Path, data: bytes, bits: int, old: os.stat_result | None) -> None:
    """Create `temporary` with `data`, mode and, where allowed, the owner of the file it will replace."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    temporary.unlink(missing_ok=True)  # left by a killed process that had our number
    with open(os.open(temporary, flags, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        if hasattr(os, "fchmod"):
            if old is not None and os.geteuid() == 0:
                os.fchown(out.fileno(), old.st_uid, old.st_gid)
            os.fchmod(out.fileno(), bits)
        os.fsync(out.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable, where the system can sync a folder (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
