"""Counts what is alive of the requests, or of a class, and groups it by the slots that keep it.

The cut: without the edges that carry an async context (`contexts`), what is still reachable is held plainly.
A promise or timer in that part whose context leads to an instance is *kept*: by some slot, which is to blame
for all that is reachable through it, a whole connection's later requests too. An instance in that part is
kept itself, and so are the other parts of its request (`request_parts`): whoever holds one of these holds it
all. So a request has as many slots as hold it, and none hides behind a shorter path.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from patcher.heap.blame import contexts, made, request_parts
from patcher.heap.blame import owners as slots
from patcher.heap.blame.known_slots import KnownSlots
from patcher.heap.blame.owners import UNREAD_STACK, Held, SlotFinder
from patcher.heap.blame.request_parts import parts_of
from patcher.heap.blame.retainer_chains import chain, distance
from patcher.heap.blame.slot import BlamedSlot
from patcher.heap.blame.whereabouts import Whereabouts
from patcher.heap.counted.select import REQUESTS, Selection, add_stores, needles, select
from patcher.heap.graph import references as graph
from patcher.heap.graph.references import NO_NODES, Graph, Nodes, Reach
from patcher.heap.graph.region import RetainedRegion
from patcher.heap.graph.retained import retained, unreached
from patcher.heap.read.arrays import among, distinct
from patcher.heap.read.snapshot import Snapshot
from patcher.heap.records import CodePlace, HeapReport, Instance, SlotGroup, Step

NAMED_SLOTS = 100
NO_RULES = KnownSlots()
_COMPARED = 100


def count(path: Path, class_name: str = REQUESTS, known: KnownSlots = NO_RULES) -> HeapReport:
    """Count what is alive in a heap snapshot, and say which slots keep it.

    Args:
        path: a file as written by `v8.writeHeapSnapshot()` or `inspector.take_snapshot`.
        class_name: the name of a class' constructor, for its instances and those of what extends it; REQUESTS
            for everything that stands for a request.
        known: the slots that a rule of nextfix rewrites, so that a group names its rule.

    Returns:
        The report; instances in the order of the snapshot, groups by the number of instances, most first.

    Raises:
        NextfixError: DEFECT for a truncated or foreign file, FILES when it cannot be read.
    """
    wanted = {
        *needles(class_name),
        *contexts.NEEDLES,
        *graph.NEEDLES,
        *slots.NEEDLES,
        *made.NEEDLES,
        *request_parts.NEEDLES,
    }
    with Snapshot(path, wanted) as snapshot:
        return _report(snapshot, class_name, known)


@dataclass(slots=True)
class _Group:
    """A slot while it is worked on.

    `held` is the slot as it was found first, `entries` are the edges into what it keeps, `found` the instances
    behind it.
    """

    held: Held
    entries: Nodes = field(default_factory=lambda: NO_NODES)
    found: Nodes = field(default_factory=lambda: NO_NODES)
    chain: tuple[Step, ...] = ()
    at: int = 0
    nearest: int = -1
    origin: str = ""
    places: tuple[CodePlace, ...] = ()
    made: tuple[str, ...] = ()
    retained: int = 0


def _report(snapshot: Snapshot, class_name: str, known: KnownSlots) -> HeapReport:
    chosen = select(snapshot, class_name)
    found = _find(snapshot, chosen, known, with_stores=class_name == REQUESTS)
    alive = Counter(chosen.class_of[node] for node in found.instances.tolist())
    classes = sorted(((name, alive[name]) for name in chosen.known), key=lambda row: -row[1])
    return HeapReport(
        class_name=class_name,
        classes=tuple(classes),
        requests=chosen.requests(found.instances),
        instances=_instances(snapshot, found, chosen),
        groups=tuple(_frozen(group, chosen) for group in found.groups),
        heap_size=int(snapshot.sizes.sum(dtype=np.int64)),
        released=found.released,
        nodes=snapshot.node_count,
        edges=snapshot.edge_count,
        known=bool(chosen.known),
        unknown_tracers=chosen.unknown_tracers,
    )


@dataclass(slots=True)
class _Found:
    """What the search yields: the live instances, the groups that keep them, the bytes behind all of them."""

    instances: Nodes
    groups: list[_Group] = field(default_factory=list)
    released: int = 0


def _find(snapshot: Snapshot, chosen: Selection, known: KnownSlots, *, with_stores: bool) -> _Found:
    if not with_stores and not chosen.class_of:
        return _Found(NO_NODES)
    graph = Graph(snapshot)
    carrying = contexts.context_edges(graph)
    if with_stores:
        add_stores(graph, chosen, carrying)
    nodes = chosen.nodes
    if not len(nodes):
        return _Found(NO_NODES)
    stores = distinct(graph.target(carrying))
    region = RetainedRegion.behind(graph, stores)
    live = nodes[region.full.alive[nodes]]
    leading = region.leading_to(live)
    plain = live[region.plain.alive[live]]
    parts = parts_of(graph, plain, region.plain.alive)
    kept = distinct(np.concatenate((stores[among(stores, leading)], plain, parts)))
    base = region.without(kept)
    entries = graph.live_edges_into(kept, base)
    groups = _groups(SlotFinder(graph, base, carrying, entries, known))
    for group in groups:
        noted = made.places(graph, group.entries)
        group.made = tuple(words for words, _ in noted)
        group.places += tuple(place for _, place in noted if place is not None)
    with graph.without(entries):
        for group in groups:
            _walk(graph, base, group, live)
        sizes = retained(graph, base, region.full.alive, [group.entries for group in groups])
    for group, size in zip(groups, sizes, strict=True):
        group.retained = size
    groups.sort(key=lambda group: (-len(group.found), group.held.slot.label, group.held.slot.kind))
    return _Found(live, groups, unreached(graph, region.full.alive, base.alive))


def _groups(finder: SlotFinder) -> list[_Group]:
    """One group a slot, those with the most entries first, and one of all slots beyond `NAMED_SLOTS`."""
    groups: dict[BlamedSlot, _Group] = {}
    parts: dict[BlamedSlot, list[Nodes]] = {}
    kinds: dict[BlamedSlot, set[str]] = {}
    for held, entries in finder.named():
        # What lets go of a socket lets go of its timer too: things of several kinds in one slot are one group.
        place = held.slot if UNREAD_STACK in held.slot.kind else replace(held.slot, kind="")
        groups.setdefault(place, _Group(held))
        parts.setdefault(place, []).append(entries)
        kinds.setdefault(place, set()).add(held.slot.kind)
    for place, group in groups.items():
        group.entries = np.sort(np.concatenate(parts[place]))
        if len(kinds[place]) > 1:
            *first, last = sorted(kinds[place])
            slot = replace(group.held.slot, kind=f"{', '.join(first)} and {last}")
            group.held = replace(group.held, slot=slot)
    ordered = sorted(groups.values(), key=lambda group: -len(group.entries))
    named, others = ordered[:NAMED_SLOTS], ordered[NAMED_SLOTS:]
    if others:
        slot = BlamedSlot(f"({len(others):,} more slots)", "", "object", None)
        held = Held(slot, others[0].held.edge, others[0].held.node)
        named.append(_Group(held, np.concatenate([group.entries for group in others])))
    for group in named:
        shadows = finder.are_shadows(group.entries)  # first: of two ways the chain shows the last
        group.entries = group.entries[np.argsort(~shadows, kind="stable")]
    slots = [group.held for group in named]
    whereabouts = Whereabouts(finder.graph, finder.reach, finder.origins, finder.carrying, slots)
    for group in named:
        group.origin = whereabouts.words(group.held)
        group.places = whereabouts.places(group.held)
    return named


def _walk(graph: Graph, base: Reach, group: _Group, live: Nodes) -> None:
    """Find the instances behind a group's slot, and the chain to the nearest of them."""
    beyond = base.branch()
    graph.enter(beyond, group.entries)
    group.found = live[beyond.alive[live]]
    if len(group.found):
        some = group.found[:_COMPARED].tolist()
        group.nearest = min(some, key=lambda node: distance(graph, beyond, base, node))
        group.chain, group.at = chain(graph, base, beyond, group.nearest, group.held.edge, group.held.route)


