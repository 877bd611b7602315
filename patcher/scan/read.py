"""One file, from the disk to its sites: read whole, bounded, and never crashing the run."""

import errno
import os
import stat
from collections.abc import Container
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from patcher.analysis.browser import uses_browser
from patcher.analysis.prefilter.worth import worth_reading
from patcher.analysis.site import Site
from patcher.errors import NextfixError
from patcher.syntax.components import is_component, script_of
from patcher.syntax.tree import dialect_of

if TYPE_CHECKING:
    from patcher.analysis.file import Analysed

MODULES = "node_modules/"
UNREADABLE = "could not be read: "
MAX_BYTES = 24 * 1024 * 1024
# One's own source is parsed whole, so that no syntax error goes unseen, unless it is a bundle.
_OWN_BYTES = 1024 * 1024
# What most files fit into; a larger buffer costs each of them more than it saves.
_FIRST = 1 << 16
# A name of at least so many letters was written by a person.
_WRITTEN = 3
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """What one file gave: its sites, or why it was skipped.

    `browser` tells whether a file with sites uses what only a browser has. `key` names what the outcome depends on:
    the content, the grammar and whether the file is one's own; it is empty when the file was not analysed. `again`
    means that the outcome of that key is known already and was not made anew.
    """

    path: str
    sites: tuple[Site, ...] = ()
    browser: bool = False
    skipped: str = ""
    key: str = ""
    again: bool = False


def look_at(path: str, known: Container[str] = (), in_root: Container[str] = ()) -> ScannedFile:
    """The sites of the file at `path`; a reason instead when it cannot be analysed. Raises nothing.

    Args:
        path: the file.
        known: keys of outcomes that need not be found again.
        in_root: see `patcher.fix.detachable.marked_detachable`.
    """
    try:
        source, changed = _read(path)
    except OSError as error:
        return ScannedFile(
            path, skipped=f"{UNREADABLE}{error.strerror or error}; run as a user who may read it"
        )
    if len(source) > MAX_BYTES:
        return ScannedFile(path, skipped=f"larger than {MAX_BYTES // 2**20} MiB")
    if source.startswith(_UTF16):
        source = source.decode("utf-16", "replace").encode()
    if not worth_reading(source):
        return ScannedFile(path)
    if changed:
        return ScannedFile(path, skipped="changed while it was read")
    own = MODULES not in path.replace(os.sep, "/")
    kind = path.rpartition(".")[2] if is_component(path) else dialect_of(path).value
    key = f"{kind}{'+' if own else ''}{blake2b(source, digest_size=16).hexdigest()}"
    return (
        ScannedFile(path, key=key, again=True) if key in known else _analysed(path, source, key, own, in_root)
    )


def _analysed(path: str, source: bytes, key: str, own: bool, in_root: Container[str]) -> ScannedFile:
    from patcher.analysis.file import examine

    if b"\0" in source:
        source = source.replace(b"\0", b" ")
    script = script_of(path, source)
    try:
        result = examine(
            script.source,
            script.dialect,
            whole_file=own and len(source) <= _OWN_BYTES,
            rendered=script.rendered if is_component(path) else None,
        )
    except NextfixError as error:
        return ScannedFile(path, skipped=error.reason)
    except (RecursionError, MemoryError) as error:
        return ScannedFile(path, skipped=f"could not be analysed: {type(error).__name__}")
    sites = tuple(result.sites) if own or not result.sites else _marked(path, source, result, in_root)
    return ScannedFile(path, sites, bool(sites) and uses_browser(source), _left_out(result, own), key)


def _left_out(result: "Analysed", own: bool) -> str:
    """What of a file was not looked at, or the empty string.

    The short names that a minifier gives stand thousands of times in a package, for as many things.
    """
    if result.wrong:
        return f"syntax error in line {result.wrong}: analysed as far as it can be parsed"
    names = [name for name in result.crowded if own or len(name) >= _WRITTEN]
    if not names:
        return ""
    from patcher.analysis.facts.code import MAX_OCCURRENCES

    others = f" (and {len(names) - 1} more names)" if len(names) > 1 else ""
    return f"has `{names[0]}`{others} more than {MAX_OCCURRENCES:,} times: not followed there, analysed without it"


def _marked(path: str, source: bytes, result: "Analysed", in_root: Container[str]) -> tuple[Site, ...]:
    """The sites of a file of a package with what can be done about each, found while its tree is at hand."""
    from patcher.fix.detachable import marked_detachable

    try:
        return marked_detachable(path, source, result, in_root)
    except (NextfixError, RecursionError, MemoryError):
        return tuple(result.sites)


def _read(path: str) -> tuple[bytes, bool]:
    """The bytes of a file, at most one more than MAX_BYTES, and whether its size changed meanwhile."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):  # it was a file when its folder was listed
            raise OSError(errno.EINVAL, "not a regular file")
        source = os.read(handle, _FIRST)
        if len(source) < _FIRST:
            return source, False
        parts, size = [source], len(source)
        while size <= MAX_BYTES and (more := os.read(handle, 1 << 22)):
            parts.append(more)
            size += len(more)
        return b"".join(parts), size <= MAX_BYTES and os.fstat(handle).st_size != size
    finally:
        os.close(handle)
