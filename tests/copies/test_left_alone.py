"""Rules that make no difference on the Node that a project declares are left alone, and that is said."""

import json
from pathlib import Path

import pytest

from patcher.copies.apply import Applied, CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.copies.up_to_date import up_to_date_receipt
from patcher.copies.verify_applied import check_applied
from patcher.npm.copies import find_copies
from tests.synthetic import FILES, make_project
from tests.terminal import run

NEXT_JS = {"dist/server/next.js": FILES["dist/server/next.js"]}


def project(root: Path, node: str, file: str = "engines") -> Path:
    make_project(root)
    declare(root, node, file)
    return root


def declare(root: Path, node: str, file: str = "engines") -> None:
    if file == "engines":
        (root / "package.json").write_text(json.dumps({"name": "app", "engines": {"node": node}}))
    else:
        (root / file).write_text(f"{node}\n")


def applied(root: Path, **options: object) -> Applied:
    (outcome,) = apply_all(Request(root, **options), dry_run=False)[0]  # type: ignore[arg-type]
    return outcome


def promise_rules() -> set[str]:
    return {"next/request-handler-promise", "next/sandbox-module-context", "next/server-promise"}


@pytest.mark.parametrize("file", ["engines", ".nvmrc", ".node-version"])
def test_promises_are_left_alone_where_the_project_declares_a_node_on_which_they_carry_no_store(
    tmp_path: Path, file: str
) -> None:
    outcome = applied(project(tmp_path, "26.10.0", file))

    assert promise_rules() <= set(outcome.left)
    assert not promise_rules() & set(outcome.rules)


def test_the_node_that_happens_to_run_decides_nothing(tmp_path: Path) -> None:
    make_project(tmp_path)

    outcome = applied(tmp_path)

    assert outcome.left == ()
    assert promise_rules() <= set(outcome.rules)


@pytest.mark.parametrize("options", [{"everything": True}, {"rules": frozenset({"next/server-promise"})}])
def test_all_and_a_rule_that_is_named_are_rewritten_all_the_same(
    tmp_path: Path, options: dict[str, object]
) -> None:
    root = project(tmp_path, "26.10.0")
    applied(root)

    outcome = applied(root, **options)

    assert outcome.done is CopyOutcome.REWRITTEN
    assert "next/server-promise" in outcome.rules
    assert "next/server-promise" not in applied(root).left


def test_a_node_on_which_they_matter_again_is_noticed_by_the_next_apply(tmp_path: Path) -> None:
    root = project(tmp_path / "one", "26.10.0")
    applied(root)
    assert check_applied(Request(root)).wrong == ()
    again = project(tmp_path / "two", "20.0.0")
    (again / "node_modules").rename(tmp_path / "unused")
    (root / "node_modules").rename(again / "node_modules")

    assert len(check_applied(Request(again)).wrong) == 1
    assert promise_rules() <= set(applied(again).rules)


def test_a_second_apply_with_rules_left_alone_is_decided_by_hashes(tmp_path: Path) -> None:
    """Node 24.4 ties a store to timers, which `next/loadable` is about, and not to promises."""
    root = project(tmp_path, "24.4.0")
    first = applied(root)
    (copy,) = find_copies(root, ["next"]).found

    assert first.rules == ("next/loadable",)
    assert promise_rules() <= set(first.left)
    assert up_to_date_receipt(copy, Request(root)) is not None
    assert up_to_date_receipt(copy, Request(root, everything=True)) is None


def test_apply_says_what_it_left_alone_and_how_to_rewrite_it(tmp_path: Path) -> None:
    project(tmp_path, "26.10.0")

    result = run("apply", cwd=tmp_path)

    assert result.returncode == 0
    [line] = [line for line in result.stdout.splitlines() if line.startswith("left alone")]
    assert "next/server-promise" in line
    assert "Node 26.10.0 (engines.node)" in line
    assert "--all" in line
    assert run("status", cwd=tmp_path).returncode == 0
    assert run("apply", "--all", cwd=tmp_path).stdout.startswith("rewritten")
