"""What happens to the files while nextfix is at work: swaps, foreign writes, clocks, and other runs of itself."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import patcher.copies.apply
import patcher.copies.revert
from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.copies.revert import revert_all
from patcher.disk.lock import locked
from patcher.errors import ExitCode, NextfixError
from tests.faults.faulty import NIGHTLY, kept, run
from tests.faults.trees import FILES, tree_of

Make = Callable[[str], Path]
Contents = dict[str, dict[str, bytes]]
WORKFLOWS = {"apply": patcher.copies.apply, "revert": patcher.copies.revert}


def _meanwhile(monkeypatch: pytest.MonkeyPatch, command: str, happening: Callable[[], object]) -> None:
    """Let `happening` happen once, between the plan and the first write to the copy."""
    workflow = WORKFLOWS[command]
    write = workflow.replace_inside
    left = [happening]

    def first(*arguments: object) -> None:
        while left:
            left.pop()()
        write(*arguments)

    monkeypatch.setattr(workflow, "replace_inside", first)


def _error(command: str, root: Path) -> NextfixError | None:
    if command == "apply":
        return next(apply_all(Request(root), dry_run=False)[0]).error
    return next(revert_all(root)[0]).error


@pytest.mark.parametrize("command", WORKFLOWS)
@pytest.mark.parametrize("folder", ["dist", "dist/server", "dist/server/web/sandbox"])
def test_a_folder_swapped_for_a_link_leads_no_write_out_of_the_copy(
    command: str, folder: str, fresh: Make, monkeypatch: pytest.MonkeyPatch, tried: Callable[[str], None]
) -> None:
    root = fresh("published" if command == "apply" else "documented")
    inside = root / "node_modules/next" / folder
    outside = root / "outside"
    before: dict[str, bytes | None] = {}

    def swap() -> None:
        shutil.move(inside, outside)
        inside.symlink_to(outside, target_is_directory=True)
        before.update(tree_of(outside))

    _meanwhile(monkeypatch, command, swap)
    error = _error(command, root)
    tried("a folder swapped for a link")

    assert error is not None
    assert error.code is ExitCode.REFUSED
    assert "symbolic link" in str(error)
    assert tree_of(outside) == before


@pytest.mark.parametrize("command", WORKFLOWS)
@pytest.mark.parametrize("kind", ["link", "directory", "pipe", "gone"])
def test_a_file_swapped_for_something_else_is_refused_without_waiting(
    command: str, kind: str, fresh: Make, monkeypatch: pytest.MonkeyPatch, tried: Callable[[str], None]
) -> None:
    root = fresh("published" if command == "apply" else "documented")
    path = root / "node_modules/next/dist/server/next.js"
    target = root / "target.js"

    def swap() -> None:
        path.rename(target)
        if kind == "link":
            path.symlink_to(target)
        elif kind == "directory":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)

    _meanwhile(monkeypatch, command, swap)
    error = _error(command, root)
    tried("a file swapped")

    assert error is not None
    assert error.code in (ExitCode.REFUSED, ExitCode.FILES)
    assert not list(root.rglob(".nextfix-*"))


@pytest.mark.parametrize("command", WORKFLOWS)
def test_a_file_changed_between_plan_and_write_is_not_overwritten(
    command: str,
    fresh: Make,
    monkeypatch: pytest.MonkeyPatch,
    contents: Contents,
    tried: Callable[[str], None],
) -> None:
    root = fresh("published" if command == "apply" else "documented")
    path = root / "node_modules/next/dist/server/next.js"
    _meanwhile(monkeypatch, command, lambda: path.write_bytes(b"// theirs\n"))
    error = _error(command, root)
    tried("a file changed meanwhile")

    assert error is not None
    assert error.code is ExitCode.REFUSED
    assert "changed while nextfix was at work" in str(error)
    assert path.read_bytes() == b"// theirs\n"
    others = {name: {contents[state][name] for state in ("published", "documented")} for name in FILES}
    kept(root, {**others, "dist/server/next.js": {b"// theirs\n"}})


def test_a_clock_that_goes_back_and_times_of_the_far_future_change_nothing(
    fresh: Make, contents: Contents, published: dict[str, bytes | None], tried: Callable[[str], None]
) -> None:
    for when in (0, 2**31, 4 * 10**9):
        root = fresh("documented")
        for path in root.rglob("*"):
            os.utime(path, (when, when))
        (root / "node_modules/next/dist/server/next.js").write_bytes(FILES["dist/server/next.js"])
        assert run(["apply", str(root)]).code == 0
        kept(root, {path: {data} for path, data in contents["documented"].items()})
        program = (
            "import itertools, sys, time; back = itertools.count(4 * 10**9, -1000)\n"
            "time.time = lambda: float(next(back)); time.time_ns = lambda: next(back) * 10**9\n"
            "from patcher.cli.main import main; main(sys.argv[1:])"
        )
        for arguments in (["apply", str(root), "--style", "single-flight"], ["revert", str(root)]):
            ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            tried("a clock going back")
        assert tree_of(root) == published


def test_a_run_that_waits_too_long_for_the_lock_says_who_holds_it(
    fresh: Make, tried: Callable[[str], None]
) -> None:
    folder = fresh("documented") / "node_modules/.nextfix"
    with (
        locked(folder),
        pytest.raises(NextfixError, match="held by another nextfix") as told,
        locked(folder, 0.2),
    ):
        pass
    tried("a lock held too long")

    assert told.value.code is ExitCode.FILES


@pytest.mark.parametrize("runs", [2, 8])
def test_runs_at_once_end_as_one_and_nobody_ever_reads_half_a_file(
    runs: int,
    fresh: Make,
    contents: Contents,
    published: dict[str, bytes | None],
    tried: Callable[[str], None],
) -> None:
    allowed = {path: {contents[state][path] for state in contents} for path in FILES}
    for turn in range(20 if NIGHTLY else 2):
        root = fresh("published")
        commands = [
            ["apply", str(root), "--style", "single-flight"]
            if (number + turn) % 3 == 0
            else ["revert", str(root)]
            if (number + turn) % 3 == 1
            else ["apply", str(root)]
            for number in range(runs)
        ]
        at_once = [
            subprocess.Popen([sys.executable, "-m", "patcher", *command], stderr=subprocess.PIPE, text=True)
            for command in commands
        ]
        done = threading.Event()
        torn: list[str] = []
        reader = threading.Thread(target=_watch, args=(root, allowed, done, torn))
        reader.start()
        ended = [(process.communicate(timeout=300)[1], process.returncode) for process in at_once]
        done.set()
        reader.join()
        tried(f"{runs} runs at once")
        assert not torn
        assert all(code == 0 for _, code in ended), ended
        assert run(["apply", str(root), "--style", "documented"]).code == 0
        kept(root, {path: {data} for path, data in contents["documented"].items()})
        assert run(["revert", str(root)]).code == 0
        assert tree_of(root) == published


def _watch(root: Path, allowed: dict[str, set[bytes]], done: threading.Event, torn: list[str]) -> None:
    while not done.wait(0.001):
        torn += [
            path for path in FILES if (root / "node_modules/next" / path).read_bytes() not in allowed[path]
        ]


def test_the_loser_of_a_race_finds_the_winners_work_and_says_unchanged(
    fresh: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = fresh("published")
    real = locked
    monkeypatch.setattr(
        "patcher.copies.apply.locked", lambda folder: run(["apply", str(root)]) and real(folder)
    )

    assert next(apply_all(Request(root), dry_run=False)[0]).done is CopyOutcome.UNCHANGED
