"""`check --fix` writes one's own source: whatever happens, each file is old or new, and the next run completes."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import patcher.check.fix_findings
from patcher.cli.main import main
from patcher.disk.write import replace_inside
from patcher.errors import ExitCode
from tests.faults.faulty import KILL, NIGHTLY, Fault, Ran, run
from tests.faults.trees import tree_of

_LOAD = b"async function load() { return 1 }\n"
SOURCES = {
    "src/field.js": _LOAD + b"class A { f() { return (this.p ??= load()) } }\nexports.a = new A()\n",
    "src/inner/module.js": _LOAD + b"let p\nexports.f = () => (p ??= load())\n",
    "server.ts": _LOAD + b"let q: Promise<number> | undefined\nexport const g = () => (q ??= load())\n",
}
COMMAND = ["check", "--scope", "source", "--fix"]
Tree = dict[str, bytes | None]
Make = Callable[[], Path]


def _project(root: Path) -> Path:
    for path, source in {**SOURCES, "package.json": b"{}"}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(source)
    return root


@pytest.fixture
def fresh(memory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes projects, each the working directory from then on; what is remembered between runs is one's own too."""
    serial = iter(range(10**6))
    here = Path.cwd()

    def make() -> Path:
        root = _project(memory / f"run-{next(serial)}")
        monkeypatch.setenv("XDG_CACHE_HOME", str(root.with_name(f"{root.name}-cache")))
        os.chdir(root)
        return root

    yield make
    os.chdir(here)


@pytest.fixture
def fixed(fresh: Make) -> Tree:
    """The tree that an undisturbed run makes."""
    root = fresh()
    with pytest.raises(
        SystemExit, match="0"
    ):  # in this process, so that what is loaded here need not be again
        main(COMMAND)
    tree = tree_of(root)
    assert all(tree[path] != source for path, source in SOURCES.items())
    return tree


def _old_or_new(root: Path, fixed: Tree) -> None:
    for path, source in SOURCES.items():
        assert (root / path).read_bytes() in (source, fixed[path]), path


def _completes(root: Path, fixed: Tree) -> None:
    ran = run(COMMAND)
    assert ran.code == 0, ran.err
    assert tree_of(root) == fixed
    again = run(COMMAND)
    assert again.code == 0, again.err
    assert tree_of(root) == fixed
    shutil.rmtree(root)


def _steps(ran: Ran) -> list[int]:
    """The steps that change something, from the first write to a source file on."""
    assert ran.code == 0, ran.err
    first = next(at for at, name in enumerate(ran.steps) if name.startswith("create .nextfix-"))
    return [at for at in ran.changing() if at >= first - 2]


@pytest.mark.parametrize("fault", [KILL, Fault(signal=signal.SIGINT), Fault(signal=signal.SIGTERM)], ids=str)
def test_a_signal_at_every_step_leaves_old_or_new_and_the_next_run_completes(
    fault: Fault, fresh: Make, fixed: Tree, tried: Callable[[str], None]
) -> None:
    fresh()
    steps = _steps(run(COMMAND))
    assert len(steps) >= 5 * len(SOURCES)
    for at in steps if fault == KILL or NIGHTLY else steps[::4]:
        root = fresh()
        ran = run(COMMAND, fault=fault, at=at)
        tried(f"{fault} at a step of check --fix")
        if fault == KILL:
            assert ran.code == -signal.SIGKILL
        else:
            assert ran.code in (0, 130), ran.err
            assert not list(root.rglob(".nextfix-*")), ran.steps[at]
        _old_or_new(root, fixed)
        _completes(root, fixed)


@pytest.mark.parametrize(
    "error", [errno.EIO, errno.EACCES, errno.ENOSPC, errno.EROFS], ids=errno.errorcode.get
)
def test_an_error_at_every_step_leaves_old_or_new_and_is_told(
    error: int, fresh: Make, fixed: Tree, tried: Callable[[str], None]
) -> None:
    fresh()
    told = 0
    steps = _steps(run(COMMAND))
    for at in steps:
        root = fresh()
        ran = run(COMMAND, fault=Fault(error=error), at=at)
        tried(f"{errno.errorcode[error]} at a step of check --fix")
        assert ran.code in (0, 5), (ran.steps[at], ran.err)
        if ran.code:
            told += 1
            assert os.strerror(error) in ran.reason, ran.err
            assert "Traceback" not in ran.err
        _old_or_new(root, fixed)
        _completes(root, fixed)
    assert told > len(steps) // 2, "hardly any injected error was seen: the injection is blind"


