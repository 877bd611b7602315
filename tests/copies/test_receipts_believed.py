"""What is believed of a receipt: the ledger and the rules know better, and no original is forgotten unrestored."""

import json
from pathlib import Path
from typing import Any

import pytest

from patcher.catalogue import ledger
from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.copies.revert import revert_all
from patcher.copies.up_to_date import current_receipt, up_to_date_receipt
from patcher.copies.verify_applied import check_applied
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.npm.copies import find_copies
from tests.synthetic import FILES, UNCERTIFIED, make_project, snapshot

RULES = {
    "dist/server/next.js": ("next/request-handler-promise", "next/server-promise"),
    "dist/shared/lib/loadable.js": ("next/loadable",),
    "dist/server/web/sandbox/context.js": ("next/sandbox-module-context",),
}


def apply(root: Path, **options: Any) -> CopyOutcome:
    (outcome,) = apply_all(Request(root, **options), dry_run=False)[0]
    return outcome.done


def revert(root: Path) -> NextfixError | None:
    (outcome,) = revert_all(root)[0]
    return outcome.error


def edit_receipt(root: Path, **changes: object) -> dict[str, Any]:
    path = root / "node_modules/.nextfix/next.json"
    receipt: dict[str, Any] = {**json.loads(path.read_bytes()), **changes}
    path.write_text(json.dumps(receipt))
    return receipt


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rewritten project whose release the ledger has, with the hashes that nextfix makes of it."""
    probe = tmp_path / "probe"
    copy = make_project(probe)
    assert apply(probe) is CopyOutcome.REWRITTEN
    files = {
        path: {
            "sha256": digest(FILES[path].encode()),
            "rewrites": {"documented": {" ".join(rules): {"sha256": digest((copy / path).read_bytes())}}},
        }
        for path, rules in RULES.items()
    }
    monkeypatch.setattr(ledger, "read_ledger", lambda _: {UNCERTIFIED: {"files": files}})
    root = tmp_path / "app"
    make_project(root)
    assert apply(root) is CopyOutcome.REWRITTEN
    return root


def is_in_order(root: Path) -> bool:
    (copy,) = find_copies(root, ["next"]).found
    return up_to_date_receipt(copy, Request(root)) is not None


def test_a_certified_copy_is_in_order_by_hashes_alone(certified: Path) -> None:
    assert is_in_order(certified)
    assert apply(certified) is CopyOutcome.UNCHANGED


@pytest.mark.parametrize(
    "kind", ["no files", "after as before", "one file left out", "no rules", "uncertified"]
)
def test_a_receipt_that_claims_what_the_ledger_denies_is_not_believed(certified: Path, kind: str) -> None:
    published = {path: text.encode() for path, text in FILES.items()}
    copy = certified / "node_modules/next"
    receipt = edit_receipt(certified)
    entries = receipt["files"]
    if kind in ("no files", "uncertified"):
        left_out = set(published)
        edit_receipt(certified, files=[], certified=kind == "no files")
    elif kind == "after as before":
        left_out = set(published)
        edit_receipt(certified, files=[{**entry, "after": entry["before"]} for entry in entries])
    elif kind == "one file left out":
        left_out = {entries[0]["path"]}
        edit_receipt(certified, files=entries[1:])
    else:
        left_out = set(published)
        edit_receipt(certified, files=[], rules=[])
    for path in left_out:
        (copy / path).write_bytes(published[path])

    assert not is_in_order(certified)
    assert len(check_applied(Request(certified)).wrong) == 1
    assert apply(certified) is CopyOutcome.REWRITTEN
    assert is_in_order(certified)


@pytest.mark.parametrize("files", ["none", "after as before"])
def test_without_a_ledger_a_receipt_that_shows_no_change_proves_nothing(tmp_path: Path, files: str) -> None:
    make_project(tmp_path)
    apply(tmp_path)
    make_project(tmp_path)
    entries = edit_receipt(tmp_path)["files"]
    same = [{**entry, "after": entry["before"]} for entry in entries]
    edit_receipt(tmp_path, files=[] if files == "none" else same)

    assert not is_in_order(tmp_path)
    assert apply(tmp_path) is CopyOutcome.REWRITTEN


def test_a_receipt_of_one_rule_is_not_all_that_is_asked_for(certified: Path) -> None:
    edit_receipt(certified, complete=False)

    assert not is_in_order(certified)


@pytest.mark.parametrize("path", ["package.json", "dist/other.js"])
@pytest.mark.parametrize("command", ["apply", "revert"])
def test_a_receipt_that_names_a_file_that_no_rule_names_is_damaged(
    tmp_path: Path, path: str, command: str
) -> None:
    copy = make_project(tmp_path)
    (copy / "dist/other.js").write_bytes(b"theirs")
    apply(tmp_path)
    theirs = digest((copy / path).read_bytes())
    evil = digest(b"evil")
    (tmp_path / f"node_modules/.nextfix/next.{evil}.orig").write_bytes(b"evil")
    entries = edit_receipt(tmp_path)["files"]
    entry = {"path": path, "before": evil, "after": theirs, "previous": theirs}
    edit_receipt(tmp_path, files=[*entries, entry], stamp="another")
    before = snapshot(tmp_path)

    if command == "revert":
        error = revert(tmp_path)
    else:
        (outcome,) = apply_all(Request(tmp_path), dry_run=False)[0]
        error = outcome.error

    assert error is not None
    assert error.code is ExitCode.FILES
    assert path in error.reason
    assert snapshot(tmp_path) == before


def originals(root: Path) -> set[bytes]:
    return {path.read_bytes() for path in (root / "node_modules/.nextfix").glob("*.orig")}


def test_files_are_restored_whatever_release_package_json_names_now(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    before = snapshot(copy / "dist")
    apply(tmp_path)
    (copy / "package.json").write_text('{"name": "next", "version": "13.1.7"}')

    assert revert(tmp_path) is None
    assert snapshot(copy / "dist") == before


def test_an_apply_under_another_release_keeps_the_originals(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    before = snapshot(copy / "dist")
    apply(tmp_path)
    (copy / "package.json").write_text('{"name": "next", "version": "13.1.7-synthetic.0"}')

    apply(tmp_path, style="single-flight")

    assert revert(tmp_path) is None
    assert snapshot(copy / "dist") == before


def test_an_apply_under_another_release_that_writes_one_file_keeps_the_originals_of_the_others(
    tmp_path: Path,
) -> None:
    copy = make_project(tmp_path)
    before = snapshot(copy / "dist")
    apply(tmp_path)
    (copy / "package.json").write_text('{"name": "next", "version": "13.1.7-synthetic.0"}')
    (copy / "dist/server/next.js").write_bytes(before["server/next.js"])

    assert apply(tmp_path) is CopyOutcome.REWRITTEN
    assert revert(tmp_path) is None
    assert snapshot(copy / "dist") == before


@pytest.mark.parametrize("again", [False, True])
def test_a_removed_file_keeps_its_original_and_the_copy_as_it_is(tmp_path: Path, again: bool) -> None:
    copy = make_project(tmp_path)
    apply(tmp_path)
    kept = originals(tmp_path)
    removed = copy / "dist/shared/lib/loadable.js"
    rewritten = removed.read_bytes()
    removed.unlink()
    if again:
        apply(tmp_path, style="single-flight")
    before = snapshot(copy)

    error = revert(tmp_path)

    assert error is not None
    assert error.code is ExitCode.REFUSED
    assert "was removed" in error.reason
    assert snapshot(copy) == before
    assert originals(tmp_path) == kept
    removed.write_bytes(rewritten)
    assert revert(tmp_path) is None
    assert removed.read_bytes() == FILES["dist/shared/lib/loadable.js"].encode()


def test_the_receipt_of_a_release_that_was_replaced_is_forgotten(tmp_path: Path) -> None:
    make_project(tmp_path)
    apply(tmp_path)
    make_project(tmp_path, "13.1.7", {path: f"// other\n{text}" for path, text in FILES.items()})
    before = snapshot(tmp_path)

    assert revert(tmp_path) is None
    assert snapshot(tmp_path) == before
    assert not (tmp_path / "node_modules/.nextfix").exists()


def test_a_temporary_file_of_somebody_else_is_left_where_it_is(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    theirs = [
        copy / "dist/server" / name for name in (".nextfix-notes.tmp", ".nextfix-1-other.js.tmp", "x.tmp")
    ]
    for path in theirs[::2]:
        path.write_bytes(b"theirs")

    apply(tmp_path)
    revert(tmp_path)

    assert all(path.exists() for path in theirs[::2])


def test_a_receipt_that_was_never_completed_is_completed(tmp_path: Path) -> None:
    make_project(tmp_path)
    apply(tmp_path)
    edit_receipt(tmp_path, state="prepared")

    assert not is_in_order(tmp_path)
    assert apply(tmp_path) is CopyOutcome.UNCHANGED
    assert is_in_order(tmp_path)


def test_a_receipt_of_another_catalogue_is_looked_at_again(tmp_path: Path) -> None:
    make_project(tmp_path)
    apply(tmp_path)
    edit_receipt(tmp_path, stamp="another")

    assert not is_in_order(tmp_path)
    assert apply(tmp_path) is CopyOutcome.UNCHANGED
    assert is_in_order(tmp_path)


def test_what_is_asked_for_decides_whether_a_copy_is_in_order(certified: Path, tmp_path: Path) -> None:
    (copy,) = find_copies(certified, ["next"]).found
    one = Request(certified, rules=frozenset({"next/loadable"}))
    make_project(tmp_path / "uncertified", "13.1.6-synthetic.1")
    apply(tmp_path / "uncertified")
    (other,) = find_copies(tmp_path / "uncertified", ["next"]).found

    assert up_to_date_receipt(copy, Request(certified, style="documented", certified_only=True)) is not None
    assert up_to_date_receipt(copy, Request(certified, style="single-flight")) is None
    assert up_to_date_receipt(copy, one) is not None
    assert up_to_date_receipt(copy, Request(certified, rules=frozenset({"next/disk-lru"}))) is None
    assert up_to_date_receipt(other, Request(tmp_path / "uncertified")) is not None
    assert up_to_date_receipt(other, Request(tmp_path / "uncertified", certified_only=True)) is None


def test_a_certified_copy_with_other_line_endings_is_in_order(certified: Path) -> None:
    assert revert(certified) is None
    copy = make_project(certified, files={path: text.replace("\n", "\r\n") for path, text in FILES.items()})
    assert apply(certified) is CopyOutcome.REWRITTEN

    assert is_in_order(certified)
    assert b"\r\n" in (copy / "dist/server/next.js").read_bytes()


def test_a_receipt_that_claims_to_be_certified_without_a_ledger_is_looked_at_again(tmp_path: Path) -> None:
    make_project(tmp_path)
    apply(tmp_path)
    edit_receipt(tmp_path, certified=True)

    assert not is_in_order(tmp_path)


@pytest.mark.parametrize("unchanged", [False, True])
def test_the_receipt_of_a_release_that_was_replaced_speaks_of_nothing(
    tmp_path: Path, unchanged: bool
) -> None:
    make_project(tmp_path)
    apply(tmp_path)
    make_project(tmp_path, "13.1.7-synthetic.0")
    if unchanged:
        entries = edit_receipt(tmp_path)["files"]
        edit_receipt(tmp_path, files=[{**entry, "after": entry["before"]} for entry in entries])
    (copy,) = find_copies(tmp_path, ["next"]).found

    assert current_receipt(copy) is None


def test_a_broken_file_is_refused_also_where_changed_files_are_allowed(tmp_path: Path) -> None:
    text = FILES["dist/server/next.js"]
    make_project(tmp_path, files={**FILES, "dist/server/next.js": text[: len(text) // 2]})

    assert apply(tmp_path, allow_modified=True) is CopyOutcome.REFUSED


def test_a_changed_file_is_rewritten_by_structure_where_that_is_allowed(certified: Path) -> None:
    assert revert(certified) is None
    make_project(certified, files={path: f"{text}// mine\n" for path, text in FILES.items()})

    assert apply(certified) is CopyOutcome.REFUSED
    assert apply(certified, allow_modified=True) is CopyOutcome.REWRITTEN


def test_a_package_that_is_reinstalled_after_a_second_style_is_rewritten_again(tmp_path: Path) -> None:
    make_project(tmp_path)
    apply(tmp_path)
    apply(tmp_path, style="single-flight")
    make_project(tmp_path)

    [problem] = check_applied(Request(tmp_path)).wrong
    assert problem.code is ExitCode.FINDINGS
    assert apply(tmp_path) is CopyOutcome.REWRITTEN
    assert revert(tmp_path) is None
