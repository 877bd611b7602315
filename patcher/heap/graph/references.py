"""The strong references of a snapshot, and what is reachable along them.

Left out are edges of type `weak` and `shortcut`. An entry of a WeakMap is an ephemeron: its value is alive
only when its key and its table are. V8 writes such an entry as two edges of one name, `part of key (K @1) ->
value (V @2) pair in WeakMap (table @3)`, from the key and from the table; following either of them on its
own makes everything that a WeakMap ever saw look alive.
"""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from patcher.heap.read.ahead import ahead
from patcher.heap.read.arrays import Mask, among, distinct
from patcher.heap.read.snapshot import FEW, PASS, Snapshot, one_of
from patcher.heap.read.strings import quoted

EPHEMERON = b" / part of key ("
# A snapshot shows the edges of these as strong, and they keep nothing.
WEAK_HOLDERS = ("Node / CleanupQueue", "CleanupQueue")
NEEDLES = (EPHEMERON, quoted("WeakRef"), *(quoted(name) for name in WEAK_HOLDERS))
_WEAK = ("weak", "shortcut")
_ENTRY = re.compile(r"\d+ / part of key \(")
_TABLE = re.compile(r" pair in WeakMap \(table @(\d+)\)$")
# Below this many nodes a level is cheaper in plain Python than as array operations (long lists of objects).
_SMALL = 48
_BLOCK = 1 << 17
# Nodes whose edges fit the processor's cache, and as many as are worth a second thread.
_PART = 1 << 13
_MANY = 2 * _PART

