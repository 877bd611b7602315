"""The one writer."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.disk.write import read_inside, replace_inside, sweep, write_file
from patcher.errors import ExitCode, NextfixError


def test_the_mode_is_kept_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    path.write_bytes(b"old")
    path.chmod(0o640)

    write_file(path, b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.js"]


def test_another_name_of_a_hard_link_keeps_the_old_bytes(tmp_path: Path) -> None:
    store, path = tmp_path / "store.js", tmp_path / "a.js"
    store.write_bytes(b"old")
    os.link(store, path)

    write_file(path, b"new")

    assert (store.read_bytes(), path.read_bytes(), store.stat().st_nlink) == (b"old", b"new", 1)


def test_a_symbolic_link_is_refused_and_its_target_untouched(tmp_path: Path) -> None:
    (tmp_path / "real.js").write_bytes(b"old")
    os.symlink("real.js", tmp_path / "a.js")

    with pytest.raises(NextfixError, match="symbolic link") as caught:
        write_file(tmp_path / "a.js", b"new")

    assert caught.value.code is ExitCode.REFUSED
    assert (tmp_path / "real.js").read_bytes() == b"old"


@pytest.mark.parametrize("relative", ["../a.js", "/a.js", "d/../../a.js", "..\\a.js", "C:\\a.js", ""])
def test_a_path_that_leaves_the_copy_is_refused(tmp_path: Path, relative: str) -> None:
    copy = tmp_path / "next"
    copy.mkdir()
    (tmp_path / "a.js").write_bytes(b"old")

    with pytest.raises(NextfixError, match="leaves its package"):
        replace_inside(copy, relative, b"old", b"new")


def test_a_folder_that_is_a_link_out_of_the_copy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.js").write_bytes(b"old")
    (tmp_path / "next").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "next" / "dist")

    acts: tuple[Callable[[], object], ...] = (
        lambda: read_inside(tmp_path / "next", "dist/a.js"),
        lambda: replace_inside(tmp_path / "next", "dist/a.js", b"old", b"new"),
    )
    for act in acts:
        with pytest.raises(NextfixError, match="symbolic link"):
            act()
    assert (tmp_path / "elsewhere" / "a.js").read_bytes() == b"old"


def test_a_file_that_changed_since_the_plan_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"foreign")

    with pytest.raises(NextfixError, match="changed while nextfix was at work"):
        replace_inside(tmp_path, "a.js", b"old", b"new")

    assert (tmp_path / "a.js").read_bytes() == b"foreign"


def test_a_missing_file_reads_as_none(tmp_path: Path) -> None:
    assert read_inside(tmp_path, "dist/a.js") is None


@pytest.mark.parametrize("call", ["fsync", "replace", "open", "fchmod"])
def test_a_failing_call_leaves_the_old_bytes_and_no_stray_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "a.js"
    path.write_bytes(b"old")
    real_open = os.open

    def failing(*arguments: object, **keywords: object) -> int:
        if call != "open" or ".tmp" in str(arguments[0]):
            raise OSError(28, "No space left on device")
        return real_open(*arguments, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(os, call, failing)
    with pytest.raises(NextfixError, match="No space left") as caught:
        write_file(path, b"new")
    monkeypatch.undo()

    assert caught.value.code is ExitCode.FILES
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.js"]


def test_temporary_files_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".nextfix-a.js.123.tmp").write_bytes(b"half")
    (tmp_path / "kept.tmp").write_bytes(b"")

    sweep(tmp_path, ".")

    assert os.listdir(tmp_path) == ["kept.tmp"]
