"""Every other command that writes: export to each target and its undo, init, rule new, baseline, reports, the probe,
and what maintainers run: certify, the tables of the documents, prove and its matrix.

Whatever call fails, or kills the run: each file is as it was or as the undisturbed run leaves it, the same command
completes what is half done, and no temporary file is left behind.
"""

import errno
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from patcher.certify import skeleton
from tests import own_registry
from tests.faults import maintained
from tests.faults.faulty import KILL, NIGHTLY, Fault, Ran, run
from tests.faults.trees import tree_of
from tests.heap.tiny import Tiny
from tests.synthetic import UNCERTIFIED, make_project

SOURCE = "async function load() { return 1 }\nclass A { f() { return (this.p ??= load()) } }\nexports.a = new A()\n"


@dataclass(frozen=True)
class Scenario:
    """A command that writes, what ran before it, what the project is installed with, and what stands in for the rest.

    `around` is called with the project: it adds files, and takes the place of what is slow and does not write.
    """

    command: tuple[str, ...]
    before: tuple[str, ...] = ()
    manager: str = "npm@12.2.0"
    files: tuple[tuple[str, str], ...] = ()
    around: Callable[[pytest.MonkeyPatch, Path], None] | None = None


def _export(target: str) -> tuple[str, ...]:
    return ("export", "--to", target, "--write")


_INIT = ("init", "--write", "--runner", "nextfix")
_UNDO = ("export", "--undo", "--write")
_PNPM = (("pnpm-workspace.yaml", "packages:\n  - apps/*\n"),)
_YARN = (("yarn.lock", f'__metadata:\n  version: 8\n\n"next@npm:*":\n  version: {UNCERTIFIED}\n'),)
SCENARIOS = {
    "npm": Scenario(_export("npm")),
    "pnpm": Scenario(_export("pnpm"), manager="pnpm@10.34.9", files=_PNPM),
    "pnpm 9": Scenario(_export("pnpm"), manager="pnpm@9.15.0"),
    "bun": Scenario(_export("bun"), manager="bun@1.4.5"),
    "yarn": Scenario(_export("yarn"), manager="yarn@4.18.1", files=_YARN),
    "patch-package": Scenario(_export("patch-package"), manager="npm@11.0.0"),
    "require-hook": Scenario(_export("require-hook")),
    "undo of npm": Scenario(_UNDO, _export("npm")),
    "undo of pnpm": Scenario(_UNDO, _export("pnpm"), manager="pnpm@10.34.9", files=_PNPM),
    "undo of yarn": Scenario(_UNDO, _export("yarn"), manager="yarn@4.18.1", files=_YARN),
    "undo of patch-package": Scenario(_UNDO, _export("patch-package"), manager="npm@11.0.0"),
    "undo of require-hook": Scenario(_UNDO, _export("require-hook")),
    "another target": Scenario(_export("npm"), _export("patch-package"), manager="npm@12.2.0"),
    "another target, by convention": Scenario(_export("patch-package"), _export("npm"), manager="npm@12.2.0"),
    "init": Scenario(_INIT),
    "undo of init": Scenario(("init", "--undo", "--write"), _INIT),
    "rule new": Scenario(("rule", "new", "plain", "lib/a.js")),
    "baseline": Scenario(
        ("check", "--scope", "source", "--no-cache", "--update-baseline", "--baseline", "base.json")
    ),
    "report": Scenario(("check", "--scope", "source", "--no-cache", "-o", "a.json", "-o", "a.sarif")),
    "result of heap": Scenario(("heap", "own.heapsnapshot", "--output", "heap.json", "--format", "json")),
    "probe": Scenario(("heap", "--probe", "probe.cjs")),
    "certify": Scenario(("certify", "next@2.0.1"), around=maintained.own_releases),
    "tables of the documents": Scenario(("rules", "--write"), around=maintained.documents),
    "prove": Scenario(("prove",), around=maintained.experiments),
    "matrix of prove": Scenario(maintained.MATRIX, around=maintained.experiments),
}
Tree = dict[str, bytes | None]
Make = Callable[[str], Path]


