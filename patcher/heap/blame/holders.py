"""What holds the containers, promises and timers that a climb passes, and which way it goes from there."""

from bisect import bisect_left

import numpy as np

from patcher.heap.blame.classes import CONTAINERS, RESOURCES, TRANSPARENT
from patcher.heap.graph.references import Graph, Nodes, Reach
from patcher.heap.read.arrays import Mask, among, distinct
from patcher.heap.read.snapshot import Snapshot


class Holders:
    """The edges into those of `nodes`, and of what holds them, that are containers, promises or timers.

    Args:
        graph: the graph.
        reach: the walk in which the holders are alive.
        nodes: where climbs begin, ascending.

    Attributes:
        edges: all of them.
    """

    def __init__(self, graph: Graph, reach: Reach, nodes: Nodes) -> None:
        self._snapshot = graph.snapshot
        self._via = reach.via
        near = graph.live_edges_into(self._passed(nodes), reach)
        above = distinct(self._snapshot.sources(near))
        far = graph.live_edges_into(self._passed(above[~among(above, nodes)]), reach)
        edges = np.concatenate((near, far))
        order = np.argsort(graph.target(edges), kind="stable")
        self.edges, self._targets = edges[order], graph.target(edges[order])
        owning = np.flatnonzero(self._are_class_properties())
        owned = self._targets[owning]
        self._owned = distinct(owned)
        self._owning = self.edges[owning[np.searchsorted(owned, self._owned)]]

    def into(self, node: int) -> list[int]:
        """The edges into `node`, one of those that are passed, ascending."""
        first, last = np.searchsorted(self._targets, (node, node + 1)).tolist()
        edges: list[int] = self.edges[first:last].tolist()
        return edges

    def above(self, node: int) -> int:
        """The edge by which a climb leaves `node`, -1 at the top.

        The walk's own edge is the shortest; a promise that a class holds may be nearer to some closure.
        """
        at = bisect_left(self._owned.data, node)
        is_owned = at < len(self._owned) and self._owned[at] == node
        return int(self._owning[at] if is_owned else self._via[node])

    def all_above(self, nodes: Nodes) -> Nodes:
        """`above` of each of `nodes`."""
        edges = self._via[nodes].astype(np.int64)
        owned = np.flatnonzero(among(nodes, self._owned))
        edges[owned] = self._owning[np.searchsorted(self._owned, nodes[owned])]
        return edges

    def _passed(self, nodes: Nodes) -> Nodes:
        return nodes[are_objects(self._snapshot, nodes, CONTAINERS | RESOURCES)]

    def _are_class_properties(self) -> Mask:
        """Which edges are a property, `__proto__` aside, of an object whose class names an owner."""
        snapshot = self._snapshot
        kinds = np.array([kind == "property" for kind in snapshot.edge_kinds], dtype=bool)
        sources = snapshot.sources(self.edges)
        objects = are_objects(snapshot, sources) & ~snapshot.are_named(sources, TRANSPARENT)
        names = snapshot.edge_names[self.edges]
        chosen: Mask = kinds[snapshot.edge_types[self.edges]] & objects
        prototypes = [name for name in distinct(names[chosen]) if snapshot.strings[int(name)] == "__proto__"]
        return chosen & ~among(names, np.array(prototypes, dtype=np.int64))


def are_objects(snapshot: Snapshot, nodes: Nodes, names: frozenset[str] | None = None) -> Mask:
    """Which of `nodes` are JavaScript objects, of one of the classes `names` if given."""
    kinds = np.array([kind == "object" for kind in snapshot.node_kinds], dtype=bool)
    objects: Mask = kinds[snapshot.node_types[nodes]]
    if names is not None:
        objects[objects] = snapshot.are_named(nodes[objects], names)
    return objects