def _instances(snapshot: Snapshot, found: _Found, chosen: Selection) -> tuple[Instance, ...]:
    labels: dict[int, list[str]] = {node: [] for node in found.instances.tolist()}
    for group in found.groups:
        label = f"{group.held.slot.kind} in {group.held.slot.label}"
        for node in group.found.tolist():
            labels[node].append(label)
    ids, sizes = snapshot.node_ids[found.instances], snapshot.sizes[found.instances]
    rows = zip(ids.tolist(), sizes.tolist(), labels.items(), strict=True)
    return tuple(
        Instance(number, chosen.urls.get(node), size, tuple(names), chosen.class_of[node])
        for number, size, (node, names) in rows
    )


def _frozen(group: _Group, chosen: Selection) -> SlotGroup:
    known = (chosen.urls.get(node) for node in group.found.tolist())
    return SlotGroup(
        slot=group.held.slot.label,
        kind=group.held.slot.kind,
        count=len(group.found),
        requests=chosen.requests(group.found),
        retained=group.retained,
        chain=group.chain,
        at=group.at,
        last=chosen.class_of.get(group.nearest, ""),
        rule=group.held.slot.rule,
        origin=group.origin,
        made=group.made,
        places=group.places,
        urls=tuple(dict.fromkeys(url for url in known if url is not None)),
    )
