"""From running servers to the requests in their heaps and the slots that keep them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from patcher.prove.counted import Counted
from patcher.prove.result import MeasuredPlace, MeasuredSlot
from patcher.prove.stage import Stage


@dataclass(frozen=True)
class Kept:
    """The urls of the requests that are kept, one each, and the slots that keep them.

    `nameless` are requests of which only the number is known, `classes` the live objects by class.
    """

    urls: list[str]
    slots: tuple[MeasuredSlot, ...]
    nameless: int = 0
    classes: dict[str, int] = field(default_factory=dict)


def kept_requests(stage: Stage, inspectors: list[str], counted: Counted) -> Kept:
    """Take the heap of each process and count its requests.

    Args:
        stage: its folder holds the snapshots for a moment.
        inspectors: the WebSocket addresses of the processes.
        counted: what is counted.

    Raises:
        NextfixError: DEFECT when a heap cannot be taken or read.
    """
    kept = [_kept(stage, address, counted) for address in inspectors]
    slots = [slot for each in kept for slot in each.slots]
    classes: Counter[str] = Counter()
    for each in kept:
        classes.update(each.classes)
    return Kept(
        [url for each in kept for url in each.urls],
        tuple(sorted(slots, key=lambda slot: (-slot.requests, slot.slot, slot.holder))),
        sum(each.nameless for each in kept),
        dict(classes),
    )


def by_request(objects: Iterable[tuple[str, str]]) -> list[str]:
    """The urls of requests, one for each: as many of a url as one class has objects with it.

    Args:
        objects: the class and the url of each object.
    """
    counts = Counter(objects)
    most: dict[str, int] = {}
    for (_, url), count in counts.items():
        most[url] = max(most.get(url, 0), count)
    return [url for url, count in most.items() for _ in range(count)]


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
        MeasuredSlot(
            slot=group.slot,
            holder=group.kind,
            requests=group.requests,
            retained_bytes=group.retained,
            path=tuple((step.owner, step.edge) for step in group.chain),
            at=group.at,
            rule=group.rule,
            origin=group.origin,
            last=group.last,
            made=group.made,
            places=tuple(MeasuredPlace(place.path, place.line, place.made) for place in group.places),
        )
        for group in report.groups
    ]
    urls = by_request((each.class_name, each.url) for each in report.instances if each.url)
    alive = {name: count for name, count in report.classes if count}
    return Kept(urls, tuple(slots), max(0, report.requests - len(urls)), alive)
