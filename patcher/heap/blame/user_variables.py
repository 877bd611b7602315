"""The user's own variable through which an object is reached, which is not always on the shortest way to it.

A connection is nearest to Node's list of open handles, and a timer to its list of timers; whoever reads of it wants
to know which variable of the app has the pool, the client or the cache behind it. So the search goes backwards
along data alone: properties, elements and entries of maps, never through a function or a scope.
"""

import numpy as np

from patcher.heap.blame.captured import scope_function
from patcher.heap.blame.code_places import Origins, is_the_users
from patcher.heap.blame.rules import SKIPPED_EDGES
from patcher.heap.graph.references import Graph, Nodes, Reach
from patcher.heap.read.arrays import among, distinct

_DEEPEST = 10
_WIDEST = 4_000
_DATA = ("property", "element", "internal", "hidden")


class UserVariables:
    """Finds the user's variables of objects; one walk serves all of them.

    Args:
        graph: the graph.
        reach: what is reachable without going through what is kept.
        origins: where functions come from.
        carrying: the edges that carry an async context.
        starts: the objects.
    """

    def __init__(self, graph: Graph, reach: Reach, origins: Origins, carrying: Nodes, starts: Nodes) -> None:
        self._graph = graph
        self._snapshot = graph.snapshot
        self._reach = reach
        self._origins = origins
        self._into: dict[int, list[int]] = {}
        self._data = np.array([kind in _DATA for kind in self._snapshot.edge_kinds], dtype=bool)
        seen, frontier = np.zeros(0, dtype=np.int64), distinct(starts)
        for _ in range(_DEEPEST):
            if not len(frontier) or len(seen) > _WIDEST:
                break
            edges = graph.live_edges_into(frontier, reach)
            edges = edges[~among(edges, carrying)]
            for edge, target in zip(edges.tolist(), graph.target(edges).tolist(), strict=True):
                if self._snapshot.edge_name(edge) not in SKIPPED_EDGES:
                    self._into.setdefault(target, []).append(edge)
            seen = distinct(np.concatenate((seen, frontier)))
            above = distinct(self._snapshot.sources(edges[self._data[self._snapshot.edge_types[edges]]]))
            above = above[~among(above, seen)]
            frontier = above[[self._is_data(node) for node in above.tolist()]] if len(above) else above

    def of(self, start: int) -> tuple[str, int]:
        """The nearest variable of the user's own that holds `start`, and a function that sees it; ('', -1) without."""
        level, seen = [start], {start}
        while level and len(seen) < _WIDEST:
            above: list[int] = []
            found: list[tuple[str, int]] = []
            for edge in (edge for node in level for edge in self._into.get(node, ())):
                source = self._snapshot.source(edge)
                if self._snapshot.edge_kind(edge) == "context":
                    found += self._variable(edge, source)
                elif (
                    source not in seen
                    and self._data[self._snapshot.edge_types[edge]]
                    and self._is_data(source)
                ):
                    seen.add(source)
                    above.append(source)
            if found:
                return min(found)
            level = above
        return "", -1

    def _variable(self, edge: int, scope: int) -> list[tuple[str, int]]:
        closure = scope_function(self._graph, self._origins, self._reach, scope)
        script = self._origins.of_closure(closure) if closure >= 0 else ""
        return [(self._snapshot.edge_name(edge), closure)] if is_the_users(script) else []

    def _is_data(self, node: int) -> bool:
        """Whether a node is an object, or the storage of one, and not a scope, a class or all globals."""
        kind, name = self._snapshot.kind(node), self._snapshot.name(node)
        if name.startswith(("system / Context", "system / NativeContext", "global", "system / Map")):
            return False
        return kind in ("object", "array", "hidden")
