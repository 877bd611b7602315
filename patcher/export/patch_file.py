"""A patch file of a package manager: our sections of a git-style diff, beside those of somebody else.

What stands before the first section is a note to readers, which all package managers pass over. nextfix
writes there which sections are its own, by hash, so that a later export replaces these and keeps the others.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import patcher
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, FileChange
from patcher.export.project_file import read_if_there
from patcher.text.unified import reverted, sections, unified

_OWN = re.compile(rb"^# nextfix-section ([0-9a-f]{64}) ", re.MULTILINE)
_STYLE = re.compile(rb"^# nextfix [^\n]*\((\S+)\)\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PatchFile:
    """A patch that is there already: its path, its sections by file, those of nextfix, and their style."""

    path: Path | None = None
    sections: dict[str, bytes] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    style: str | None = None

    def published(self, name: str, installed: bytes) -> bytes:
        """The bytes of the file `name` before our own section of this patch, where that is installed."""
        section = self.sections.get(name) if name in self.own else None
        before = reverted(section, installed) if section is not None else None
        return installed if before is None else before

    def beneath(self, name: str, installed: bytes) -> bytes:
        """The bytes of the file `name` before the section that somebody else made for it, if there is one.

        Raises:
            NextfixError: REFUSED when that section is not installed: an export would lose it.
        """
        section = self.sections.get(name)
        if section is None or name in self.own:
            return installed
        before = reverted(section, installed)
        if before is None:
            raise NextfixError(
                ExitCode.REFUSED,
                f"its change of {name} is not installed",
                path=self.path,
                hint="run the package manager's install first, or remove that change from the patch",
            )
        return before


def read_patch(path: Path | None) -> PatchFile:
    """The patch at `path`; an empty one when there is no such file.

    Raises:
        NextfixError: REFUSED when it is not a file, FILES when it cannot be read.
    """
    data = read_if_there(path) if path is not None else None
    if data is None:
        return PatchFile()
    parts = sections(data)
    hashes = {found.decode() for found in _OWN.findall(data)}
    style = _STYLE.search(data)
    own = frozenset(name for name, part in parts.items() if digest(part) in hashes)
    return PatchFile(path, parts, own, style[1].decode() if style else None)


def combined(
    destination: Destination,
    changes: Iterable[FileChange],
    existing: PatchFile,
    rules: Iterable[str],
    style: str,
) -> bytes:
    """The patch file that makes `changes` and keeps what `existing` does to other files; empty for no change."""
    kept = {name: part for name, part in existing.sections.items() if name not in existing.own}
    made: dict[str, bytes] = {}
    for change in changes:
        name = destination.path(change.path)
        kept.pop(name, None)
        if change.before != change.after:
            made[name] = unified(change.before, change.after, name)
    if not made and not kept:
        return b""
    head = _head(destination, made, rules, style) if made else []
    parts = {**kept, **made}
    return "".join(head).encode("utf-8", "surrogateescape") + b"".join(parts[name] for name in sorted(parts))


def _head(
    destination: Destination, made: dict[str, bytes], rules: Iterable[str], style: str
) -> Iterable[str]:
    names = ", ".join(sorted(rules))
    yield f"# nextfix {patcher.__version__} for {destination.release}: {names} ({style})\n"
    for name, part in sorted(made.items()):
        yield f"# nextfix-section {digest(part)} {name}\n"
