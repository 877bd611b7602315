"""What `nextfix heap` means: one snapshot, two, or one taken from a running server."""

from pathlib import Path
from typing import TYPE_CHECKING

from patcher.disk.scratch import scratch_folder
from patcher.errors import ExitCode, NextfixError
from patcher.heap import HeapReport, SnapshotComparison, compare, count
from patcher.heap.blame.known_slots import KnownSlots

if TYPE_CHECKING:
    from patcher.heap.inspector import Progress

_LARGEST_PORT = 65535


def look(
    path: Path, second: Path | None, class_name: str, known: KnownSlots
) -> HeapReport | SnapshotComparison:
    """Count what is alive of requests, or of the class `class_name`, in a snapshot, or compare two.

    Raises:
        NextfixError: as `patcher.heap.count` does.
    """
    report = count(path, class_name, known)
    return report if second is None else compare(report, count(second, class_name, known))


def inspect(place: str, class_name: str, progress: "Progress | None", known: KnownSlots) -> HeapReport:
    """Take a snapshot of the Node whose inspector is at `place` (HOST:PORT or PORT), and count in it.

    Raises:
        NextfixError: USAGE for a place that is none; and as `take_snapshot` and `count` do.
    """
    # Its HTTP client takes longer to import than a small snapshot to read.
    from patcher.heap.inspector import take_snapshot

    host, _, port = place.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= _LARGEST_PORT):
        raise NextfixError(ExitCode.USAGE, f"{place!r} is not HOST:PORT", hint="for example 127.0.0.1:9229")
    with scratch_folder("nextfix-heap-") as folder:
        snapshot = folder / "inspected.heapsnapshot"
        take_snapshot(host.strip("[]") or "127.0.0.1", int(port), snapshot, progress)
        return count(snapshot, class_name, known)
