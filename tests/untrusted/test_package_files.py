"""What lies at the place of a file to rewrite: pipes, gigabytes, links, and files for their owner alone."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from patcher.copies.apply import apply_all
from patcher.copies.request import Request
from patcher.errors import ExitCode
from tests.synthetic import FILES, make_project
from tests.untrusted.trees import everything, outcome


def test_a_file_that_a_rule_names_may_be_a_pipe_or_a_gigabyte_and_is_refused(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    path = copy / "dist/server/next.js"
    makes: tuple[Callable[[], None], ...] = (lambda: os.mkfifo(path), lambda: _sparse(path, 2**31))
    for make in makes:
        path.unlink()
        make()
        (copied,) = apply_all(Request(tmp_path), dry_run=False)[0]
        assert copied.error is not None
        assert copied.error.code is ExitCode.REFUSED


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def test_a_symbolic_link_inside_the_copy_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "app"
    copy = make_project(root)
    outside = tmp_path / "outside"
    shutil.move(copy / "dist/server", outside)
    (copy / "dist/server").symlink_to(outside)
    before = everything(outside)

    error = outcome("apply", root)

    assert error is not None
    assert error.code is ExitCode.REFUSED
    assert everything(outside) == before


def test_modes_are_kept_and_nobody_may_read_what_the_owner_alone_may(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    path = copy / "dist/server/next.js"
    path.chmod(0o600)
    assert outcome("apply", tmp_path) is None
    (kept,) = (
        file
        for file in (tmp_path / "node_modules/.nextfix").glob("*.orig")
        if file.read_bytes() == FILES["dist/server/next.js"].encode()
    )

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) & 0o077 == 0