def _meanwhile(monkeypatch: pytest.MonkeyPatch, happening: Callable[[], object]) -> None:
    """Let `happening` happen once, after the plan is made and before the first file is written."""
    write = replace_inside
    left = [happening]

    def first(*arguments: object) -> None:
        while left:
            left.pop()()
        write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("patcher.check.fix_findings.replace_inside", first)


def test_a_file_changed_between_plan_and_write_is_not_overwritten_and_the_others_are_fixed(
    fresh: Make, fixed: Tree, monkeypatch: pytest.MonkeyPatch, tried: Callable[[str], None]
) -> None:
    for path in SOURCES:
        root = fresh()
        theirs = SOURCES[path] + b"// theirs\n"
        _meanwhile(monkeypatch, partial((root / path).write_bytes, theirs))
        ran = run(COMMAND)
        tried("a file changed meanwhile under check --fix")

        assert ran.code == ExitCode.REFUSED
        assert "changed while nextfix was at work" in ran.reason
        assert (root / path).read_bytes() == theirs
        assert {other: (root / other).read_bytes() for other in SOURCES if other != path} == {
            other: fixed[other] for other in SOURCES if other != path
        }
        monkeypatch.undo()


def test_what_another_run_fixed_since_the_look_is_not_told_as_a_finding(
    fresh: Make, fixed: Tree, monkeypatch: pytest.MonkeyPatch, tried: Callable[[str], None]
) -> None:
    root = fresh()
    plan = patcher.check.fix_findings.plan_fixes
    left = [1]

    def late(*arguments: Any) -> Any:
        if left:
            left.pop()
            assert run(COMMAND).code == 0
        return plan(*arguments)

    monkeypatch.setattr(patcher.check.fix_findings, "plan_fixes", late)
    ran = run(COMMAND)
    tried("files fixed meanwhile under check --fix")

    assert ran.code == 0, ran.err
    assert tree_of(root) == fixed


@pytest.mark.parametrize("swapped", ["src/inner", "src/inner/module.js"])
def test_what_is_swapped_for_a_link_leads_no_write_out_of_the_project(
    swapped: str, fresh: Make, monkeypatch: pytest.MonkeyPatch, tried: Callable[[str], None]
) -> None:
    root = fresh()
    outside = root.with_name("outside")

    def swap() -> None:
        shutil.move(root / swapped, outside)
        (root / swapped).symlink_to(outside)

    _meanwhile(monkeypatch, swap)
    ran = run(COMMAND)
    tried("a link swapped in under check --fix")

    assert ran.code == ExitCode.REFUSED, ran.err
    kept = outside if outside.is_file() else outside / "module.js"
    assert kept.read_bytes() == SOURCES["src/inner/module.js"]
    assert not list(root.rglob(".nextfix-*"))


@pytest.mark.parametrize("runs", [2, 8])
def test_runs_at_once_end_as_one_and_nobody_ever_reads_half_a_file(
    runs: int, fresh: Make, fixed: Tree, tried: Callable[[str], None]
) -> None:
    for _ in range(10 if NIGHTLY else 2):
        root = fresh()
        torn: list[str] = []
        done = threading.Event()

        def watch(root: Path = root, done: threading.Event = done, torn: list[str] = torn) -> None:
            while not done.wait(0.001):
                torn += [p for p, old in SOURCES.items() if (root / p).read_bytes() not in (old, fixed[p])]

        reader = threading.Thread(target=watch)
        reader.start()
        command = [sys.executable, "-m", "patcher", *COMMAND]
        at_once = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(runs)]
        ended = [(process.communicate(timeout=300)[1], process.returncode) for process in at_once]
        done.set()
        reader.join()
        tried(f"{runs} runs of check --fix at once")
        assert not torn
        # Who comes second finds the file changed since it looked, leaves it, and says so.
        assert all(code == 0 or (code == 4 and "changed while" in told) for told, code in ended), ended
        assert not list(root.rglob(".nextfix-*"))
        _completes(root, fixed)
