"""Paths as reports and patches show them, on Windows too."""

from pathlib import PurePosixPath, PureWindowsPath

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

    monkeypatch.setattr(paths.os, "path", ntpath)
    monkeypatch.setattr(paths.os, "sep", "\\")
    monkeypatch.setattr(ntpath, "getcwd", lambda: r"C:\app", raising=False)
    monkeypatch.setattr(paths.os, "getcwd", lambda: r"C:\app")

    assert (
        paths.shown(PureWindowsPath(r"C:\app\node_modules\next\dist\x.js")) == "node_modules/next/dist/x.js"
    )  # type: ignore[arg-type]
    assert paths.shown(PureWindowsPath(r"D:\store\x.js")) == "D:/store/x.js"  # type: ignore[arg-type]
