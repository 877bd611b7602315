"""Unified diffs of bytes, as git writes them, each checked by an independent parser before it leaves."""

import io
from difflib import diff_bytes, unified_diff

from patcher.errors import ExitCode, NextfixError

_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_CLIP = 300  # characters of a line that a terminal is shown


def unified(old: bytes, new: bytes, path: str) -> bytes:
    """The change of `path` from `old` to `new` as a git-style patch; empty when there is none.

    A last line without newline is marked as git and patch expect it (difflib alone does not).

    Raises:
        NextfixError: DEFECT when the patch does not turn `old` into `new`, by unidiff's reading of it.
    """
    if old == new:
        return b""
    name = path.encode("utf-8", "surrogateescape")
    before, after = old.split(b"\n"), new.split(b"\n")
    lines = diff_bytes(
        unified_diff, _ended(before), _ended(after), b"a/" + name, b"b/" + name, lineterm=b"\n"
    )
    body = b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)
    patch = b"diff --git a/%b b/%b\n" % (name, name) + body
    if _applied(patch, old) != new:
        raise NextfixError(
            ExitCode.DEFECT, "the diff does not describe the change", path=path, hint="please report it"
        )
    return patch


def _ended(lines: list[bytes]) -> list[bytes]:
    """Lines with their newlines; only the last may lack one."""
    ended = [line + b"\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def _applied(patch: bytes, old: bytes) -> bytes | None:
    """What `patch` makes of `old`, read by unidiff; None when it does not fit. Latin-1 keeps every byte."""
    from unidiff.patch import PatchSet

    lines = old.decode("latin-1").split("\n")
    source = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    result: list[str] = []
    at = 0
    for hunk in PatchSet(io.StringIO(patch.decode("latin-1"), newline="\n"))[0]:
        start = hunk.source_start - 1 if hunk.source_length else hunk.source_start
        removed, added = _sides([(line.line_type, line.value) for line in hunk])
        result += source[at:start]
        at = start + hunk.source_length
        if removed != source[start:at]:
            return None
        result += added
    return "".join(result + source[at:]).encode("latin-1")


def _sides(lines: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """The lines of a hunk before and after; the marker of a missing newline takes it from the line above."""
    before: list[str] = []
    after: list[str] = []
    last = " "
    for kind, text in lines:
        if kind == "\\":
            for side in (before,) if last == "-" else (after,) if last == "+" else (before, after):
                side[-1] = side[-1].removesuffix("\n")
            continue
        last = kind
        if kind in "- ":
            before.append(text)
        if kind in "+ ":
            after.append(text)
    return before, after


def coloured(patch: bytes) -> str:
    """`patch` for a terminal: coloured, control characters escaped, very long lines clipped."""
    from patcher.text.display import printable

    out = []
    for line in patch.decode("utf-8", "replace").split("\n"):
        shown = (
            printable(line)
            if len(line) <= _CLIP
            else printable(line[:_CLIP]) + f" ... [{len(line)} characters]"
        )
        colour = _colour(line)
        out.append(f"\x1b[{colour}m{shown}\x1b[0m" if colour else shown)
    return "\n".join(out)


def _colour(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ")):
        return "1"
    return {"@": "36", "+": "32", "-": "31"}.get(line[:1], "")


def counts(patch: bytes) -> tuple[int, int, int]:
    """Hunks, added lines and removed lines of a patch."""
    from unidiff.patch import PatchSet

    files = PatchSet(io.StringIO(patch.decode("latin-1"), newline="\n"))
    return sum(len(file) for file in files), files.added, files.removed
