"""Whatever call fails, and with whatever error: old or new, exit code 5 and its reason, and the next run completes."""

import errno
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.faulty import NIGHTLY, Fault, Ran, kept, run
from tests.faults.test_kill import SCENARIOS, Contents, Make, assert_recovers
from tests.faults.trees import FILES, project, tree_of

ERRORS = [errno.EIO, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EMFILE]
_EVERYWHERE = frozenset({errno.EIO, errno.EACCES, errno.ENOSPC})  # at every step, at night; else at some
_SPACE = frozenset({"create", "write", "fsync", "mkdir", "replace"})  # what a full disk lets fail


def assert_told(ran: Ran, step: str) -> None:
    """The run says on its last line which file it is about and why, or the error did no harm."""
    if ran.code == 0:
        return
    assert ran.code == 5, f"{step}: {ran.err}"
    assert ran.reason.startswith("nextfix: "), ran.err
    assert "defect" not in ran.reason, ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda number: errno.errorcode[number])
def test_an_error_at_every_step_leaves_old_or_new_and_is_told(
    scenario: str,
    error: int,
    fresh: Make,
    contents: Contents,
    published: dict[str, bytes | None],
    tried: Callable[[str], None],
) -> None:
    command, before, after = SCENARIOS[scenario]
    steps = run([command[0], str(fresh(before)), *command[1:]]).steps
    first = next(number for number, step in enumerate(steps) if "node_modules" in step)
    numbers = [
        number
        for number in range(first, len(steps))
        if steps[number].split()[0] in _SPACE or error not in (errno.ENOSPC, errno.EDQUOT)
    ]
    if not (NIGHTLY and error in _EVERYWHERE):
        stride = max(1, len(numbers) // 12)
        numbers = numbers[random.Random(error).randrange(stride) :: stride]
    allowed = {path: {contents[before][path], contents[after][path]} for path in FILES}
    told = 0
    for turn, number in enumerate(numbers):
        root = fresh(before)
        ran = run([command[0], str(root), *command[1:]], fault=Fault(error=error), at=number)
        tried(f"{errno.errorcode[error]} at a step")
        assert_told(ran, steps[number])
        told += ran.code == 5
        kept(root, allowed)
        assert_recovers(root, command, contents, after, published, turn)
    assert told >= len(numbers) // 3, "hardly any injected error was seen: the injection is blind"


def test_a_full_disk_leaves_old_or_new_and_room_lets_the_next_run_complete(
    contents: Contents, tried: Callable[[str], None], tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True
    ).returncode:
        pytest.skip("mounting a small tmpfs needs root; ENOSPC is injected by the test above all the same")
    try:
        _fill_and_free(disk, contents, tried)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _fill_and_free(disk: Path, contents: Contents, tried: Callable[[str], None]) -> None:
    allowed = {path: {contents["published"][path], contents["documented"][path]} for path in FILES}
    codes = set()
    for pages in range(0, 24, 1 if NIGHTLY else 3):
        root = project(disk / "app")
        ballast = disk / "ballast"
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
        ballast.write_bytes(bytes(max(0, free - pages * 4096)))
        ran = run(["apply", str(root)])
        tried("a full disk")
        codes.add(ran.code)
        assert_told(ran, f"{pages} pages free")
        if ran.code:
            assert "No space left on device" in ran.reason
        kept(root, allowed)
        assert not list(root.rglob(".nextfix-*"))
        ballast.unlink()
        assert run(["apply", str(root)]).code == 0
        kept(root, {path: {contents["documented"][path]} for path in FILES})
        shutil.rmtree(root)
    assert codes == {0, 5}


@pytest.mark.parametrize("command", ["apply", "revert"])
def test_a_tree_of_somebody_else_is_left_alone_with_exit_code_5_and_a_way_out(
    command: str, fresh: Make, tried: Callable[[str], None]
) -> None:
    root = fresh("published" if command == "apply" else "documented")
    for path in (root.parent, *root.rglob("*"), root):
        path.chmod(path.stat().st_mode & 0o555 | 0o444 if path.is_file() else 0o555)
    before = tree_of(root)
    ran = run([command, str(root)], unprivileged=True)
    tried("a read-only tree")
    for path in (root.parent, root, *root.rglob("*")):
        path.chmod(0o755)

    assert ran.code == 5, ran.err
    assert "Permission denied" in ran.reason
    assert "nextfix export" in ran.reason
    assert tree_of(root) == before


def test_a_copy_that_may_not_be_read_does_not_keep_the_next_from_being_rewritten(
    fresh: Make, tried: Callable[[str], None]
) -> None:
    root = fresh("published")
    nested = root / "node_modules/other/node_modules"
    shutil.copytree(root / "node_modules/next", nested / "next")
    for path in (root.parent, *root.rglob("*"), root):
        path.chmod(0o777 if path.is_dir() else 0o666)
    closed = root / "node_modules/next/dist/server"
    closed.chmod(0)
    ran = run(["apply", str(root)], unprivileged=True)
    tried("a closed folder")
    closed.chmod(0o777)

    assert ran.code == 5, ran.err
    assert "cannot be read: Permission denied" in ran.reason
    assert (nested / "next/dist/server/next.js").read_bytes() != FILES["dist/server/next.js"]


CLAIMS = (
    ["apply"],
    ["apply", "--dry-run"],
    ["status"],
    ["status", "--applied"],
    ["diff"],
)


@pytest.mark.parametrize("command", CLAIMS, ids=" ".join)
def test_no_error_at_any_step_makes_an_affected_tree_clean(
    command: list[str], fresh: Make, contents: Contents, tried: Callable[[str], None]
) -> None:
    """Whatever cannot be read is not known to be in order: a run that ends with 0 has done what it says."""
    root = fresh("published")
    steps = run([command[0], str(root), *command[1:]]).steps
    numbers = range(len(steps)) if NIGHTLY else range(0, len(steps), 5)
    for number in numbers:
        root = fresh("published")
        ran = run([command[0], str(root), *command[1:]], fault=Fault(error=errno.EACCES), at=number)
        tried("EACCES at a step of a command that could call an affected tree clean")
        assert "defect" not in ran.reason, ran.err
        if ran.code == 0:
            assert command == ["apply"], f"{steps[number]}: {ran.out}"
            kept(root, {path: {contents["documented"][path]} for path in FILES})
