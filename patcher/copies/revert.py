"""revert: put the original bytes back, exactly, and forget the receipt."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from patcher.catalogue.load import packages
from patcher.disk.lock import locked
from patcher.disk.receipt import (
    FOLDER,
    Receipt,
    digest,
    forget,
    modules_folder,
    original,
    read_receipt,
    receipts_folder,
)
from patcher.disk.write import read_inside, replace_inside, sweep
from patcher.errors import ExitCode, NextfixError
from patcher.model import Skipped
from patcher.npm.copies import Copy, find_copies


@dataclass(frozen=True, slots=True)
class Reverted:
    """The outcome for one copy: the files restored, or why it was left as it is."""

    copy: Copy
    files: tuple[str, ...] = ()
    error: NextfixError | None = None


def revert_all(root: Path) -> tuple[Iterator[Reverted], tuple[Skipped, ...]]:
    """Revert every copy under `root`: the outcomes one by one, and what was passed over.

    Raises:
        NextfixError: when there is no project at `root`.
    """
    copies = find_copies(root, packages())
    unread = (Reverted(copy, error=error) for copy, error in copies.unread)
    return chain((_revert_one(copy) for copy in copies.found), unread), copies.outside


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
    todo: list[tuple[str, bytes, bytes]] = []
    if receipt.version == copy.version:
        for entry in receipt.files:
            disk = read_inside(copy.folder, entry.path)
            if disk is None or digest(disk) == entry.before:
                continue
            if not entry.knows(digest(disk)):
                raise NextfixError(
                    ExitCode.REFUSED,
                    "changed after nextfix wrote it",
                    path=copy.folder / entry.path,
                    hint="reinstall the package to restore it; nothing was reverted",
                )
            todo.append((entry.path, disk, original(copy.folder, receipt.name, entry)))
    for folder in {PurePosixPath(entry.path).parent.as_posix() for entry in receipt.files}:
        sweep(copy.folder, folder)
    for path, disk, old in todo:
        replace_inside(copy.folder, path, disk, old)
    return tuple(path for path, _, _ in todo)
