"""Whether a tree is as apply leaves it, and the key of a cache of it."""

import shutil
from pathlib import Path

import pytest

from patcher.check.rule_sites import check_rules
from patcher.copies.apply import apply_all
from patcher.copies.request import Request
from patcher.copies.require_hook_plan import export_hook
from patcher.copies.upgrade import expiry
from patcher.copies.verify_applied import cache_key, check_applied
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from patcher.export.require_hook import NAME
from tests.synthetic import make_package, make_project


def rewrite(root: Path) -> None:
    list(apply_all(Request(root), dry_run=False)[0])


def test_a_fresh_tree_is_not_in_order_and_says_which_files(tmp_path: Path) -> None:
    make_project(tmp_path)

    [check] = check_applied(Request(tmp_path)).wrong

    assert check.code is ExitCode.FINDINGS
    assert "dist/server/next.js" in check.reason


def test_a_rewritten_tree_is_in_order_with_its_receipt_and_without(tmp_path: Path) -> None:
    make_project(tmp_path)
    rewrite(tmp_path)
    assert check_applied(Request(tmp_path)).wrong == ()

    shutil.rmtree(tmp_path / "node_modules" / ".nextfix")

    assert check_applied(Request(tmp_path)).wrong == ()


def test_one_file_that_a_reinstall_put_back_is_noticed(tmp_path: Path) -> None:
    package = make_project(tmp_path)
    before = (package / "dist/server/next.js").read_bytes()
    rewrite(tmp_path)
    (package / "dist/server/next.js").write_bytes(before)

    assert len(check_applied(Request(tmp_path)).wrong) == 1


def test_a_release_that_no_rule_knows_is_refused_and_has_no_key(tmp_path: Path) -> None:
    make_project(tmp_path)
    make_package(tmp_path / "node_modules" / "tool" / "node_modules", "99.0.0")

    assert {check.code for check in check_applied(Request(tmp_path)).wrong} == {
        ExitCode.FINDINGS,
        ExitCode.REFUSED,
    }
    with pytest.raises(NextfixError):
        cache_key(Request(tmp_path))


def test_the_key_is_of_the_tree_as_it_shall_be(tmp_path: Path) -> None:
    make_project(tmp_path / "one")
    make_project(tmp_path / "two")
    first = cache_key(Request(tmp_path / "one"))
    assert cache_key(Request(tmp_path / "two")) == first

    rewrite(tmp_path / "one")

    assert cache_key(Request(tmp_path / "one")) == first
    assert cache_key(Request(tmp_path / "two", style="single-flight")) != first


def test_another_release_has_another_key(tmp_path: Path) -> None:
    make_project(tmp_path / "one")
    make_project(tmp_path / "two", "13.1.6-synthetic.1")

    assert cache_key(Request(tmp_path / "one")) != cache_key(Request(tmp_path / "two"))


def test_the_release_that_makes_a_rule_unnecessary_is_named(tmp_path: Path) -> None:
    make_project(tmp_path)

    [copy] = check_rules(Request(tmp_path)).copies

    assert "next 13.4.10 makes next/request-handler-promise unnecessary" in expiry(copy)
    assert "no release known to nextfix fixes next/loadable, next/sandbox-module-context, " in expiry(copy)
    rewrite(tmp_path)
    [again] = check_rules(Request(tmp_path)).copies
    assert expiry(again) == expiry(copy)


def test_a_tree_whose_preload_does_what_apply_would_do_is_in_order(tmp_path: Path) -> None:
    make_project(tmp_path)
    write_edits(export_hook(Request(tmp_path)).edits)
    assert check_applied(Request(tmp_path)).wrong == ()

    (tmp_path / NAME).write_text("// somebody's own\n")

    assert len(check_applied(Request(tmp_path)).wrong) == 1
