"""Laws of the parts that read raw bytes: each takes any bytes, and may raise nothing but a NextfixError."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from patcher.disk.receipt import read_receipt, receipts_folder
from patcher.errors import NextfixError
from patcher.heap.groups import count
from patcher.packages.manifest import read_manifest
from patcher.packages.release import in_range, is_release, order
from patcher.text.edits import Edit, OverlapError, apply_edits
from patcher.text.layout import indent_unit, newline_of, reindent
from patcher.text.unified import patched, reverted, unified

_FOLDER = Path(
    tempfile.mkdtemp(prefix="nextfix-fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
)


def edits(data: bytes) -> None:
    """Edits make what cutting and joining makes, or are refused because they overlap."""
    size = data[0] if data else 0
    source, rest = data[1 : 1 + size], data[1 + size :]
    wanted = [Edit(rest[at], rest[at + 1], rest[at + 2 : at + 4]) for at in range(0, len(rest) - 3, 4)]
    try:
        result = apply_edits(source, wanted)
    except OverlapError:
        return
    expected, at = b"", 0
    for edit in sorted(wanted, key=lambda edit: (edit.start, edit.end)):
        expected += source[at : edit.start] + edit.new
        at = edit.end
    assert result == expected + source[at:]


def diff(data: bytes) -> None:
    """A diff leads from the old bytes to the new and back, whatever they are and however the file is called."""
    old, _, rest = data.partition(b"|")
    new, _, name = rest.partition(b"|")
    patch = unified(old, new, name.decode("utf-8", "surrogateescape") or "a.js")
    if old != new:
        assert patched(patch, old) == new
        assert reverted(patch, new) == old


def patch(data: bytes) -> None:
    """Any bytes taken for a patch fit or do not."""
    patched(data, b"a\nb\nc\n")
    reverted(data, b"a\nb\nc\n")


def receipt(data: bytes) -> None:
    """Any bytes found as a receipt are one, or are told to be damaged."""
    copy = _FOLDER / "node_modules/next"
    receipts_folder(copy).mkdir(parents=True, exist_ok=True)
    (receipts_folder(copy) / "next.json").write_bytes(data)
    _told(lambda: read_receipt(copy, "next"))


def manifest(data: bytes) -> None:
    """Any bytes found as package.json are one, or are told not to be; a version is one or is not."""
    (_FOLDER / "package.json").write_bytes(data)

    def read() -> None:
        found = read_manifest(_FOLDER)
        assert found is not None
        assert all(isinstance(glob, str) for glob in found.workspaces)
        if is_release(found.version):
            assert in_range(found.version, ">=0.0.0-0") or order(found.version) < order("0.0.0-0")

    _told(read)


def layout(data: bytes) -> None:
    """Moving text to another indentation and back loses nothing but what was white space."""
    assert newline_of(data) in (b"\n", b"\r\n")
    assert indent_unit(data).strip() == b""
    moved = reindent(data, b"", b"    ", [])
    assert moved.split() == data.split()


def snapshot(data: bytes) -> None:
    """Any bytes taken for a heap snapshot are one, or are told not to be."""
    path = _FOLDER / "heap.heapsnapshot"
    path.write_bytes(data)
    _told(lambda: count(path))


def _told(action: Callable[[], object]) -> None:
    with suppress(NextfixError):
        action()


PARTS: dict[str, Callable[[bytes], None]] = {
    law.__name__: law for law in (edits, diff, patch, receipt, manifest, layout, snapshot)
}
