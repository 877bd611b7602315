"""Paths as reports and patches show them, on Windows too."""

import os
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath
from typing import cast

import pytest

from patcher.text import paths


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        (PureWindowsPath(r"C:\app\node_modules\next"), PureWindowsPath(r"C:\app"), "node_modules/next"),
        (PureWindowsPath(r"C:\App\x.js"), PureWindowsPath(r"c:\app"), "x.js"),
        (PureWindowsPath(r"D:\store\x.js"), PureWindowsPath(r"C:\app"), "store/x.js"),
        (PureWindowsPath(r"\\server\share\x.js"), PureWindowsPath(r"C:\app"), "x.js"),
        (PurePosixPath("/app/a b/x.js"), PurePosixPath("/app"), "a b/x.js"),
        (PurePosixPath("/other/x.js"), PurePosixPath("/app"), "other/x.js"),
    ],
)
def test_a_path_in_a_patch_has_forward_slashes_and_no_drive(
    path: object, root: object, expected: str
) -> None:
    assert paths.within(path, root) == expected  # type: ignore[arg-type]


def test_what_is_shown_on_windows_has_forward_slashes(monkeypatch: pytest.MonkeyPatch) -> None:
    import ntpath

    monkeypatch.setattr(os, "path", ntpath)
    monkeypatch.setattr(os, "sep", "\\")
    monkeypatch.setattr(ntpath, "getcwd", lambda: r"C:\app", raising=False)
    monkeypatch.setattr(os, "getcwd", lambda: r"C:\app")

    shown = cast(Callable[[PureWindowsPath], str], paths.shown)
    assert shown(PureWindowsPath(r"C:\app\node_modules\next\dist\x.js")) == "node_modules/next/dist/x.js"
    assert shown(PureWindowsPath(r"D:\store\x.js")) == "D:/store/x.js"
