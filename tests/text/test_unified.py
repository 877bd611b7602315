"""Diffs that git, patch and unidiff accept, and their way back."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patcher.text.unified import fits, patched, reverted, unified

lines = st.lists(
    st.sampled_from([b"a", b"b", b"", b"\r", b"\x85\x0c", b"\xff", b"--- x", b"\\ No"]), max_size=8
)


def test_a_last_line_without_newline_is_marked_on_its_own_side() -> None:
    assert unified(b"a\nb", b"a\nb\n", "f.js") == (
        b"diff --git a/f.js b/f.js\n--- a/f.js\n+++ b/f.js\n@@ -1,2 +1,2 @@\n"
        b" a\n-b\n\\ No newline at end of file\n+b\n"
    )


def test_equal_files_have_no_diff() -> None:
    assert unified(b"a", b"a", "f.js") == b""


@settings(deadline=None)
@given(lines, lines, st.booleans(), st.booleans())
@example([], [b"a"], True, False)
def test_a_patch_always_turns_the_old_into_the_new(
    old: list[bytes], new: list[bytes], old_ends: bool, new_ends: bool
) -> None:
    before = b"\n".join(old) + (b"\n" if old_ends and old else b"")
    after = b"\n".join(new) + (b"\n" if new_ends and new else b"")

    patch = unified(before, after, "f.js")  # raises when unidiff reads something else in it

    if patch:
        assert (patched(patch, before), reverted(patch, after)) == (after, before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc", b"a\nB\nc"),
        (b"a\r\nb\r\n", b"a\r\nB\r\nc\r\n"),
        (b"\xef\xbb\xbfa\nx", b"\xef\xbb\xbfb\nx\n"),
        (b"one \xe9 line", b"another \xe9 line"),
    ],
)
@pytest.mark.parametrize("command", [["git", "apply"], ["patch", "-p1", "--quiet", "--binary", "-i"]])
def test_git_and_patch_apply_it_exactly(tmp_path: Path, old: bytes, new: bytes, command: list[str]) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f.js").write_bytes(old)
    (tmp_path / "p.diff").write_bytes(unified(old, new, "d/f.js"))

    subprocess.run(
        [*command, "p.diff"],
        cwd=tmp_path,
        check=True,
        env={"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
    )

    assert (tmp_path / "d" / "f.js").read_bytes() == new


def test_a_patch_that_does_not_fit_gives_nothing() -> None:
    patch = unified(b"a\nb\nc\n", b"a\nB\nc\n", "f.js")

    assert patched(patch, b"a\nx\nc\n") is None
    assert reverted(patch, b"a\nb\nc\n") is None
    assert patched(b"no patch", b"a") is None


def test_a_hunk_fits_where_its_lines_stand_a_little_away() -> None:
    old = b"".join(b"%d\n" % number for number in range(60))
    patch = unified(old, old.replace(b"30\n", b"x\n"), "f.js")

    assert fits(patch, old)
    assert fits(patch, b"more\n" * 20 + old)
    assert not fits(patch, b"more\n" * 21 + old)
    assert not fits(patch, old.replace(b"29\n", b"y\n"))
