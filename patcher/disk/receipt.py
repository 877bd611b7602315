"""The receipt of a copy: what was written to it, and the original bytes, so that all of it can be undone.

Receipts live beside the copy, in `node_modules/.nextfix/`, and are written before the copy is touched. A
receipt that says `prepared` after a crash is completed, or undone, by the next run.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from patcher.disk.write import mode_inside, names_inside, read_inside, remove_inside, write_inside
from patcher.errors import ExitCode, NextfixError
from patcher.text.formats import parse_json

FOLDER = ".nextfix"
_SCHEMA = 1
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """One file of a receipt: the hashes that say which state it is in on disk.

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
    default, and `state` is `prepared` while files are being written, then `done`. `left` are the rules that were left
    alone because they make no difference on the Node that the project declared.
    """

    name: str
    version: str
    style: str
    rules: tuple[str, ...]
    stamp: str
    certified: bool
    complete: bool
    state: str
    files: tuple[ReceiptEntry, ...]
    left: tuple[str, ...] = ()


def digest(data: bytes) -> str:
    """The SHA-256 of `data` in hexadecimal: how files are named in receipts and in the ledger."""
    return hashlib.sha256(data).hexdigest()


def modules_folder(copy: Path) -> Path:
    """The node_modules folder beside or, for a copy that lies in none, in the package directory `copy`."""
    above = copy.parent.parent if copy.parent.name.startswith("@") else copy.parent
    return above if above.name == "node_modules" else copy / "node_modules"


def receipts_folder(copy: Path) -> Path:
    """Where the receipts of the package directory `copy` are kept."""
    return modules_folder(copy) / FOLDER


def receipt_path(copy: Path, name: str) -> Path:
    """Where the receipt of the copy of package `name` in `copy` is kept."""
    return receipts_folder(copy) / _receipt_name(name)


def _stem(name: str) -> str:
    return name.replace("/", "+")


def _receipt_name(name: str) -> str:
    return f"{_stem(name)}.json"


def _original_name(name: str, before: str) -> str:
    return f"{_stem(name)}.{before}.orig"


def read_receipt(copy: Path, name: str) -> Receipt | None:
    """The receipt of the copy of package `name` in `copy`, or None when there is none.

    Raises:
        NextfixError: FILES when there is one that cannot be read: undo would not be exact, so nothing is done.
            REFUSED when the receipts lie behind a symbolic link.
    """
    found = read_inside(modules_folder(copy), f"{FOLDER}/{_receipt_name(name)}")
    if found is None:
        return None
    try:
        receipt = _decoded(parse_json(found, receipts_folder(copy) / _receipt_name(name)))
        if receipt.name != name:
            raise ValueError(f"it is that of {receipt.name!r}")
        return receipt
    except (NextfixError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = error.reason if isinstance(error, NextfixError) else f"{error!s:.80}"
        raise NextfixError(
            ExitCode.FILES,
            f"a damaged receipt: {reason}",
            path=receipt_path(copy, name),
            hint="remove it, reinstall the package, then apply again",
        ) from error


def _decoded(data: dict[str, Any]) -> Receipt:
    if data["schema"] != _SCHEMA:
        raise ValueError(f"schema {data['schema']!r} of another nextfix")
    return Receipt(
        name=_text(data["name"]),
        version=_text(data["version"]),
        style=_text(data["style"]),
        rules=tuple(_text(rule) for rule in data["rules"]),
        stamp=_text(data["stamp"]),
        certified=bool(data["certified"]),
        complete=bool(data["complete"]),
        state=_text(data["state"]),
        files=tuple(_entry(file) for file in data["files"]),
        left=tuple(_text(rule) for rule in data.get("left", ())),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is not text")
    return value


def _entry(file: dict[str, Any]) -> ReceiptEntry:
    entry = ReceiptEntry(*(_text(file[key]) for key in ("path", "before", "after", "previous")))
    path = PurePosixPath(entry.path.replace("\\", "/"))
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise ValueError(f"a path that leaves the copy: {entry.path!r}")
    for sha256 in (entry.before, entry.after, entry.previous):
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r:.80} is not a SHA-256")
    return entry


def write_receipt(copy: Path, receipt: Receipt) -> None:
    """Write or replace the receipt of `copy`, durably.

    Raises:
        NextfixError: FILES when it cannot be written, REFUSED when the receipts lie behind a symbolic link.
    """
    text = json.dumps({"schema": _SCHEMA, **asdict(receipt)}, indent=1)
    write_inside(modules_folder(copy), f"{FOLDER}/{_receipt_name(receipt.name)}", text.encode() + b"\n")


def forget(copy: Path, name: str, keep: Receipt | None = None) -> None:
    """Remove the receipt of package `name`, unless it is `keep`, and all originals that `keep` does not need.

    The caller holds the lock.

    Raises:
        NextfixError: FILES when one cannot be removed, REFUSED when they lie behind a symbolic link.
    """
    needed = {_original_name(name, entry.before) for entry in keep.files} if keep else set()
    unneeded = [found for found in _remains(copy, name) if found not in needed]
    if keep is not None:
        unneeded.remove(_receipt_name(name))
    if unneeded:
        remove_inside(modules_folder(copy), FOLDER, unneeded)


def _remains(copy: Path, name: str) -> list[str]:
    """The files that the receipts folder of `copy` holds for package `name`: its receipt and originals.

    Raises:
        NextfixError: FILES when the folder cannot be read, REFUSED when it is a symbolic link.
    """
    original_name = re.compile(re.escape(_stem(name)) + r"\.[0-9a-f]{64}\.orig")
    return [
        found
        for found in names_inside(modules_folder(copy), FOLDER)
        if found == _receipt_name(name) or original_name.fullmatch(found)
    ]


def keep_original(copy: Path, name: str, path: str, data: bytes) -> None:
    """Keep `data`, the original bytes of the file `path` of the copy of package `name`, under their hash.

    Whoever may not read the file may not read its original either.

    Raises:
        NextfixError: FILES when they cannot be written, REFUSED when the folder is a symbolic link.
    """
    relative = f"{FOLDER}/{_original_name(name, digest(data))}"
    if read_inside(modules_folder(copy), relative) != data:
        write_inside(modules_folder(copy), relative, data, mode=mode_inside(copy, path))


def original(copy: Path, name: str, entry: ReceiptEntry) -> bytes:
    """The original bytes of a file of the receipt of package `name`.

    Raises:
        NextfixError: FILES when they are missing or damaged.
    """
    data = read_inside(modules_folder(copy), f"{FOLDER}/{_original_name(name, entry.before)}")
    if data is None or digest(data) != entry.before:
        raise NextfixError(
            ExitCode.FILES,
            f"the original bytes are {'missing' if data is None else 'damaged'}",
            path=receipts_folder(copy) / _original_name(name, entry.before),
            hint="reinstall the package to restore it",
        )
    return data
