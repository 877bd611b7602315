"""From running servers to the requests in their heaps and the slots that keep them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from patcher.prove.counted import Counted
from patcher.prove.result import Slot
from patcher.prove.stage import Stage


@dataclass(frozen=True)
class Kept:
    """The urls of the requests that are kept, one each, and the slots that keep them."""

    urls: list[str]
    slots: tuple[Slot, ...]


def kept_requests(stage: Stage, inspectors: list[str], counted: Counted) -> Kept:
    """Take the heap of each process and count its requests.

    Args:
        stage: its folder holds the snapshots for a moment.
        inspectors: the WebSocket addresses of the processes.
        counted: what stands for a request.

    Raises:
        NextfixError: DEFECT when a heap cannot be taken or read.
    """
    kept = [_kept(stage, address, counted) for address in inspectors]
    slots = [slot for each in kept for slot in each.slots]
    return Kept(
        [url for each in kept for url in each.urls],
        tuple(sorted(slots, key=lambda slot: (-slot.requests, slot.slot, slot.holder))),
    )


def _kept(stage: Stage, address: str, counted: Counted) -> Kept:
    from patcher.heap import count
    from patcher.heap.blame.known_slots import held_slots
    from patcher.heap.inspector import take_snapshot

    place = urlsplit(address)
    file = stage.log("snapshot").with_suffix(".heapsnapshot")
    try:
        take_snapshot(place.hostname or "127.0.0.1", place.port or 0, file, None)
        report = count(file, counted.name, held_slots())
    finally:
        file.unlink(missing_ok=True)
    slots = [
        Slot(
            slot=group.slot,
            holder=group.kind,
            requests=group.count,
            retained_bytes=group.retained,
            path=tuple((step.owner, step.edge) for step in group.chain),
            at=group.at,
            rule=group.rule,
        )
        for group in report.groups
    ]
    return Kept([instance.url for instance in report.instances if instance.url], tuple(slots))
