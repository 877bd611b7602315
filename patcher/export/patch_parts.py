"""The sections of a patch, as git finds them: what each changes, and where it begins and ends.

What stands before, between and after sections is text for readers; git and the package managers pass over it. The end
of a section follows from the line counts of its hunks, so that a note after it is not taken for a part of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_HEADER = re.compile(
    rb"(?:old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|rename old"
    rb"|rename new|similarity index|dissimilarity index|index|Binary files) "
)
_MOVED = re.compile(rb"(?:copy|rename) (?:from|to|old|new) (.+?)\r?$", re.DOTALL)
_BINARY = re.compile(rb"(?:literal|delta) \d+\r?\n?$|[A-Za-z][!-~]+\r?\n?$|\r?\n$")
_BOTH = re.compile(rb'(?:a/(.*) b/\1|"a/(.*)" "b/\2")\r?$', re.DOTALL)
_ESCAPE = re.compile(rb'\\([0-7]{1,3}|[abtnvfr"\\])')
_LETTERS = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}


@dataclass(frozen=True, slots=True)
class Section:
    """One file's part of a patch.

    Attributes:
        text: its bytes.
        start: where it begins in the patch.
        names: the files that it reads or writes, without `a/` and `b/`.
        plain: whether it does nothing but replace lines of one file.
    """

    text: bytes
    start: int
    names: frozenset[str]
    plain: bool

    @property
    def end(self) -> int:
        """Where it ends in the patch."""
        return self.start + len(self.text)


def sections_of(patch: bytes) -> Iterator[Section]:
    """The sections of `patch` in their order."""
    lines = patch.splitlines(keepends=True) if b"\r" not in patch else _split(patch)
    offset = at = 0
    while at < len(lines):
        end = _end_of_section(lines, at)
        text = b"".join(lines[at:end])
        if end > at + 1 or _begins_git(lines[at]):
            names, plain = _described(lines[at:end])
            yield Section(text, offset, names, plain)
        offset += len(text)
        at = end


def _split(patch: bytes) -> list[bytes]:
    """Lines that end with a line feed only: a carriage return may stand within one."""
    lines = [line + b"\n" for line in patch.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _begins_git(line: bytes) -> bool:
    return line.startswith(b"diff --git ")


def _begins_plain(lines: list[bytes], at: int) -> bool:
    return (
        lines[at].startswith(b"--- ")
        and len(lines) > at + 2
        and lines[at + 1].startswith(b"+++ ")
        and _HUNK.match(lines[at + 2]) is not None
    )


def _end_of_section(lines: list[bytes], at: int) -> int:
    """The line after the section that begins at line `at`; the next line when none does."""
    if _begins_git(lines[at]):
        at += 1
        while at < len(lines) and _HEADER.match(lines[at]):
            at += 1
        if at < len(lines) and lines[at].startswith(b"GIT binary patch"):
            at += 1
            while at < len(lines) and _BINARY.match(lines[at]):
                at += 1
            return at
        if not (at < len(lines) and _begins_plain(lines, at)):
            return at
    elif not _begins_plain(lines, at):
        return at + 1
    at += 2
    while at < len(lines) and (hunk := _HUNK.match(lines[at])):
        at = _end_of_hunk(lines, at + 1, *(int(count) if count is not None else 1 for count in hunk.groups()))
    return at


def _end_of_hunk(lines: list[bytes], at: int, old: int, new: int) -> int:
    while at < len(lines):
        kind = lines[at][:1]
        if kind == b"\\":
            at += 1
            continue
        if (old <= 0 and new <= 0) or kind not in (b" ", b"-", b"+", b"\n", b"\r"):
            break
        old -= kind != b"+"
        new -= kind != b"-"
        at += 1
    return at


def _described(lines: list[bytes]) -> tuple[frozenset[str], bool]:
    """The names that a section speaks of, and whether it only replaces lines of one file."""
    names: set[bytes] = set()
    plain = True
    head = next((number for number, line in enumerate(lines) if _HUNK.match(line)), len(lines))
    for line in lines[:head]:
        moved = _MOVED.match(line.rstrip(b"\n"))
        if moved:
            names.add(_unquoted(moved[1]))
        elif line.startswith((b"--- ", b"+++ ")):
            name = _unquoted(line[4:].rstrip(b"\r\n").partition(b"\t")[0])
            if name != b"/dev/null":
                names.add(re.sub(rb"\A[ab]/", b"", name))
        plain = plain and not (moved or line.startswith((b"GIT binary", b"Binary files")))
    if not names and _begins_git(lines[0]):
        both = _BOTH.match(lines[0].rstrip(b"\n")[len(b"diff --git ") :])
        names = {_unescaped(both[1] or both[2])} if both else set()
    return frozenset(name.decode("utf-8", "surrogateescape") for name in names), plain and len(names) == 1


def _unquoted(name: bytes) -> bytes:
    return _unescaped(name[1:-1]) if len(name) > 1 and name[:1] == name[-1:] == b'"' else name


def _unescaped(name: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([_LETTERS.get(found[1]) or int(found[1], 8) & 255]), name)
