"""apply and revert, on a synthetic package."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patcher.catalogue.load import packages, rules
from patcher.copies.apply import Applied, CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.copies.revert import Reverted, revert_all
from patcher.disk.receipt import receipts_folder
from patcher.disk.write import replace_inside
from patcher.errors import ExitCode
from patcher.model import Verdict
from patcher.rule import STYLES
from tests.synthetic import FILES, NEXT_JS, make_project, snapshot


def applied(root: Path, *, dry_run: bool = False, **options: object) -> Applied:
    outcomes, _ = apply_all(Request(root, **options), dry_run=dry_run)  # type: ignore[arg-type]
    (outcome,) = outcomes
    return outcome


def reverted(root: Path) -> Reverted:
    (outcome,) = revert_all(root)[0]
    return outcome


def test_the_packages_looked_for_are_those_that_rules_speak_of() -> None:
    assert set(packages()) == {rule.package for rule in rules()}


def test_every_hostile_file_is_rewritten_and_nothing_else(tmp_path: Path) -> None:
    make_project(tmp_path)
    before = snapshot(tmp_path)

    outcome = applied(tmp_path)

    after = snapshot(tmp_path)
    assert outcome.done is CopyOutcome.REWRITTEN
    assert {path for path in after if after[path] != before.get(path)} == {
        f"node_modules/next/{path}" for path in FILES
    }
    assert after.keys() == before.keys()


def test_the_documented_rewrite_is_the_one_of_the_report(tmp_path: Path) -> None:
    copy = make_project(tmp_path)

    applied(tmp_path)

    text = (copy / "dist/server/next.js").read_text()
    assert (
        """\
    async getServer() {
        if (!this.serverPromise) {
            const conf = await this.loadConfig();
            // decided by the configuration
            if (conf.experimental.appDir) {
                process.env.OWN_FLAG = `one
  two`;
            }
            this.server = await this.createServer({
                ...this.options,
                conf
            });
            this.serverPromise = this.server;
        }
        return this.serverPromise;
    }
    async getServerRequestHandler() {
        // made once
        if (!this.reqHandlerPromise) {
            const server = await this.getServer();
            this.reqHandlerPromise = server.getRequestHandler().bind(server);
        }
        return this.reqHandlerPromise;
    }
