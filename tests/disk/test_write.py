"""The one writer."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.disk.folder import open_folder
from patcher.disk.temporary import create_temporary, temporary_name
from patcher.disk.write import (
    make_folder_inside,
    read_inside,
    remove_unchanged,
    replace_file,
    replace_inside,
    sweep,
    write_file,
)
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


def leftover(folder: Path) -> Path:
    """A temporary file as a killed run leaves it."""
    path = folder / temporary_name()
    path.write_bytes(b"half")
    return path


def test_temporary_files_of_a_killed_run_are_swept_by_the_next_write_to_their_folder(tmp_path: Path) -> None:
    acts: tuple[Callable[[], object], ...] = (
        lambda: sweep(tmp_path, "."),
        lambda: write_file(tmp_path / "a.js", b"new"),
    )
    for act in acts:
        path = leftover(tmp_path)
        act()
        assert not path.exists()


@pytest.mark.parametrize(
    "name",
    [
        ".nextfix-notes.tmp",
        ".nextfix-1-a.js.tmp",
        ".nextfix-a.js.123.tmp",
        f".nextfix-{'0' * 32}.tmp",
        "kept.tmp",
    ],
)
def test_a_file_of_somebody_else_is_not_swept_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"theirs")

    sweep(tmp_path, ".")
    write_file(tmp_path / "a.js", b"new")

    assert (tmp_path / name).read_bytes() == b"theirs"


def test_a_temporary_file_that_another_run_writes_to_is_not_swept(tmp_path: Path) -> None:
    with open_folder(tmp_path) as folder:
        name, handle = create_temporary(folder)
    sweep(tmp_path, ".")
    assert (tmp_path / name).exists()

    os.close(handle)
    sweep(tmp_path, ".")
    assert not (tmp_path / name).exists()


def test_a_link_or_folder_with_the_name_of_a_temporary_file_stays(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"theirs")
    (tmp_path / temporary_name()).symlink_to("real")
    (tmp_path / temporary_name()).mkdir()
    before = sorted(os.listdir(tmp_path))

    sweep(tmp_path, ".")

    assert sorted(os.listdir(tmp_path)) == before


def meanwhile(monkeypatch: pytest.MonkeyPatch, happening: Callable[[], object]) -> None:
    """Let `happening` happen once the new bytes are on disk and nothing is renamed yet."""
    real, left = os.fsync, [happening]

    def fsync(handle: int) -> None:
        real(handle)
        while left:
            left.pop()()

    monkeypatch.setattr(os, "fsync", fsync)


def rewritten(path: Path) -> None:
    path.write_bytes(b"foreign")


def renamed_over(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"foreign")
    other.rename(path)


@pytest.mark.parametrize("change", [rewritten, renamed_over])
@pytest.mark.parametrize("existed", [True, False])
@pytest.mark.parametrize(
    "write", [replace_inside, lambda root, name, old, new: replace_file(root / name, old, new)]
)
def test_a_change_between_comparison_and_rename_is_not_lost(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    existed: bool,
    write: Callable[[Path, str, bytes | None, bytes], None],
) -> None:
    path = tmp_path / "package.json"
    old = b"old" if existed else None
    if existed:
        path.write_bytes(b"old")
    meanwhile(monkeypatch, lambda: change(path))

    with pytest.raises(NextfixError, match="changed while nextfix was at work") as caught:
        write(tmp_path, "package.json", old, b"new")

    assert caught.value.code is ExitCode.REFUSED
    assert path.read_bytes() == b"foreign"
    assert os.listdir(tmp_path) == ["package.json"]


@pytest.mark.parametrize("existed", [True, False])
def test_an_output_that_another_program_writes_meanwhile_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existed: bool
) -> None:
    path = tmp_path / "report.json"
    if existed:
        path.write_bytes(b"old report")
    meanwhile(monkeypatch, lambda: path.write_bytes(b"foreign"))

    with pytest.raises(NextfixError, match="changed while nextfix was at work"):
        write_file(path, b"new")

    assert path.read_bytes() == b"foreign"


def test_a_file_that_changed_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"foreign")

    with pytest.raises(NextfixError, match="changed while"):
        remove_unchanged(tmp_path, "a.yml", b"old")
    remove_unchanged(tmp_path, "a.yml", b"foreign")

    assert os.listdir(tmp_path) == []


def test_folders_are_made_inside_and_not_through_links(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "root" / "a").mkdir(parents=True)
    (tmp_path / "root" / "link").symlink_to(tmp_path / "out")

    make_folder_inside(tmp_path / "root", "a/b/c")
    for path in ("link", "link/x", "../y"):
        with pytest.raises(NextfixError) as caught:
            make_folder_inside(tmp_path / "root", path)
        assert caught.value.code is ExitCode.REFUSED

    assert (tmp_path / "root/a/b/c").is_dir()
    assert os.listdir(tmp_path / "out") == []
