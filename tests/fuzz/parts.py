"""Laws of the parts that read raw bytes: each takes any bytes, and may raise nothing but a NextfixError."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path

from patcher.analysis.detect.timers import timer_places
from patcher.analysis.prefilter import reverse as reading
from patcher.analysis.prefilter.candidates import candidates
from patcher.analysis.prefilter.private_fields import plain_fields
from patcher.analysis.prefilter.regions import WHOLE
from patcher.analysis.prefilter.regions import regions as region_choices
from patcher.disk.receipt import read_receipt, receipts_folder
from patcher.errors import NextfixError
from patcher.heap.blame.groups import count
from patcher.npm.manifest import read_manifest
from patcher.rule import STYLES
from patcher.semver import in_range, is_release, order
from patcher.text.edits import Edit, OverlapError, apply_edits
from patcher.text.layout import indent_unit, newline_of, reindent
from patcher.text.unified import patched, reverted, unified
from tests.fuzz import finding
from tests.fuzz.laws import budget

_FOLDER = Path(tempfile.mkdtemp(prefix="nextfix-fuzz-", dir=finding.MEMORY))


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


def places(data: bytes) -> None:
    """Stores and timers are found at a `=`, a `.set(` or a `set…(` of the file, in bounded time."""
    with budget():
        stores, clocks = candidates(data), timer_places(data)
    assert stores == sorted(set(stores))
    assert all(data[place : place + 1] in (b"=", b".") for place in stores)
    assert all(data.startswith((b"setTimeout(", b"setInterval("), place) for place in clocks)


def backwards(data: bytes) -> None:
    """What is read backwards from any place ends at or before it, and the way back ends."""
    with budget():
        for place in range(0, len(data) + 1, max(1, len(data) // 200)):
            for read in (reading.target_start, reading.chain_start, reading.lead):
                assert 0 <= read(data, place) <= place, read
            for name in (reading.path_before(data, place), reading.name_before(data, place)):
                assert name in data[:place]
            assert -1 <= reading.store_before(data, place) < max(place, 1) if 0 < place < len(data) else True


def private(data: bytes) -> None:
    """Compiled private fields are read as fields, and every other byte, line and offset stays."""
    with budget():
        plain = plain_fields(data)
    assert len(plain) == len(data)
    assert plain.count(b"\n") == data.count(b"\n")
    assert b"lassPrivateField" in data or plain == data


def regions(data: bytes) -> None:
    """The pieces of a large file hold every store, and an offset leads into its piece and back."""
    source = data * (1 + WHOLE // max(1, len(data)))
    with budget():
        wanted = candidates(source)[:200]
        parts = list(region_choices(source, wanted))
    for part, place in product(parts, wanted):
        assert part.original(part.within(place)) == place
        assert part.source[part.within(place)] == source[place]


def analysis(data: bytes) -> None:
    """Any bytes taken for a source file have sites that lie in it, or a reason."""
    finding.looked_at(data[1:], finding.NAMES[data[0] % len(finding.NAMES)] if data else "own.js")


def fix(data: bytes) -> None:
    """Any bytes taken for a source file are fixed soundly, or left."""
    finding.mended(data[1:], STYLES[data[0] % len(STYLES)] if data else STYLES[0])


def _told(action: Callable[[], object]) -> None:
    with suppress(NextfixError):
        action()


PARTS: dict[str, Callable[[bytes], None]] = {
    law.__name__: law
    for law in (
        *(edits, diff, patch, receipt, manifest, layout, snapshot),
        *(places, backwards, private, regions, analysis, fix),
    )
}
