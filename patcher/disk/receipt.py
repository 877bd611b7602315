"""The receipt of a copy: what was written to it, and the original bytes, so that all of it can be undone.

Receipts live beside the copy, in `node_modules/.nextfix/`, and are written before the copy is touched. A
receipt that says `prepared` after a crash is completed, or undone, by the next run.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from patcher.disk.write import remove_file, write_file
from patcher.errors import ExitCode, NextfixError

FOLDER = ".nextfix"
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a receipt: hashes by which its state on disk is told.

    `previous` is what stood there when this receipt was written: an earlier rewrite, when the style or the
    set of rules changes; else the original. A run that is killed leaves one of the three.
    """

    path: str
    before: str
    after: str
    previous: str

    def knows(self, sha256: str) -> bool:
        """Whether nextfix wrote bytes of this hash to the file."""
        return sha256 in (self.after, self.previous)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What nextfix did to a copy.

    `stamp` is that of the catalogue that did it, `complete` says that it did all that the catalogue asks by
    default, and `state` is `prepared` while files are being written, then `done`.
    """

    name: str
    version: str
    style: str
    rules: tuple[str, ...]
    stamp: str
    certified: bool
    complete: bool
    state: str
    files: tuple[Entry, ...]


def digest(data: bytes) -> str:
    """The SHA-256 of `data` in hexadecimal: how files are named in receipts and in the ledger."""
    return hashlib.sha256(data).hexdigest()


def receipts_folder(copy: Path) -> Path:
    """Where the receipts of the package directory `copy` are kept."""
    modules = copy.parent.parent if copy.parent.name.startswith("@") else copy.parent
    return (modules if modules.name == "node_modules" else copy / "node_modules") / FOLDER


def _receipt_path(copy: Path, name: str) -> Path:
    return receipts_folder(copy) / f"{name.replace('/', '+')}.json"


def read_receipt(copy: Path, name: str) -> Receipt | None:
    """The receipt of the copy of package `name` in `copy`, or None when there is none.

    Raises:
        NextfixError: FILES when there is one that cannot be read: undo would not be exact, so nothing is done.
    """
    path = _receipt_path(copy, name)
    try:
        data = json.loads(path.read_bytes())
        return _decoded(data)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise NextfixError(
            ExitCode.FILES,
            f"a damaged receipt: {error}",
            path=path,
            hint="reinstall the package, then apply again",
        ) from error


def _decoded(data: dict[str, Any]) -> Receipt:
    if data["schema"] != _SCHEMA:
        raise ValueError(f"schema {data['schema']!r} of another nextfix")
    files = tuple(
        Entry(str(file["path"]), str(file["before"]), str(file["after"]), str(file["previous"]))
        for file in data["files"]
    )
    for file in files:
        if file.path.startswith(("/", "\\")) or ".." in Path(file.path).parts:
            raise ValueError(f"a path that leaves the copy: {file.path!r}")
    return Receipt(
        name=data["name"],
        version=data["version"],
        style=data["style"],
        rules=tuple(data["rules"]),
        stamp=data["stamp"],
        certified=bool(data["certified"]),
        complete=bool(data["complete"]),
        state=data["state"],
        files=files,
    )


def write_receipt(copy: Path, receipt: Receipt) -> None:
    """Write or replace the receipt of `copy`, durably."""
    text = json.dumps({"schema": _SCHEMA, **asdict(receipt)}, indent=1)
    write_file(_receipt_path(copy, receipt.name), text.encode() + b"\n")


def remove_receipt(copy: Path, receipt: Receipt) -> None:
    """Forget the receipt of `copy` and the originals that it alone needs."""
    remove_file(_receipt_path(copy, receipt.name))
    for entry in receipt.files:
        remove_file(_original_path(copy, receipt.name, entry.before))


def _original_path(copy: Path, name: str, before: str) -> Path:
    return receipts_folder(copy) / f"{name.replace('/', '+')}.{before}.orig"


def keep_original(copy: Path, name: str, data: bytes) -> None:
    """Keep `data`, the original bytes of a file of the copy of package `name`, under their hash."""
    path = _original_path(copy, name, digest(data))
    if not path.exists():
        write_file(path, data)


def original(copy: Path, name: str, entry: Entry) -> bytes:
    """The original bytes of a file of the receipt of package `name`.

    Raises:
        NextfixError: FILES when they are missing or damaged.
    """
    path = _original_path(copy, name, entry.before)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NextfixError(
            ExitCode.FILES,
            "the original bytes are missing",
            path=path,
            hint="reinstall the package to restore it",
        ) from error
    if digest(data) != entry.before:
        raise NextfixError(
            ExitCode.FILES,
            "the original bytes are damaged",
            path=path,
            hint="reinstall the package to restore it",
        )
    return data