Nodes = npt.NDArray[np.int64]
# Nodes in the targets' own, smaller type.
Frontier = npt.NDArray[np.signedinteger[Any]]
NO_NODES: Nodes = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a walk reached: `alive` by node, and for each node walked to, the edge by which it was (`via`)."""

    alive: Mask
    via: npt.NDArray[Any]

    def branch(self) -> "Reach":
        """A walk that can go on from here without reaching anything for this one.

        They share `via`: a walk writes it only for what it reaches anew, so this one's is never lost, and a
        branch's is there until another branch goes on.
        """
        return Reach(self.alive.copy(), self.via)


class Graph:
    """The strong edges of a snapshot.

    `strong` says of each edge whether it counts. `ephemerons` are the edges from a key to a value, with `keys`,
    `tables` and `values` beside them.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.offsets = snapshot.offsets
        self.targets = snapshot.targets
        self.strong = self._strong()
        self._active: Mask = np.zeros(0, dtype=bool)
        self._drop_weak_references()
        self._drop_weak_holders()
        self._find_ephemerons()

    def nothing(self) -> Reach:
        """A walk before its first step; only the root is alive."""
        alive = np.zeros(self.snapshot.node_count, dtype=bool)
        alive[0] = True
        return Reach(alive, np.full(self.snapshot.node_count, -1, dtype=self.offsets.dtype))

    def from_root(self, blocked: Nodes = NO_NODES) -> Reach:
        """All that is reachable from the root without the nodes `blocked`, ascending, which are not alive."""
        reach = self.nothing()
        reach.alive[blocked] = True  # so that the walk does not go there
        shut = among(self.keys, blocked) | among(self.tables, blocked)
        active, self._active = self._active, self._active & ~shut
        try:
            self.extend(reach, np.zeros(1, dtype=np.int64))
        finally:
            self._active = active
        reach.alive[blocked] = False
        reach.alive[0] = True
        return reach

    def extend(self, reach: Reach, frontier: Nodes) -> None:
        """Walk on from `frontier`, nodes that are alive already, until nothing new is reached."""
        pending = np.flatnonzero(self._active)
        while True:
            self._walk(reach, frontier)
            pending = pending[~reach.alive[self.values[pending]]]
            ready = pending[reach.alive[self.keys[pending]] & reach.alive[self.tables[pending]]]
            if not len(ready):
                return
            frontier = distinct(self.values[ready])
            reach.via[self.values[ready]] = self.ephemerons[ready]
            reach.alive[frontier] = True

    def enter(self, reach: Reach, edges: Nodes) -> None:
        """Walk on through `edges`, whose sources are alive."""
        targets = self.target(edges)
        new = ~reach.alive[targets]
        reach.via[targets[new]] = edges[new]
        frontier = distinct(targets[new])
        reach.alive[frontier] = True
        self.extend(reach, frontier)

    def target(self, edges: Nodes) -> Nodes:
        """Where `edges` lead, ephemerons and cut edges too."""
        return self.targets[edges].astype(np.int64)

    @contextmanager
    def without(self, edges: Nodes) -> Iterator[None]:
        """The graph without `edges`, ascending, for as long as the block runs."""
        kept, active = self.strong[edges], self._active
        self.strong[edges] = False
        self._active = active & ~among(self.ephemerons, edges)
        try:
            yield
        finally:
            self.strong[edges], self._active = kept, active

    def edges_into(self, nodes: Nodes) -> Nodes:
        """All strong edges that lead to one of `nodes`, entries of WeakMaps too; the root has none."""
        some = nodes[nodes != 0]
        wanted = np.zeros(self.snapshot.node_count, dtype=bool)
        wanted[some] = True

        def part(at: int) -> Nodes:
            targets = self.targets[at : at + PASS]
            found = one_of(targets, some) if len(some) <= FEW else wanted.take(targets)
            return np.flatnonzero(found & self.strong[at : at + PASS]) + at

        plain = ahead(part, range(0, len(self.targets), PASS)) if len(some) else ()
        entries = self.ephemerons[self._active & wanted[self.values]]
        return distinct(np.concatenate((*plain, entries)))

    def live_edges_into(self, nodes: Nodes, reach: Reach) -> Nodes:
        """Of the edges into `nodes` those that `reach` could go: from an alive node, of an alive WeakMap."""
        edges = self.edges_into(nodes)
        edges = edges[reach.alive[self.snapshot.sources(edges)]]
        return edges[~among(edges, np.sort(self.ephemerons[~reach.alive[self.tables]]))]

    def _walk(self, reach: Reach, frontier: Frontier) -> None:
        while len(frontier):
            if len(frontier) < _SMALL:
                frontier = self._walk_few(reach, frontier)
            else:
                blocks = range(0, len(frontier), _BLOCK)
                parts = [self._step(reach, frontier[start : start + _BLOCK]) for start in blocks]
                frontier = parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _step(self, reach: Reach, frontier: Frontier) -> Frontier:
        """The nodes that are alive now and were not before, a step from `frontier`."""
        parts = (frontier[at : at + _PART] for at in range(0, len(frontier), _PART))
        going = map if len(frontier) < _MANY else ahead
        edges = np.concatenate(list(going(lambda nodes: self._leaving(reach, nodes), parts)))
        targets = self.targets[edges]
        reach.via[targets] = edges
        reach.alive[targets] = True
        # Of several edges to one node the last has won; the others are dropped here.
        following: Frontier = targets[reach.via[targets] == edges]
        return following

    def _leaving(self, reach: Reach, nodes: Frontier) -> Nodes:
        """The strong edges from `nodes` to what is not alive yet."""
        edges = self.snapshot.edges_of(nodes)
        edges = edges[~reach.alive.take(self.targets.take(edges))]
        leaving: Nodes = edges[self.strong[edges]]
        return leaving

    def _walk_few(self, reach: Reach, frontier: Frontier) -> Frontier:
        """Level by level in plain Python, as long as the levels are small; returns the first that is not."""
        alive, via, strong = reach.alive.data, reach.via.data, self.strong.data
        offsets, targets = self.offsets.data, self.targets.data
        level: list[int] = frontier.tolist()
        while level and len(level) < _SMALL:
            following: list[int] = []
            for node in level:
                first, last = offsets[node], offsets[node + 1]
                if last - first > _BLOCK:
                    following += self._step(reach, np.array([node], dtype=np.int64)).tolist()
                    continue
                for edge in range(first, last):
                    target = targets[edge]
                    if not alive[target] and strong[edge]:
                        alive[target] = True
                        via[target] = edge
                        following.append(target)
            level = following
        return np.array(level, dtype=np.int64)

    def _strong(self) -> Mask:
        """Which edges count by their kind."""
        kinds = np.array([kind not in _WEAK for kind in self.snapshot.edge_kinds], dtype=bool)
        strong = np.empty(len(self.targets), dtype=bool)

        def part(at: int) -> None:
            kinds.take(self.snapshot.edge_types[at : at + PASS], out=strong[at : at + PASS], mode="clip")

        deque(ahead(part, range(0, len(strong), PASS)), maxlen=0)
        return strong

    def _drop_weak_references(self) -> None:
        """In snapshots of Node 16 the target of a WeakRef is an ordinary hidden edge."""
        snapshot = self.snapshot
        hidden = np.array([kind == "hidden" for kind in snapshot.edge_kinds], dtype=bool)
        edges = snapshot.edges_of(snapshot.nodes_named("WeakRef", "object"))
        self.strong[edges[hidden[snapshot.edge_types[edges]]]] = False

    def _drop_weak_holders(self) -> None:
        """Node's list of what to clean up at its end has every native object, also those that it holds weakly."""
        for name in WEAK_HOLDERS:
            for kind in ("native", "object"):
                self.strong[self.snapshot.edges_of(self.snapshot.nodes_named(name, kind))] = False

    def _find_ephemerons(self) -> None:
        snapshot = self.snapshot
        names = np.array(
            [name for name in snapshot.strings.found(EPHEMERON) if _ENTRY.match(snapshot.strings[int(name)])],
            dtype=np.int64,
        )
        named = snapshot.edges_with(names)
        named = named[self.strong[named]]
        internal = np.array([kind == "internal" for kind in snapshot.edge_kinds])
        edges = named[internal[snapshot.edge_types[named]]]
        self._split_entries(edges)

    def _split_entries(self, edges: Nodes) -> None:
        """Keep the key's side of each entry as an ephemeron; the table's side is not a reference at all."""
        snapshot = self.snapshot
        sources = snapshot.sources(edges)
        owners = [_TABLE.search(snapshot.strings[int(name)]) for name in snapshot.edge_names[edges]]
        ids = np.array([int(found[1]) if found else -1 for found in owners], dtype=np.int64)
        wanted = np.flatnonzero(among(snapshot.node_ids, distinct(ids[ids >= 0])))
        by_id = dict(zip(snapshot.node_ids[wanted].tolist(), wanted.tolist(), strict=True))
        # A very long name is cut before the table's id: then the table is taken to be alive (node 0).
        tables = np.array([by_id.get(number, 0) for number in ids.tolist()], dtype=np.int64)
        arrays = np.array([kind == "array" for kind in snapshot.node_kinds], dtype=bool)
        of_table = (sources == tables) | ((tables == 0) & arrays[snapshot.node_types[sources]])
        self.strong[edges] = False
        self.ephemerons = edges[~of_table]
        self.keys, self.tables = sources[~of_table], tables[~of_table]
        self.values = self.target(self.ephemerons)
        self._active = np.ones(len(self.ephemerons), dtype=bool)
