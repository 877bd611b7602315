"""One file, from the disk to its sites: read whole, bounded, and never crashing the run."""

import os
from dataclasses import dataclass

from patcher.analysis.hints import worth_reading
from patcher.analysis.noise import is_browser, is_quiet
from patcher.analysis.site import Site
from patcher.errors import NextfixError
from patcher.syntax.tree import dialect_of

MAX_BYTES = 24 * 1024 * 1024
# One's own source is parsed whole, so that no syntax error goes unseen, unless it is a bundle.
_OWN_BYTES = 1024 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file gave: its sites, whether they are only worth notes, or why it was skipped."""

    path: str
    sites: tuple[Site, ...] = ()
    quiet: bool = False
    skipped: str = ""


def look_at(path: str) -> Outcome:
    """The sites of the file at `path`; a reason instead when it cannot be analysed. Raises nothing."""
    try:
        source, changed = _read(path)
    except OSError as error:
        return Outcome(path, skipped=f"could not be read: {error.strerror or error}")
    if len(source) > MAX_BYTES:
        return Outcome(path, skipped=f"larger than {MAX_BYTES // 2**20} MiB")
    if source.startswith(_UTF16):
        source = source.decode("utf-16", "replace").encode()
    if not worth_reading(source):
        return Outcome(path)
    if changed:
        return Outcome(path, skipped="changed while it was read")
    return _analysed(path, source)


def _analysed(path: str, source: bytes) -> Outcome:
    from patcher.analysis.file import examine

    if b"\0" in source:
        source = source.replace(b"\0", b" ")
    place = path.replace(os.sep, "/")
    own = "node_modules/" not in place
    try:
        result = examine(source, dialect_of(path), whole_file=own and len(source) <= _OWN_BYTES)
    except NextfixError as error:
        return Outcome(path, skipped=error.reason)
    except (RecursionError, MemoryError) as error:
        return Outcome(path, skipped=f"could not be analysed: {type(error).__name__}")
    wrong = (
        f"syntax error in line {result.wrong}: analysed as far as it can be parsed" if result.wrong else ""
    )
    quiet = bool(result.sites) and (is_quiet(place) or is_browser(place, source))
    return Outcome(path, tuple(result.sites), quiet, wrong)


def _read(path: str) -> tuple[bytes, bool]:
    """The bytes of a file, at most one more than MAX_BYTES, and whether its size changed meanwhile."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        source = os.read(handle, 1 << 18)
        if len(source) < 1 << 18:
            return source, False
        parts, size = [source], len(source)
        while size <= MAX_BYTES and (more := os.read(handle, 1 << 22)):
            parts.append(more)
            size += len(more)
        return b"".join(parts), size <= MAX_BYTES and os.fstat(handle).st_size != size
    finally:
        os.close(handle)
