"""The commands as a user runs them: output, last line, exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.synthetic import FILES, NEXT_JS, make_package, make_project, snapshot
from tests.terminal import last, run


def test_the_commands_one_after_the_other_each_do_what_the_word_says(tmp_path: Path) -> None:
    make_project(tmp_path)
    before = snapshot(tmp_path)

    assert run("status", cwd=tmp_path).returncode == 1
    assert run("diff", cwd=tmp_path).returncode == 1
    assert snapshot(tmp_path) == before
    first = run("apply", cwd=tmp_path)
    assert (first.returncode, len(first.stdout.splitlines())) == (0, 2)
    again = run("apply", cwd=tmp_path)
    assert (again.returncode, again.stdout, again.stderr) == (
        0,
        "nothing to do: 1 copy has its rewrites\n",
        "",
    )
    quiet = run("apply", "-q", cwd=tmp_path)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert run("status", cwd=tmp_path).returncode == 0
    assert (run("diff", cwd=tmp_path).returncode, run("diff", cwd=tmp_path).stdout) == (0, "")
    assert run("revert", cwd=tmp_path).returncode == 0
    assert snapshot(tmp_path) == before


def test_a_diff_is_applied_by_git_to_the_same_bytes_that_apply_writes(tmp_path: Path) -> None:
    make_project(tmp_path / "one")
    make_project(tmp_path / "two")
    patch = subprocess.run(
        [sys.executable, "-m", "patcher", "diff"], cwd=tmp_path / "one", capture_output=True, check=False
    ).stdout
    run("apply", cwd=tmp_path / "one")

    subprocess.run(["patch", "-p1", "--quiet", "--binary"], cwd=tmp_path / "two", input=patch, check=True)

    assert snapshot(tmp_path / "two") == snapshot(tmp_path / "one")


def test_no_copy_is_never_clean(tmp_path: Path) -> None:
    for command in ("apply", "diff", "revert", "status"):
        result = run(command, cwd=tmp_path)
        assert result.returncode == 3, command
        assert "no copy of a package" in last(result)


def test_an_unknown_newer_release_is_refused_with_the_command_that_certifies_it(tmp_path: Path) -> None:
    make_project(tmp_path, "99.0.0")

    result = run("apply", cwd=tmp_path)

    assert result.returncode == 4
    assert "nextfix certify next@99.0.0" in last(result)


def test_a_refusal_may_be_made_a_warning(tmp_path: Path) -> None:
    make_project(tmp_path, "99.0.0")

    result = run("apply", "--warn-only", cwd=tmp_path)

    assert result.returncode == 0
    assert "nextfix certify" in last(result)


def test_a_foreign_change_is_refused_with_file_and_reason(tmp_path: Path) -> None:
    make_project(
        tmp_path,
        files={**FILES, "dist/server/next.js": NEXT_JS.replace("return this.serverPromise;", "return x;")},
    )

    result = run("apply", cwd=tmp_path)

    assert result.returncode == 4
    assert "dist/server/next.js" in last(result)
    assert "getServer" in last(result)


def test_one_bad_copy_does_not_keep_the_others_from_being_rewritten(tmp_path: Path) -> None:
    make_project(tmp_path)
    make_package(tmp_path / "node_modules" / "tool" / "node_modules", "99.0.0")

    result = run("apply", cwd=tmp_path)

    assert result.returncode == 4
    assert "rewritten next@13.1.6" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [["apply", "--style", "odd"], ["apply", "--rule", "no/rule"], ["nonsense"], ["apply", "--nonsense"], []],
)
def test_wrong_usage_ends_with_2_and_a_reason(tmp_path: Path, arguments: list[str]) -> None:
    make_project(tmp_path)

    result = run(*arguments, cwd=tmp_path)

    assert result.returncode == 2
    assert last(result).startswith("nextfix: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["check", "--rule", "next/loadable"], "check"),
        (["rule", "new"], "rule"),
        (["prove", "app"], "prove app"),
        (["--nope"], ""),
    ],
)
def test_an_option_that_does_not_exist_is_answered_with_the_help_of_its_command(
    tmp_path: Path, arguments: list[str], command: str
) -> None:
    done = run(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert last(done).endswith(f"see '{f'nextfix {command}'.strip()} --help'")


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere; tests/faults injects errors"
)
def test_a_read_only_tree_is_left_alone_with_advice(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "node_modules").chmod(0o555)

    result = run("apply", cwd=tmp_path)

    (tmp_path / "node_modules").chmod(0o755)
    assert result.returncode == 5
    assert "nextfix export" in last(result)


def test_json_is_one_object_whatever_happened(tmp_path: Path) -> None:
    make_project(tmp_path)

    status = json.loads(run("status", "--json", cwd=tmp_path).stdout)
    apply = json.loads(run("apply", "--json", cwd=tmp_path).stdout)
    revert = json.loads(run("revert", "--json", cwd=tmp_path).stdout)

    assert status["copies"][0]["verdict"] == "affected"
    assert apply["copies"][0]["done"] == "rewritten"
    assert sorted(revert["copies"][0]["files"]) == sorted(FILES)


def test_escape_sequences_in_a_package_are_never_printed(tmp_path: Path) -> None:
    make_project(tmp_path, "1.2.3\x1b[2J")

    result = run("status", cwd=tmp_path)

    assert "\x1b" not in result.stdout + result.stderr


def test_every_rule_has_a_page(tmp_path: Path) -> None:
    catalogue = json.loads(run("rules", "--json", cwd=tmp_path).stdout)

    for rule in catalogue:
        page = run("explain", rule["id"], cwd=tmp_path)
        assert page.returncode == 0
        for heading in (
            ("Before", "After", "Fix safety", "Package") if rule["package"] else ("Severity", "What to do")
        ):
            assert heading in page.stdout
