"""Diffs for people."""

from patcher.report.diff_text import coloured, counts
from patcher.text.unified import unified


def test_a_terminal_sees_no_raw_escapes_and_no_endless_lines() -> None:
    shown = coloured(unified(b"a\n", b"\x1b[2J" + b"x" * 5000 + b"\n", "f.js"))

    assert "\x1b[2J" not in shown
    assert "[5005 characters]" in shown


def test_hunks_and_lines_are_counted() -> None:
    old = b"".join(b"%d\n" % n for n in range(40))

    assert counts(unified(old, old.replace(b"3\n", b"x\n", 1).replace(b"39\n", b"", 1), "f")) == (2, 1, 2)
