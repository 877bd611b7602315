"""What is alive only behind stores, and which of the stores lead to an instance."""

from dataclasses import dataclass

import numpy as np

from patcher.heap.graph.references import Graph, Nodes, Reach
from patcher.heap.read.arrays import among, distinct


@dataclass(frozen=True, slots=True)
class RetainedRegion:
    """The nodes that are alive (`full`) but not without going through a store (`plain`).

    `inside` are those nodes, the stores themselves among them, ascending. `entries` are the edges by which
    what is alive without a store holds one.
    """

    graph: Graph
    plain: Reach
    full: Reach
    inside: Nodes
    entries: Nodes

    @classmethod
    def behind(cls, graph: Graph, stores: Nodes) -> "RetainedRegion":
        """Walk the graph once without going through `stores`, then on through those that are held."""
        plain = graph.from_root(blocked=stores)
        entries = graph.live_edges_into(stores, plain)
        full = plain.branch()
        graph.enter(full, entries)
        return cls(graph, plain, full, np.flatnonzero(full.alive & ~plain.alive), entries)

    def without(self, kept: Nodes) -> Reach:
        """What is alive without going through `kept`: all that `leading_to` said of stores, and instances.

        When none of it is alive without a store, the first walk is gone on with: no other store leads to it.
        """
        if self.plain.alive[kept].any():
            return self.graph.from_root(blocked=kept)
        reach = self.plain.branch()
        self.graph.enter(reach, self.entries[~among(self.graph.target(self.entries), kept)])
        return reach

    def leading_to(self, live: Nodes) -> Nodes:
        """Those nodes of the region from which one of `live` is reachable within it, and `live` itself."""
        sources, targets = self._edges(live)
        order = np.argsort(targets, kind="stable")
        sources, targets = sources[order], targets[order]
        found = np.zeros(len(self.full.alive), dtype=bool)
        found[live] = True
        frontier = live
        while len(frontier):
            first = np.searchsorted(targets, frontier, side="left")
            counts = np.searchsorted(targets, frontier, side="right") - first
            shift = first - np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)[:-1]))
            before = sources[np.repeat(shift, counts) + np.arange(int(counts.sum()))]
            frontier = distinct(before[~found[before]])
            found[frontier] = True
        return np.flatnonzero(found)

    def _edges(self, live: Nodes) -> tuple[Nodes, Nodes]:
        """Sources and targets of the edges inside the region and from it to `live`; pairs of WeakMaps too."""
        graph = self.graph
        wanted = np.zeros(len(self.full.alive), dtype=bool)
        wanted[self.inside] = True
        wanted[live] = True
        edges = graph.snapshot.edges_of(self.inside)
        edges = edges[graph.strong[edges] & wanted[graph.targets[edges]]]
        pairs = np.flatnonzero(
            self.full.alive[graph.keys] & self.full.alive[graph.tables] & wanted[graph.values]
        )
        sources = np.concatenate((graph.snapshot.sources(edges), graph.keys[pairs], graph.tables[pairs]))
        targets = np.concatenate((graph.target(edges), graph.values[pairs], graph.values[pairs]))
        inside = wanted[sources] & ~self.plain.alive[sources]
        return sources[inside], targets[inside]
