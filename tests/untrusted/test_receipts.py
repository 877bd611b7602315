"""A receipt may name any path, be damaged, or be a link: nothing outside is written, nothing wrong restored."""

import json
import shutil
from pathlib import Path

import pytest

from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.disk.receipt import digest
from patcher.errors import ExitCode
from tests.synthetic import make_project
from tests.untrusted.trees import everything, outcome


def _receipt(root: Path) -> Path:
    return root / "node_modules/.nextfix/next.json"


def _applied(root: Path) -> tuple[Path, dict[str, object]]:
    copy = make_project(root)
    (copied,) = apply_all(Request(root), dry_run=False)[0]
    assert copied.done is CopyOutcome.REWRITTEN
    return copy, json.loads(_receipt(root).read_bytes())


PATHS = (
    *(
        "../../outside.js",
        "/etc/passwd",
        "dist/../../outside.js",
        "..\\\\outside.js",
        "C:/x.js",
        "",
        ".",
        "a\0b",
    ),
    *("\\\\server\\share", "dist/server/next.js/../../../../outside.js"),
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("command", ["apply", "revert"])
def test_a_receipt_that_names_a_path_outside_the_copy_is_refused(
    path: str, command: str, tmp_path: Path
) -> None:
    root = tmp_path / "app"
    _, receipt = _applied(root)
    outside = root / "node_modules/outside.js"
    outside.write_bytes(b"theirs")
    orig = digest(b"evil")
    (root / f"node_modules/.nextfix/next.{orig}.orig").write_bytes(b"evil")
    entry = {"path": path, "before": orig, "after": digest(b"theirs"), "previous": digest(b"theirs")}
    _receipt(root).write_text(json.dumps({**receipt, "state": "prepared", "files": [entry]}))
    before = everything(tmp_path)

    error = outcome(command, root)

    assert error is not None
    assert error.code in (ExitCode.FILES, ExitCode.REFUSED)
    assert everything(tmp_path).items() >= {**before}.items()


RECEIPTS = {
    "no JSON": "{",
    "deep JSON": "[" * 200_000,
    "a list": "[1]",
    "no object": '"text"',
    "another schema": '{"schema": 99}',
    "numbers for texts": '{"schema": 1, "name": 1}',
    "files that are no list": '{"schema": 1, "name": "next", "files": 3}',
    "not UTF-8": b"\xff\xfe",
    "empty": "",
}


@pytest.mark.parametrize("kind", RECEIPTS)
@pytest.mark.parametrize("command", ["apply", "revert"])
def test_a_damaged_receipt_is_told_and_nothing_is_touched(kind: str, command: str, tmp_path: Path) -> None:
    copy, _ = _applied(tmp_path)
    text = RECEIPTS[kind]
    _receipt(tmp_path).write_bytes(text if isinstance(text, bytes) else str(text).encode())
    before = everything(copy)

    error = outcome(command, tmp_path)

    assert error is not None
    assert error.code is ExitCode.FILES
    assert "damaged receipt" in str(error)
    assert everything(copy) == before


def test_a_receipt_with_wrong_hashes_lets_nothing_be_restored(tmp_path: Path) -> None:
    copy, receipt = _applied(tmp_path)
    for entry in receipt["files"]:  # type: ignore[attr-defined]
        entry["before"] = digest(b"something else")
    _receipt(tmp_path).write_text(json.dumps(receipt))
    before = everything(copy)

    error = outcome("revert", tmp_path)

    assert error is not None
    assert "original bytes are missing" in str(error)
    assert everything(copy) == before


def test_damaged_original_bytes_are_never_restored(tmp_path: Path) -> None:
    copy, _ = _applied(tmp_path)
    for path in (tmp_path / "node_modules/.nextfix").glob("*.orig"):
        path.write_bytes(b"damaged")
    before = everything(copy)

    error = outcome("revert", tmp_path)

    assert error is not None
    assert "original bytes are damaged" in str(error)
    assert everything(copy) == before


@pytest.mark.parametrize("what", ["the folder", "the receipt", "the lock", "an original"])
@pytest.mark.parametrize("command", ["apply", "revert"])
def test_receipts_that_are_links_lead_nowhere(what: str, command: str, tmp_path: Path) -> None:
    root = tmp_path / "app"
    copy, _ = _applied(root)
    folder = root / "node_modules/.nextfix"
    outside = tmp_path / "outside"
    outside.mkdir()
    path = {
        "the folder": folder,
        "the receipt": folder / "next.json",
        "the lock": folder / "lock",
        "an original": next(folder.glob("*.orig")),
    }[what]
    shutil.move(path, outside / "moved")
    path.symlink_to(outside / "moved")
    theirs = everything(outside)
    before = everything(copy)

    error = outcome(command, root)

    assert error is not None or what == "an original"
    assert everything(outside) == theirs
    if error is not None:
        assert error.code in (ExitCode.REFUSED, ExitCode.FILES)
        assert everything(copy) == before
