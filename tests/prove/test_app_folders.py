"""Copies of apps: ours by hard links, the user's by bytes."""

import os
from pathlib import Path

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.prove.app_folders import full_copy, linked_copy


def test_a_full_copy_shares_no_byte_with_the_original(tmp_path: Path) -> None:
    source = tmp_path / "app"
    (source / "lib").mkdir(parents=True)
    (source / "lib" / "a.js").write_text("before")
    os.link(source / "lib" / "a.js", source / "lib" / "b.js")
    (source / "link.js").symlink_to("lib/a.js")

    full_copy(source, tmp_path / "copy")
    (tmp_path / "copy" / "lib" / "b.js").write_text("after")

    assert (source / "lib" / "b.js").read_text() == "before"
    assert (tmp_path / "copy" / "lib" / "a.js").read_text() == "before"
    assert os.readlink(tmp_path / "copy" / "link.js") == "lib/a.js"


@pytest.mark.parametrize("absolute", [True, False])
def test_a_link_out_of_the_app_is_refused(tmp_path: Path, absolute: bool) -> None:
    source = tmp_path / "app"
    source.mkdir()
    (tmp_path / "outside").mkdir()
    (source / "node_modules").symlink_to(tmp_path / "outside" if absolute else "../outside")

    with pytest.raises(NextfixError) as error:
        full_copy(source, tmp_path / "copy")

    assert error.value.code is ExitCode.REFUSED
    assert not (tmp_path / "copy").exists()


def test_a_missing_app_is_nothing_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(NextfixError) as error:
        full_copy(tmp_path / "app", tmp_path / "copy")

    assert error.value.code is ExitCode.NOTHING


def test_a_file_replaced_in_a_linked_copy_leaves_the_original_alone(tmp_path: Path) -> None:
    from patcher.disk.write import write_file

    source = tmp_path / "app"
    source.mkdir()
    (source / "a.js").write_text("before")

    linked_copy(source, tmp_path / "copy")
    write_file(tmp_path / "copy" / "a.js", b"after")

    assert (source / "a.js").read_text() == "before"
    assert (tmp_path / "copy" / "a.js").read_text() == "after"


def test_the_packages_of_a_second_copy_are_those_of_the_first(tmp_path: Path) -> None:
    source = tmp_path / "app"
    for name in ("node_modules/a/index.js", "node_modules/.cache/x", "server.js"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)

    full_copy(source, tmp_path / "one")
    full_copy(source, tmp_path / "two", tmp_path / "one")

    def shared(name: str) -> bool:
        return (tmp_path / "one" / name).samefile(tmp_path / "two" / name)

    assert shared("node_modules/a/index.js")
    assert not shared("server.js")
    assert not shared("node_modules/.cache/x")
    assert not (tmp_path / "one" / "node_modules/a/index.js").samefile(source / "node_modules/a/index.js")


def test_a_copy_within_the_app_does_not_copy_itself(tmp_path: Path) -> None:
    (tmp_path / "server.js").write_text("1")
    target = tmp_path / "tmp" / "stage" / "copy"
    target.parent.mkdir(parents=True)

    full_copy(tmp_path, target)

    assert (target / "server.js").exists()
    assert not (target / "tmp" / "stage").exists()
