"""Whatever is odd about a project or about the process: no traceback, an exit code with its reason, no lost byte."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from patcher.cli.main import main
from patcher.errors import ExitCode
from tests.faults.faulty import Ran, run
from tests.faults.trees import tree_of
from tests.untrusted.odd_projects import ODD, PROCESS, odd_project

LOOKS = (
    ("check", "--no-cache"),
    ("check", "--no-cache", "--scope", "all", "-f", "sarif"),
    ("check", "--fix", "--dry-run"),
    ("apply", "--dry-run"),
    ("diff",),
    ("status", "--json"),
    ("status", "--applied"),
    ("export", "--to", "npm"),
    ("export", "--to", "pnpm"),
    ("export", "--to", "require-hook"),
    ("init",),
    ("explain", "next/server-promise"),
    ("heap", "own.js"),
)
WRITES = (
    (("apply",), ("revert",)),
    (("export", "--to", "npm", "--write"), ("export", "--undo", "--write")),
    (("export", "--to", "require-hook", "--write"), ("export", "--undo", "--write")),
    (("export", "--to", "patch-package", "--write"), ("export", "--undo", "--write")),
    (("init", "--write", "--runner", "nextfix"), ("init", "--undo", "--write")),
    (("check", "--fix"), ("check", "--fix")),
    (("check", "--update-baseline", "--baseline", "b.json"), ("check", "--baseline", "b.json")),
)
ALL = os.environ.get("NEXTFIX_FUZZ") == "all" or os.environ.get("NEXTFIX_NIGHTLY") == "1"
CODES = {int(code) for code in ExitCode} - {int(ExitCode.INTERRUPTED)}
USER = 65534
Tree = dict[str, bytes | None]


@pytest.fixture(scope="module")
def warm() -> None:
    """What is imported here, every forked run has, also as a user who may not read it."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        odd_project(Path(folder) / "app")
        os.chdir(Path(folder) / "app")
        for command in (
            *LOOKS,
            *(each for pair in WRITES for each in pair),
            ("check", "nowhere"),
            ("nowhere",),
        ):
            with pytest.raises(SystemExit):
                main([*command])
        Path("nextfix.toml").write_text("a = 1")
        with pytest.raises(SystemExit):
            main(["check"])
        os.chdir(here)


@pytest.fixture
def fresh(warm: None) -> Iterator[Callable[[], Path]]:  # noqa: ARG001
    """Makes projects that belong to the user that runs nextfix, in a folder that everybody may pass."""
    folder = tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    os.chmod(folder, 0o755)
    numbers = iter(range(10**6))

    def make() -> Path:
        root = Path(folder) / str(next(numbers)) / "app"
        odd_project(root)
        for path in (root.parent, *root.parent.rglob("*")):
            os.chown(path, USER, USER)
        return root

    yield make
    shutil.rmtree(folder)


def _wrong(ran: Ran) -> str:
    """What is wrong with how a run ended, or the empty string."""
    if "Traceback" in ran.err or "defect of nextfix" in ran.err or "escaped" in ran.err:
        return ran.err[-400:]
    if ran.code not in CODES:
        return f"exit code {ran.code}: {ran.err[-200:]}"
    return "" if ran.code == 0 or ran.reason.startswith("nextfix: ") else f"{ran.code} without a reason"


def _tried(odd: str, root: Path, commands: tuple[tuple[str, ...], ...]) -> tuple[list[Ran], Tree, Tree]:
    """How commands end in an odd project, and its tree before and after, with all that stands beside it."""
    here = ODD[odd](root) if odd in ODD else None
    root = here if isinstance(here, Path) else root
    top = next(path for path in root.parents if (path / "sentinel.js").is_file())
    before = tree_of(top)
    start = os.getcwd()
    os.chdir(root)
    try:
        prepare = partial(PROCESS[odd], root) if odd in PROCESS else None
        ran = [run([*command], unprivileged=True, prepare=prepare) for command in commands]
    finally:
        os.chdir(start)
    return ran, before, tree_of(top)


def _changed(before: Tree, after: Tree) -> list[str]:
    made = [path for path in after if path not in before and "cache" not in path]
    return made + [path for path in before if after.get(path, b"gone") != before[path]]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may become another user"
)
@pytest.mark.parametrize("odd", [*ODD, *PROCESS])
def test_an_odd_project_ends_every_command_with_a_reason_and_loses_nothing(
    odd: str, fresh: Callable[[], Path], tried: Callable[..., None]
) -> None:
    place = [*ODD, *PROCESS].index(odd)
    looks = LOOKS if ALL else (*LOOKS, *LOOKS)[place % len(LOOKS) :][:3]
    wrong = []
    for command in looks:
        (ran,), before, after = _tried(odd, fresh(), (command,))
        tried("a command that writes nothing, on an odd project")
        wrong += [f"{' '.join(command)}: {problem}" for problem in (_wrong(ran),) if problem]
        wrong += [f"{' '.join(command)} changed {path}" for path in _changed(before, after)]
    for pair in WRITES if ALL else (WRITES[place % len(WRITES)],):
        both, before, after = _tried(odd, fresh(), pair)
        tried("a pair of commands that write, on an odd project")
        wrong += [
            f"{' '.join(command)}: {problem}"
            for command, ran in zip(pair, both, strict=True)
            if (problem := _wrong(ran))
        ]
        changed = [path for path in _changed(before, after) if _is_kept(path, pair, before, both)]
        wrong += [f"{' '.join(pair[0])} and back changed {path}" for path in changed]
    assert not wrong, "\n".join(wrong)


def _is_kept(path: str, pair: tuple[tuple[str, ...], ...], before: Tree, ran: list[Ran]) -> bool:
    """Whether a pair of commands must leave a path as it was."""
    if path.startswith(("sentinel", "elsewhere", "moved")):
        return True
    if path not in before or before[path] is None:
        return False
    if pair[0] == ("check", "--fix"):
        return not path.endswith(".js") or "node_modules" in path
    undone = pair[1][0] == "revert" or "--undo" in pair[1]
    return undone and all(each.code in (0, 3) for each in ran)
