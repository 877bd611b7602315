"""Receipts as they are read: what was written is believed to the letter, and nothing else is."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from patcher.disk.receipt import (
    Receipt,
    ReceiptEntry,
    digest,
    forget,
    keep_original,
    original,
    read_receipt,
    receipt_path,
    write_receipt,
)
from patcher.errors import ExitCode, NextfixError

BEFORE, AFTER = b"before", b"after"
ENTRY = ReceiptEntry("dist/a.js", digest(BEFORE), digest(AFTER), digest(AFTER))
RECEIPT = Receipt(
    "plain", "1.0.0", "documented", ("plain/a",), "stamp", True, True, "done", (ENTRY,), ("plain/b",)
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "node_modules" / "plain"
    (folder / "dist").mkdir(parents=True)
    (folder.parent / ".nextfix").mkdir()
    (folder / "dist" / "a.js").write_bytes(AFTER)
    return folder


def damaged(copy: Path, **changes: Any) -> str:
    """The reason for which a receipt with `changes` is not believed."""
    write_receipt(copy, RECEIPT)
    path = receipt_path(copy, "plain")
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(NextfixError) as caught:
        read_receipt(copy, "plain")
    assert caught.value.code == ExitCode.FILES
    assert caught.value.path == path
    return caught.value.reason


def test_a_receipt_is_read_as_it_was_written_and_none_where_there_is_none(copy: Path) -> None:
    assert read_receipt(copy, "plain") is None
    write_receipt(copy, RECEIPT)

    assert read_receipt(copy, "plain") == RECEIPT
    assert receipt_path(copy, "plain") == copy.parent / ".nextfix" / "plain.json"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "", ".", "../other/a.js", "dist/../../a.js", "..\\other\\a.js"]
)
def test_a_path_that_leaves_the_copy_damages_it(copy: Path, path: str) -> None:
    files = [{"path": path, "before": ENTRY.before, "after": ENTRY.after, "previous": ENTRY.previous}]

    assert damaged(copy, files=files) == f"a damaged receipt: a path that leaves the copy: {path!r}"


@pytest.mark.parametrize("which", ["before", "after", "previous"])
def test_a_hash_that_is_none_damages_it(copy: Path, which: str) -> None:
    entry = {"path": "a.js", "before": ENTRY.before, "after": ENTRY.after, "previous": ENTRY.previous}

    assert damaged(copy, files=[{**entry, which: "../up"}]) == "a damaged receipt: '../up' is not a SHA-256"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"schema": 99}, "schema 99 of another nextfix"),
        ({"name": "other"}, "it is that of 'other'"),
        ({"version": 1}, "1 is not text"),
        ({"rules": [["a"]]}, "['a'] is not text"),
    ],
)
def test_a_receipt_of_another_kind_is_damaged(copy: Path, changes: dict[str, Any], reason: str) -> None:
    assert damaged(copy, **changes) == f"a damaged receipt: {reason}"


def test_an_original_that_is_there_is_not_written_again(copy: Path) -> None:
    keep_original(copy, "plain", "dist/a.js", BEFORE)
    kept = receipt_path(copy, "plain").with_name(f"plain.{digest(BEFORE)}.orig")
    os.utime(kept, ns=(1, 1))

    keep_original(copy, "plain", "dist/a.js", BEFORE)

    assert kept.stat().st_mtime_ns == 1
    assert original(copy, "plain", ENTRY) == BEFORE
    kept.write_bytes(b"damaged")
    with pytest.raises(NextfixError, match="the original bytes are damaged"):
        original(copy, "plain", ENTRY)
    kept.unlink()
    with pytest.raises(NextfixError, match="the original bytes are missing"):
        original(copy, "plain", ENTRY)


def test_an_entry_knows_what_nextfix_wrote_and_not_what_was_there() -> None:
    assert ENTRY.knows(digest(AFTER))
    assert not ENTRY.knows(digest(BEFORE))


def test_what_a_newer_receipt_needs_stays_and_the_rest_goes(copy: Path) -> None:
    keep_original(copy, "plain", "dist/a.js", BEFORE)
    keep_original(copy, "plain", "dist/a.js", b"older")
    write_receipt(copy, RECEIPT)
    other = receipt_path(copy, "plain").with_name("plainer.json")

    forget(copy, "plain", keep=RECEIPT)
    assert sorted(path.suffix for path in receipt_path(copy, "plain").parent.iterdir()) == [".json", ".orig"]
    forget(copy, "plain", keep=replace(RECEIPT))
    assert read_receipt(copy, "plain") == RECEIPT

    other.write_bytes(b"{}")
    forget(copy, "plain")
    assert other.is_file()
    assert read_receipt(copy, "plain") is None
