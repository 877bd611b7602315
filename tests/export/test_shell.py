"""One more command in a script: reached whatever the script does, in the shells that run it, and taken out exactly."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.errors import ExitCode, NextfixError
from patcher.export.shell import run_after, run_before, without

WHERE = (Path("package.json"), "postinstall")
COMMAND = "nextfix apply"


def is_ours(text: str) -> bool:
    return text == COMMAND


def sh(script: str, folder: Path, *, check: bool = True) -> str:
    """What `script` prints where nextfix is a program that says so, and fails unless `check`."""
    program = folder / "nextfix"
    program.write_text(f"#!/bin/sh\necho reached\nexit {0 if check else 1}\n")
    program.chmod(0o755)
    environment = {"PATH": f"{folder}:/usr/bin:/bin"}
    return subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("script", "grouped"),
    [
        ("prisma generate", "prisma generate"),
        ("a && b", "a && b"),
        ("echo 'x || y'", "echo 'x || y'"),
        ("node x.js > log 2>&1", "node x.js > log 2>&1"),
        ("lint || true", "( lint || true )"),
        ("a; b", "( a; b )"),
        ("cat a | b", "( cat a | b )"),
        ("(a || b)", "( (a || b) )"),
    ],
)
def test_a_script_that_is_more_than_a_chain_is_put_in_parentheses(script: str, grouped: str) -> None:
    assert run_before(COMMAND, script, *WHERE) == f"{COMMAND} && {grouped}"
    assert run_after(script, COMMAND, *WHERE) == f"{grouped} && {COMMAND}"


@pytest.mark.parametrize(
    "script",
    [
        "a # note",
        "#a",
        "a &",
        "a & b",
        "a; exit 0",
        "exec b",
        "a && exit",
        "a\nb",
        "cat <<E",
        "a `b`",
        "a ||",
        "(a",
        "a)",
        "echo 'a",
        'echo "a',
        "a \\",
        "&& a",
        "a |",
    ],
)
def test_a_script_after_which_nothing_would_run_is_refused(script: str) -> None:
    with pytest.raises(NextfixError, match='script "postinstall"') as caught:
        run_after(script, COMMAND, *WHERE)
    assert caught.value.code is ExitCode.REFUSED


@pytest.mark.parametrize("script", ["a # note", "a\nb", "(a", "echo 'a", "a ||"])
def test_a_script_that_no_parentheses_can_hold_is_refused(script: str) -> None:
    with pytest.raises(NextfixError) as caught:
        run_before(COMMAND, script, *WHERE)
    assert caught.value.code is ExitCode.REFUSED


@pytest.mark.parametrize(
    "script",
    ["echo own || true", "false || echo own", "echo own; exit 0", "echo own & wait", "! false && echo own"],
)
def test_a_gate_stops_the_whole_script(tmp_path: Path, script: str) -> None:
    gated = run_before(COMMAND, script, *WHERE)

    assert sh(gated, tmp_path).split() == ["reached", "own"]
    assert sh(gated, tmp_path, check=False).split() == ["reached"]


@pytest.mark.parametrize("script", ["echo own", "true || false", "cd /; true", "echo a | cat"])
def test_what_is_added_after_a_script_is_reached_where_it_was(tmp_path: Path, script: str) -> None:
    assert "reached" in sh(run_after(script, COMMAND, *WHERE), tmp_path)


parts = st.sampled_from(
    [
        "a",
        "lint",
        "||",
        "&&",
        ";",
        "|",
        "&",
        "(",
        ")",
        "( a )",
        "'x && y'",
        '"("',
        "#",
        "exit 0",
        "\\",
        "$(b)",
    ]
)


@given(st.lists(parts, max_size=7).map(" ".join))
def test_taking_it_out_gives_back_every_character(script: str) -> None:
    ways: tuple[Callable[[], str], ...] = (
        lambda: run_before(COMMAND, script, *WHERE),
        lambda: run_after(script, COMMAND, *WHERE),
    )
    for add in ways:
        try:
            composed = add()
        except NextfixError:
            continue
        assert composed != script
        assert without(composed, is_ours) == script


@pytest.mark.parametrize(
    "script",
    [
        "npx nextfix apply",
        "./bin/nextfix apply && echo",
        "nextfix apply --warn-only",
        "echo 'x && nextfix apply && y'",
        "nextfix apply || true",
        "my-nextfix apply",
        "a; nextfix apply",
    ],
)
def test_commands_of_others_are_not_ours(script: str) -> None:
    assert without(script, is_ours) == script


def test_what_somebody_put_around_it_stays() -> None:
    assert without("a && nextfix apply && b", is_ours) == "a && b"
    assert without("( a ) && nextfix apply", is_ours) == "( a )"
