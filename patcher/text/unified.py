"""Unified diffs of bytes, as git writes them: made, applied and taken back, each checked by unidiff's reading."""

import io
import re
from difflib import diff_bytes, unified_diff
from typing import Any

from patcher.errors import ExitCode, NextfixError

_ODD = re.compile(rb'[\x00-\x1f\x7f"\\]')
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified(old: bytes, new: bytes, path: str) -> bytes:
    """The change of `path` from `old` to `new` as a git-style patch; empty when there is none.

    A last line without newline is marked as git and patch expect it (difflib alone does not).

    Raises:
        NextfixError: DEFECT when the patch does not turn `old` into `new`, by unidiff's reading of it.
    """
    if old == new:
        return b""
    name = path.encode("utf-8", "surrogateescape")
    source, target = _quoted(b"a/" + name), _quoted(b"b/" + name)
    before, after = old.split(b"\n"), new.split(b"\n")
    lines = diff_bytes(unified_diff, _ended(before), _ended(after), source, target, lineterm=b"\n")
    body = b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)
    patch = b"diff --git %b %b\n" % (source, target) + body
    if patched(patch, old) != new or reverted(patch, new) != old:
        raise NextfixError(
            ExitCode.DEFECT, "the diff does not describe the change", path=path, hint="please report it"
        )
    return patch


def _quoted(name: bytes) -> bytes:
    """`name` as git writes it: in quotes, with escapes, when it could be taken for more than a name."""
    if not _ODD.search(name):
        return name
    return b'"%b"' % _ODD.sub(lambda found: b"\\%03o" % found[0][0], name)


def headless(patch: bytes) -> bytes:
    """A one-file patch from its `---` line on: unidiff misreads git's own line when a name has spaces."""
    start = re.search(rb"^--- ", patch, re.MULTILINE)
    return patch[start.start() :] if start else patch


def _ended(lines: list[bytes]) -> list[bytes]:
    """Lines with their newlines; only the last may lack one."""
    ended = [line + b"\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def patched(patch: bytes, old: bytes) -> bytes | None:
    """What the one-file `patch` makes of `old`; None when it does not fit, to the line."""
    return _moved(patch, old, forwards=True)


def reverted(patch: bytes, new: bytes) -> bytes | None:
    """What `new` was before the one-file `patch`; None when that patch did not make it."""
    return _moved(patch, new, forwards=False)


def fits(patch: bytes, old: bytes, drift: int = 20) -> bool:
    """Whether each hunk of the one-file `patch` by itself finds its lines in `old`, at most `drift` lines away.

    That is how patch-package and those that took over its code look for the place of a hunk.
    """
    lines = _ended(old.split(b"\n"))
    for hunk in _hunks(patch) or ():
        before, _ = _sides([(line.line_type, line.value) for line in hunk])
        first = hunk.source_start - 1 if hunk.source_length else hunk.source_start
        near = range(max(0, first - drift), first + drift + 1)
        if not any(lines[at : at + len(before)] == before for at in near):
            return False
    return True


def _hunks(patch: bytes) -> Any:
    """The hunks of a one-file patch as unidiff reads them, None when it does not. Latin-1 keeps every byte."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    try:
        return PatchSet(io.StringIO(headless(patch).decode("latin-1"), newline="\n"))[0]
    except (UnidiffParseError, IndexError):
        return None


def _moved(patch: bytes, source: bytes, *, forwards: bool) -> bytes | None:
    lines = _ended(source.split(b"\n"))
    result: list[bytes] = []
    at = 0
    hunks = _hunks(patch)
    if hunks is None:
        return None
    for hunk in hunks:
        before, after = _sides([(line.line_type, line.value) for line in hunk])
        first, length = hunk.source_start, hunk.source_length
        if not forwards:
            before, after = after, before
            first, length = hunk.target_start, hunk.target_length
        start = first - 1 if length else first
        result += lines[at:start]
        at = start + length
        if before != lines[start:at]:
            return None
        result += after
    return b"".join(result + lines[at:])


def _sides(lines: list[tuple[str, str]]) -> tuple[list[bytes], list[bytes]]:
    """The lines of a hunk before and after; the marker of a missing newline takes it from the line above."""
    before: list[bytes] = []
    after: list[bytes] = []
    last = " "
    for kind, text in lines:
        if kind == "\\":
            for side in (before,) if last == "-" else (after,) if last == "+" else (before, after):
                side[-1] = side[-1].removesuffix(b"\n")
            continue
        last = kind
        if kind in "- ":
            before.append(text.encode("latin-1"))
        if kind in "+ ":
            after.append(text.encode("latin-1"))
    return before, after
