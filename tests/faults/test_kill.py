"""Whatever kills nextfix, and whenever: every file is old or new, and the next run completes or undoes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.faulty import KILL, NIGHTLY, Fault, kept, run
from tests.faults.trees import FILES, project, tree_of

Make = Callable[[str], Path]
Contents = dict[str, dict[str, bytes]]

# command, the state that it starts from, the state that it leads to
SCENARIOS = {
    "apply": (["apply"], "published", "documented"),
    "another style": (["apply", "--style", "single-flight"], "documented", "single-flight"),
    "revert": (["revert"], "documented", "published"),
}


def assert_done(root: Path, contents: Contents, state: str, published: dict[str, bytes | None]) -> None:
    """The tree is that of a run in which nothing went wrong: no file more, no file less."""
    tree = tree_of(root)
    if state == "published":
        assert tree == published
        return
    extra = sorted(path for path in tree if path not in published)
    originals = [path for path in extra if path.endswith(".orig")]
    others = ["node_modules/.nextfix", "node_modules/.nextfix/lock", "node_modules/.nextfix/next.json"]
    assert sorted(set(extra) - set(originals)) == others
    assert len(originals) == len(FILES)
    for path in FILES:
        assert (root / "node_modules/next" / path).read_bytes() == contents[state][path]


def assert_recovers(
    root: Path,
    command: list[str],
    contents: Contents,
    after: str,
    published: dict[str, bytes | None],
    turn: int,
) -> None:
    """The same command completes, and a revert undoes; the CI tries them in turn, the night both from each wreck."""
    if NIGHTLY or turn % 2 == 0:
        second = root.with_name(f"{root.name}-second")
        shutil.copytree(root, second)
        ran = run([command[0], str(second), *command[1:]])
        assert ran.code == 0, ran.err
        assert_done(second, contents, after, published)
        shutil.rmtree(second)
    if NIGHTLY or turn % 2 == 1:
        ran = run(["revert", str(root)])
        assert ran.code == 0, ran.err
        assert_done(root, contents, "published", published)
    shutil.rmtree(root)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("fault", [KILL, Fault(signal=signal.SIGINT), Fault(signal=signal.SIGTERM)], ids=str)
def test_a_signal_at_every_step_leaves_old_or_new_and_the_next_run_completes_or_undoes(
    scenario: str,
    fault: Fault,
    fresh: Make,
    contents: Contents,
    published: dict[str, bytes | None],
    tried: Callable[[str], None],
) -> None:
    command, before, after = SCENARIOS[scenario]
    plain = fresh(before)
    steps = run([command[0], str(plain), *command[1:]])
    assert steps.code == 0, steps.err
    assert_done(plain, contents, after, published)
    allowed = {path: {contents[before][path], contents[after][path]} for path in FILES}
    numbers = steps.changing()
    assert len(numbers) > 20
    for turn, number in enumerate(numbers if fault == KILL or NIGHTLY else numbers[::9]):
        root = fresh(before)
        ran = run([command[0], str(root), *command[1:]], fault=fault, at=number)
        tried(f"{fault} at a step")
        assert ran.steps[number].split()[0] == steps.steps[number].split()[0]
        if fault == KILL:
            assert ran.code == -signal.SIGKILL
        else:
            assert ran.code in (0, 130), ran.err
            assert ran.code == 0 or ran.reason.startswith("nextfix: interrupted"), ran.err
            assert not list(root.rglob(".nextfix-*")), steps.steps[number]
        kept(root, allowed)
        assert_recovers(root, command, contents, after, published, turn)


def test_a_kill_at_any_moment_leaves_old_or_new_and_the_next_run_completes(
    fresh: Make, contents: Contents, published: dict[str, bytes | None], tried: Callable[[str], None]
) -> None:
    allowed = {path: {contents["published"][path], contents["documented"][path]} for path in FILES}
    chance = random.Random(7)
    for turn in range(300 if NIGHTLY else 12):
        root = fresh("published")
        process = subprocess.Popen(
            [sys.executable, "-m", "patcher", "apply", str(root)], stdout=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.1, 0.6))
        process.kill()
        process.wait()
        tried("SIGKILL at random")
        kept(root, allowed)
        assert_recovers(root, ["apply"], contents, "documented", published, turn)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_waiting_for_the_lock_ends_at_once_with_its_exit_code(
    number: int, fresh: Make, tried: Callable[[str], None]
) -> None:
    root = fresh("documented")
    holder = _hold_lock(root)
    waiting = subprocess.Popen(
        [sys.executable, "-m", "patcher", "revert", str(root)], stderr=subprocess.PIPE, text=True
    )
    time.sleep(2)
    assert waiting.poll() is None
    waiting.send_signal(number)
    _, err = waiting.communicate(timeout=10)
    holder.kill()
    holder.wait()
    tried("signal while waiting")
    assert waiting.returncode in (
        130,
        -signal.SIGINT,
    )  # Python's own way when an `exec` is interrupted: 130 to a shell
    assert err.rstrip("\n").rpartition("\n")[2].startswith("nextfix: interrupted")


def test_the_lock_of_a_dead_process_stops_nobody(
    fresh: Make, contents: Contents, published: dict[str, bytes | None], tried: Callable[[str], None]
) -> None:
    root = fresh("documented")
    holder = _hold_lock(root)
    holder.kill()
    holder.wait()
    os.utime(root / "node_modules/.nextfix/lock", (0, 0))
    began = time.monotonic()
    ran = run(["revert", str(root)])
    tried("stale lock")
    assert ran.code == 0, ran.err
    assert time.monotonic() - began < 5
    assert_done(root, contents, "published", published)


def _hold_lock(root: Path) -> subprocess.Popen[str]:
    program = (
        "import sys, time; from pathlib import Path; from patcher.disk.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(100)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(root / "node_modules/.nextfix")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_project_is_left_as_it_was_by_apply_and_revert(tmp_path: Path) -> None:
    root = project(tmp_path / "app")
    before = tree_of(root)
    for command in ("apply", "revert", "revert"):
        assert run([command, str(root)]).code == 0
    assert tree_of(root) == before


def test_a_package_directory_is_left_as_it_was_by_apply_and_revert(tmp_path: Path) -> None:
    folder = (project(tmp_path / "app") / "node_modules/next").rename(tmp_path / "package")
    before = tree_of(folder)
    for command in ("apply", "revert"):
        assert run([command, str(folder)]).code == 0
    assert tree_of(folder) == before