@pytest.fixture
def fresh(memory: Path, contents: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:  # noqa: ARG001 (it warms)
    """Makes the project of a scenario, as it is before the command; it is the working directory from then on."""
    made: dict[str, Path] = {}
    serial = iter(range(10**6))
    monkeypatch.setattr(skeleton, "data_folder", maintained.checkout)
    (memory / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(memory / "temporary"))

    def make(name: str) -> Path:
        if name not in made:
            made[name] = _project(memory / "made", SCENARIOS[name])
            if (around := SCENARIOS[name].around) is not None:
                around(monkeypatch, made[name])
            monkeypatch.chdir(made[name])
            if SCENARIOS[name].before:
                ran = run([*SCENARIOS[name].before])
                assert ran.code == 0, ran.err
        root = memory / f"run-{next(serial)}" / "app"
        shutil.copytree(made[name], root)
        monkeypatch.chdir(root)
        own_registry.forget()
        return root

    yield make
    own_registry.forget()


def _project(root: Path, scenario: Scenario) -> Path:
    make_project(root)
    manifest = {
        "name": "app",
        "packageManager": scenario.manager,
        "scripts": {"build": "next build", "postinstall": "a || b"},
        "dependencies": {"next": "*"},
    }
    texts = {"package.json": json.dumps(manifest, indent=2), "src/a.js": SOURCE, **dict(scenario.files)}
    tiny = Tiny()
    tiny.edge(0, tiny.node("IncomingMessage"))
    tiny.write(root / "own.heapsnapshot")
    for path, text in texts.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return root


def _files(root: Path) -> Tree:
    """The files; git knows no empty folder, and one may be left by a kill between a file's end and its folder's.

    The bytecode that Python keeps of rules that it loads is Python's, and has the time of its source in it.
    """
    files = tree_of(root).items()
    return {path: data for path, data in files if data is not None and "__pycache__" not in path}


def _temporary() -> list[Path]:
    """What was left in the temporary folder of the machine; it is taken away."""
    left = list(Path(tempfile.gettempdir()).iterdir())
    for path in left:
        shutil.rmtree(path)
    return left


def _ended_well(ran: Ran, name: str) -> bool:
    """Whether the command did what it is for; a report of findings ends with 1, and a rule is made once."""
    made = name == "rule new" and ran.code == 2 and "is there already" in ran.reason
    return ran.code == 0 or (name in ("report", "result of heap") and ran.code == 1) or made


def _kept(root: Path, old: Tree, new: Tree, step: str) -> None:
    """Assert that each file is as it was or as it shall be, and that nothing else is there but temporary files."""
    now = _files(root)
    for path in {*old, *new}:
        assert now.get(path) in (old.get(path), new.get(path)), (step, path)
    assert [path for path in now if path not in old and path not in new and ".nextfix-" not in path] == [], (
        step
    )


def _completes(root: Path, name: str, new: Tree, step: str) -> None:
    ran = run([*SCENARIOS[name].command])
    assert _ended_well(ran, name), (step, ran.err)
    assert _files(root) == new, step


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_at_every_step_loses_nothing_and_the_next_run_completes(
    name: str, fresh: Make, tried: Callable[[str], None]
) -> None:
    command = [*SCENARIOS[name].command]
    plain = fresh(name)
    old = _files(plain)
    steps = run(command)
    assert _ended_well(steps, name), steps.err
    new = _files(plain)
    assert new != old
    numbers = steps.changing()
    assert len(numbers) >= 2
    _completes(plain, name, new, "a second run")
    for turn, number in enumerate(numbers):
        fault = KILL if NIGHTLY or turn % 4 else Fault(signal=(signal.SIGINT, signal.SIGTERM)[turn // 4 % 2])
        root = fresh(name)
        ran = run(command, fault=fault, at=number)
        tried(f"{fault} at a step of another command that writes")
        step = steps.steps[number]
        left = _temporary()
        if fault == KILL:
            assert ran.code == -signal.SIGKILL
        else:
            assert ran.code in (0, 1, 130), (step, ran.err)
            assert not [*root.rglob(".nextfix-*"), *left], step
        _kept(root, old, new, step)
        _completes(root, name, new, step)
        shutil.rmtree(root)


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_error_at_every_step_is_said_and_the_next_run_completes(
    name: str, fresh: Make, tried: Callable[[str], None]
) -> None:
    command = [*SCENARIOS[name].command]
    plain = fresh(name)
    old = _files(plain)
    steps = run(command)
    new = _files(plain)
    errors = (errno.EIO, errno.EACCES, errno.ENOSPC, errno.EROFS)
    said = 0
    for turn, number in enumerate(steps.changing()[:: 1 if NIGHTLY else 2]):
        for error in errors if NIGHTLY else (errors[turn % len(errors)],):
            root = fresh(name)
            ran = run(command, fault=Fault(error=error), at=number)
            tried(f"{errno.errorcode[error]} at a step of another command that writes")
            step = steps.steps[number]
            assert _ended_well(ran, name) or ran.code == 5, (step, ran.code, ran.err)
            if ran.code == 5:
                said += 1
                assert os.strerror(error).lower() in ran.reason.lower(), (step, ran.err)
                assert "Traceback" not in ran.err
            left = _temporary()
            assert not list(root.rglob(".nextfix-*")), step
            assert not left or step.startswith(("rmdir", "unlink")), (
                step,
                "only what cannot be removed is left",
            )
            _kept(root, old, new, step)
            _completes(root, name, new, step)
            shutil.rmtree(root)
    assert said, "no injected error was seen: the injection is blind"
