"""revert: put the original bytes back, exactly, and forget the receipt."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from patcher.copies.chosen_copies import copies_of
from patcher.copies.named_files import refuse_unnamed_files
from patcher.copies.request import Request
from patcher.disk.lock import locked
from patcher.disk.receipt import (
    FOLDER,
    Receipt,
    ReceiptEntry,
    digest,
    forget,
    modules_folder,
    original,
    read_receipt,
    receipts_folder,
)
from patcher.disk.write import read_inside, replace_inside, sweep
from patcher.errors import ExitCode, NextfixError
from patcher.npm.copies import Copies, Copy


@dataclass(frozen=True, slots=True)
class Reverted:
    """The outcome for one copy: the files restored, or why it was left as it is."""

    copy: Copy
    files: tuple[str, ...] = ()
    error: NextfixError | None = None


@dataclass(frozen=True, slots=True)
class _Restoration:
    """One file to restore: its bytes on disk and its original ones."""

    path: str
    disk: bytes
    base: bytes


def revert_all(root: Path) -> tuple[Iterator[Reverted], Copies]:
    """Revert every copy under `root`: the outcomes one by one, and what was found.

    Raises:
        NextfixError: NOTHING when there is no project at `root`.
    """
    copies = copies_of(Request(root))
    return (_revert_one(copy) for copy in copies.found), copies


def _revert_one(copy: Copy) -> Reverted:
    try:
        if not os.path.lexists(receipts_folder(copy.folder)):
            return Reverted(copy)
        with locked(receipts_folder(copy.folder)):
            sweep(modules_folder(copy.folder), FOLDER)
            receipt = read_receipt(copy.folder, copy.name)
            restored = _restore(copy, receipt) if receipt else ()
            forget(copy.folder, copy.name)
            return Reverted(copy, restored)
    except NextfixError as error:
        return Reverted(copy, error=error)


def _restore(copy: Copy, receipt: Receipt) -> tuple[str, ...]:
    """Check every file first, then write: a copy is reverted as a whole or not at all."""
    refuse_unnamed_files(copy, receipt)
    found = (_restoration(copy, receipt, entry) for entry in receipt.files)
    restorations = [restoration for restoration in found if restoration is not None]
    for folder in {PurePosixPath(entry.path).parent.as_posix() for entry in receipt.files}:
        sweep(copy.folder, folder)
    for file in restorations:
        replace_inside(copy.folder, file.path, file.disk, file.base)
    return tuple(file.path for file in restorations)


def _restoration(copy: Copy, receipt: Receipt, entry: ReceiptEntry) -> _Restoration | None:
    """What one file needs; None when it is the original already, or that of another release.

    What was written is restored whatever release package.json names: the original bytes are nowhere else.

    Raises:
        NextfixError: REFUSED when the file was changed or removed after it was written, FILES when its original bytes
            are missing or damaged.
    """
    disk = read_inside(copy.folder, entry.path)
    if disk is not None and entry.before == digest(disk):
        return None
    if disk is not None and entry.knows(digest(disk)):
        return _Restoration(entry.path, disk, original(copy.folder, receipt.name, entry))
    if receipt.version != copy.version:
        return None
    raise NextfixError(
        ExitCode.REFUSED,
        "was removed after nextfix wrote it" if disk is None else "was changed after nextfix wrote it",
        path=copy.folder / entry.path,
        hint="reinstall the package to restore it; nothing was reverted",
    )