"""
        in text
    )


def test_a_second_apply_changes_nothing_and_says_so(tmp_path: Path) -> None:
    make_project(tmp_path)
    applied(tmp_path)
    before = snapshot(tmp_path)

    assert applied(tmp_path).done is CopyOutcome.UNCHANGED
    assert snapshot(tmp_path) == before


def test_a_second_apply_reads_neither_rules_nor_trees(tmp_path: Path) -> None:
    make_project(tmp_path)
    applied(tmp_path)

    script = "import sys; from patcher.cli.main import _run; _run(['apply']); print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert not {
        "tree_sitter",
        "nodesemver",
        "libcst",
        "rich",
        "numpy",
        "filelock",
        "patcher.semantic_patch",
    } & set(out.stdout.split())


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    make_project(tmp_path)
    before = snapshot(tmp_path)

    outcome = applied(tmp_path, dry_run=True)

    assert (outcome.done, set(outcome.files)) == (CopyOutcome.WOULD_REWRITE, set(FILES))
    assert snapshot(tmp_path) == before
    assert not (tmp_path / "node_modules" / ".nextfix").exists()


@settings(deadline=None, max_examples=25)
@given(
    steps=st.lists(st.sampled_from([*STYLES, "default", "one rule", "revert"]), min_size=1, max_size=5),
    bom=st.booleans(),
    crlf=st.booleans(),
)
def test_revert_is_the_inverse_of_whatever_was_applied(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], bom: bool, crlf: bool
) -> None:
    root = tmp_path_factory.mktemp("project")
    make_project(root, files={path: _converted(text, bom, crlf) for path, text in FILES.items()})
    before = snapshot(root)
    options: dict[str, dict[str, Any]] = {
        **{style: {"style": style} for style in STYLES},
        "default": {},
        "one rule": {"rules": frozenset({"next/server-promise"})},
    }

    for step in steps:
        outcome = reverted(root) if step == "revert" else applied(root, **options[step])
        assert outcome.error is None
    reverted(root)

    assert snapshot(root) == before
    assert reverted(root).files == ()


def _converted(text: str, bom: bool, crlf: bool) -> str:
    return ("\ufeff" if bom else "") + (text.replace("\n", "\r\n") if crlf else text)


def test_the_result_does_not_depend_on_the_way_to_it(tmp_path: Path) -> None:
    make_project(tmp_path / "a")
    make_project(tmp_path / "b")

    applied(tmp_path / "a", style="single-flight")
    applied(tmp_path / "a", style="documented")
    applied(tmp_path / "b", rules=frozenset({"next/server-promise"}))
    applied(tmp_path / "b")

    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


def test_a_later_apply_without_style_keeps_the_style(tmp_path: Path) -> None:
    make_project(tmp_path)
    applied(tmp_path, style="single-flight")

    assert applied(tmp_path).done is CopyOutcome.UNCHANGED
    assert applied(tmp_path, rules=frozenset({"next/server-promise"})).style == "single-flight"


def test_a_reinstalled_package_is_rewritten_again(tmp_path: Path) -> None:
    make_project(tmp_path)
    applied(tmp_path)
    make_project(tmp_path)

    assert applied(tmp_path).done is CopyOutcome.REWRITTEN


def test_an_upgraded_package_does_not_trust_the_old_receipt(tmp_path: Path) -> None:
    make_project(tmp_path)
    applied(tmp_path)
    make_project(tmp_path, "13.1.7-synthetic.0")

    assert applied(tmp_path).done is CopyOutcome.REWRITTEN
    assert reverted(tmp_path).error is None


def test_a_file_damaged_after_the_rewrite_is_refused_and_kept(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    applied(tmp_path)
    path = copy / "dist/server/next.js"
    path.write_bytes(path.read_bytes().replace(b"await this.loadConfig()", b"this.loadConfig()"))
    before = snapshot(tmp_path)

    outcome = applied(tmp_path)
    undone = reverted(tmp_path)

    assert (outcome.done, outcome.verdict) == (CopyOutcome.REFUSED, Verdict.MODIFIED)
    assert "getServer" in outcome.reason
    assert undone.error is not None
    assert undone.error.code is ExitCode.REFUSED
    assert snapshot(tmp_path) == before


def test_a_change_beside_the_rewrite_is_left_alone_and_undo_is_refused_not_forgotten(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    applied(tmp_path)
    path = copy / "dist/server/next.js"
    rewritten = path.read_bytes()
    path.write_bytes(rewritten + b"// mine\n")

    assert applied(tmp_path).done is CopyOutcome.UNCHANGED
    assert reverted(tmp_path).error is not None
    path.write_bytes(rewritten)
    assert set(reverted(tmp_path).files) == set(FILES)
    assert path.read_bytes() == NEXT_JS.encode()


def test_a_truncated_file_is_refused_and_the_other_files_of_the_copy_are_not_written(tmp_path: Path) -> None:
    copy = make_project(tmp_path, files={**FILES, "dist/server/next.js": NEXT_JS[: len(NEXT_JS) // 2]})
    before = snapshot(tmp_path)

    outcome = applied(tmp_path)

    assert outcome.done is CopyOutcome.REFUSED
    assert "does not parse" in outcome.reason
    assert snapshot(tmp_path) == before
    assert copy.is_dir()


def test_a_copy_patched_by_hand_as_documented_counts_as_applied(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    applied(tmp_path)
    text = {path: (copy / path).read_bytes().decode() for path in FILES}
    make_project(tmp_path / "hand", files=text)

    outcome = applied(tmp_path / "hand")

    assert (outcome.done, outcome.verdict) == (CopyOutcome.UNCHANGED, Verdict.APPLIED)


def test_a_hard_linked_store_keeps_its_bytes(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    store = tmp_path / "store.js"
    os.link(copy / "dist/server/next.js", store)

    applied(tmp_path)

    assert store.read_bytes() == NEXT_JS.encode()


def test_an_interrupted_apply_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = make_project(tmp_path)
    written: list[str] = []

    real = replace_inside

    def dying(root: Path, relative: str, old: bytes, new: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(relative)
        real(root, relative, old, new)

    monkeypatch.setattr("patcher.copies.apply.replace_inside", dying)
    with pytest.raises(KeyboardInterrupt):
        applied(tmp_path)
    monkeypatch.undo()

    assert applied(tmp_path).done is CopyOutcome.REWRITTEN
    complete = snapshot(copy)
    make_project(tmp_path / "other")
    applied(tmp_path / "other")
    assert complete == snapshot(tmp_path / "other" / "node_modules" / "next")


def test_several_processes_at_once_end_as_one(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    command = [sys.executable, "-m", "patcher", "apply", str(tmp_path)]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    codes = [process.wait() for process in running]

    for process in running:
        process.communicate()
    assert codes == [0, 0, 0, 0]
    make_project(tmp_path / "alone")
    applied(tmp_path / "alone")
    assert snapshot(copy) == snapshot(tmp_path / "alone" / "node_modules" / "next")


def test_nothing_of_nextfix_is_left_after_revert(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    applied(tmp_path)
    reverted(tmp_path)

    assert not receipts_folder(copy).exists()
