"""Diffs for people."""

from patcher.report.diff_text import counts, shown_diff
from patcher.report.terminal import Palette
from patcher.text.unified import unified


def test_a_terminal_sees_no_raw_escapes_and_no_endless_lines() -> None:
    shown = shown_diff(unified(b"a\n", b"\x1b[2J" + b"x" * 5000 + b"\n", "f.js"), Palette(on=True))

    assert "\x1b[2J" not in shown
    assert "[5004 characters]" in shown
    assert len(shown) < 1000


def test_of_a_minified_line_the_regions_that_change_are_shown() -> None:
    code = [f"function f{number}(a){{return a+{number}}}" for number in range(2000)]
    old = "".join(code)
    new = old.replace("return a+500}", "return b+500}").replace("return a+1500}", "return c+1500}")

    shown = shown_diff(unified(f"{old}\n".encode(), f"{new}\n".encode(), "f.js"), Palette(on=False))
    removed, added = (line for line in shown.split("\n") if line[:1] in "+-" and line[1:2] not in "+-")

    assert "return a+500}" in removed
    assert "return a+1500}" in removed
    assert "return b+500}" in added
    assert "return c+1500}" in added
    assert "return a+700}" not in shown
    assert f"[{len(old)} characters]" in removed
    assert len(shown) < 2000


def test_hunks_and_lines_are_counted() -> None:
    old = b"".join(b"%d\n" % n for n in range(40))

    assert counts(unified(old, old.replace(b"3\n", b"x\n", 1).replace(b"39\n", b"", 1), "f")) == (2, 1, 2)


def test_the_full_patch_cuts_no_line() -> None:
    patch = unified(b"x" * 5000 + b"\n", b"y" * 5000 + b"\n", "f.js")

    assert shown_diff(patch, Palette(on=False), full=True) == patch.decode()
