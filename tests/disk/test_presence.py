"""What is not there, and what cannot be looked at, are two things."""

import ast
import errno
import os
from pathlib import Path

import pytest

import patcher
from patcher.disk.presence import is_a_folder, is_regular, is_there

_PATHLIB = {"is_dir", "is_file", "exists"}
# An entry of a folder that is being read, and a resource of the wheel: no path of a user.
_OTHER = {"entry", "below", "source"}


def test_a_file_a_folder_and_a_link_to_each_are_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "to-file").symlink_to("file")
    (tmp_path / "to-folder").symlink_to(".")
    seen = {
        p: (is_there(tmp_path / p), is_regular(tmp_path / p), is_a_folder(tmp_path / p))
        for p in os.listdir(tmp_path)
    }
    assert seen == {
        "file": (True, True, False),
        "to-file": (True, True, False),
        "to-folder": (True, False, True),
    }


def test_nothing_stands_below_a_file_in_a_loop_of_links_or_under_a_name_that_cannot_be(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("absent", "file/below", "loop", "a\0b"):
        assert not is_there(tmp_path / name), name


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.EMFILE])
def test_a_path_that_cannot_be_looked_at_is_never_absent(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stat(*_: object, **__: object) -> os.stat_result:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("patcher.disk.presence.os.stat", stat)
    for ask in (is_there, is_regular, is_a_folder):
        with pytest.raises(OSError, match=os.strerror(number)):
            ask(Path("/somewhere"))


def test_no_module_asks_pathlib_whose_answer_depends_on_the_python() -> None:
    root = Path(patcher.__file__).parent
    asked = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _PATHLIB
        and not node.args
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id in _OTHER)
    ]
    assert asked == []
