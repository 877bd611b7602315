"""The nearest holder outside of Node's own code, when the nearest of all is inside of it.

A stream, an agent, a readline interface or a handle is kept by lists and closures of Node; whoever can let go
of it is the user's variable or object behind them. So the search goes backwards from what is kept, through
storage, promises and everything of `node:`, until it comes to an object of another class, a variable that a
function of another file sees, or the exports of a module.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from patcher.heap.blame.classes import TRANSPARENT
from patcher.heap.blame.code_places import Origins, generator_function, short
from patcher.heap.blame.rules import OWN_VARIABLES, SKIPPED_EDGES
from patcher.heap.graph.references import NO_NODES, Graph, Nodes, Reach
from patcher.heap.read.arrays import among, distinct

_DEEPEST = 18
_WIDEST = 20_000
_LONGEST_SEARCH = 5_000
_GLOBAL = "global"  # and what V8 adds: `global / node`, `global (global*)`
# A scope that so many functions of Node see is a module's: who has one of the functions does not hold the variables.
_MODULE_SCOPE = 24
_GLOBALS_OF_NODE = {"process", "console", "navigator", "performance", "crypto"}
_ALL_GLOBALS = "system / NativeContext"
_OWN_NAMES = frozenset(name for _, name in OWN_VARIABLES)
_STDIO = ("stdin", "stdout", "stderr")


@dataclass(frozen=True, slots=True)
class Way:
    """How a holder outside of Node holds something: its name, and the edges from it down to what is kept."""

    owner: str
    node: int
    edges: tuple[int, ...]


class Outside:
    """Finds the nearest holder outside of `node:` of each of `starts`.

    Args:
        graph: the graph.
        reach: the walk in which the holders are alive.
        carrying: the edges that carry an async context: what a context keeps is held by no slot.
        origins: where classes and functions come from.
        starts: what is kept.
    """

    def __init__(self, graph: Graph, reach: Reach, carrying: Nodes, origins: Origins, starts: Nodes) -> None:
        self._graph = graph
        self._snapshot = graph.snapshot
        self._origins = origins
        self._reach = reach
        self._into: dict[int, list[int]] = defaultdict(list)
        seen, frontier = NO_NODES, distinct(starts)
        for _ in range(_DEEPEST):
            if not len(frontier) or len(seen) > _WIDEST:
                break
            edges = graph.live_edges_into(frontier, reach)
            edges = edges[~among(edges, carrying)]
            for edge, target in zip(edges.tolist(), graph.target(edges).tolist(), strict=True):
                if self._snapshot.edge_name(edge) not in SKIPPED_EDGES:
                    self._into[target].append(edge)
            seen = distinct(np.concatenate((seen, frontier)))
            above = distinct(self._snapshot.sources(edges))
            above = above[~among(above, seen)]
            frontier = above[[self._is_passed(node) for node in above.tolist()]] if len(above) else above

    def way(self, start: int) -> Way | None:
        """The shortest way down to `start`: from a variable of Node's when only Node's own code holds it."""
        below: dict[int, int] = {}
        nearest: Way | None = None
        level, seen = [start], {start}
        while level and len(seen) < _LONGEST_SEARCH:
            found: list[Way] = []
            above: list[int] = []
            for edge in (edge for node in level for edge in self._leading_to(node)):
                source = self._snapshot.source(edge)
                way = self._arrives(edge, source, below, start) or self._own_variable(
                    edge, source, below, start
                )
                if way is not None:
                    found.append(way)
                    continue
                if self._is_static(edge, source):
                    continue
                stdio = self._snapshot.edge_name(edge) in _STDIO
                if self._snapshot.edge_kind(edge) == "context" and (nearest is None or stdio):
                    nearest = self._variable_of_node(edge, source, below, start) or nearest
                if source not in seen and self._is_passed(source):
                    seen.add(source)
                    below[source] = edge
                    above.append(source)
            if found:
                return min(found, key=self._words)
            level = above
        return nearest

    def _leading_to(self, node: int) -> list[int]:
        into = self._into[node]
        return [] if len(into) >= _MODULE_SCOPE and self._is_module_scope(node, into) else into

    def _words(self, way: Way) -> tuple[str, ...]:
        """What tells ways of one length apart, the same in every heap."""
        return (way.owner, *(self._snapshot.edge_name(edge) for edge in way.edges))

    def _variable_of_node(self, edge: int, scope: int, below: dict[int, int], start: int) -> Way | None:
        """The variable of Node's own code that `edge` is."""
        script = self._origins.of_context(scope)
        if not self._origins.is_inside_node(script) or self._lives_by(scope, start):
            return None
        down = self._down(int(self._snapshot.targets[edge]), below, start)
        return Way(f"({script})", scope, (edge, *down))

    def _own_variable(self, edge: int, scope: int, below: dict[int, int], start: int) -> Way | None:
        """The variable of Node's own code that `edge` is, if it is known to be one for the process."""
        if self._snapshot.edge_kind(edge) != "context":
            return None
        if self._snapshot.edge_name(edge) not in _OWN_NAMES:
            return None
        way = self._variable_of_node(edge, scope, below, start)
        known = way is not None and (way.owner.strip("()"), self._snapshot.edge_name(edge)) in OWN_VARIABLES
        return way if known else None

    def _lives_by(self, node: int, start: int) -> bool:
        """Whether `node` is alive only since `start` is, as far as the way says by which the walk came to it."""
        for _ in range(_DEEPEST):
            via = int(self._reach.via[node])
            if via < 0 or node == start:
                break
            node = self._snapshot.source(via)
        return node == start

    def _arrives(self, edge: int, source: int, below: dict[int, int], start: int) -> Way | None:
        """The way that is complete with `edge`, if its source is a holder outside of Node."""
        snapshot = self._snapshot
        name, kind = snapshot.name(source), snapshot.kind(source)
        edges = (edge, *self._down(int(snapshot.targets[edge]), below, start))
        if kind == "closure":
            return self._at_function(source, edges)
        if kind != "object" or snapshot.edge_kind(edge) not in ("property", "element", "internal"):
            return None
        if name.startswith(_GLOBAL):
            return Way("globalThis", source, edges) if self._is_holder_of_globals(edges) else None
        if name == "Module" and snapshot.edge_name(edge) == "exports":
            return Way(f"({self._file(source)})", source, edges)
        if name in TRANSPARENT or name.startswith(("system / ", "(")):
            return None
        if generator_function(snapshot, source) >= 0:
            return None
        script = self._origins.of_object(source)
        outside = script and not self._origins.is_inside_node(script)
        return Way(name.split(" / ")[0], source, edges) if outside else None

    def _at_function(self, closure: int, edges: tuple[int, ...]) -> Way | None:
        snapshot = self._snapshot
        script = self._origins.of_closure(closure)
        if not script or self._origins.is_inside_node(script):
            return None
        if snapshot.edge_kind(edges[0]) == "property" and snapshot.edge_name(edges[0]) != "prototype":
            return Way(f"{snapshot.name(closure) or 'anonymous'}() in ({short(script)})", closure, edges)
        for place, edge in enumerate(edges):
            if snapshot.edge_kind(edge) == "context":
                if self._is_api(edges[place:]):
                    return None
                return Way(f"({short(script)})", snapshot.source(edge), edges[place:])
            if snapshot.name(int(snapshot.targets[edge])) != "system / Context":
                break
        return None

    def _is_holder_of_globals(self, edges: tuple[int, ...]) -> bool:
        """Whether a global variable is someone's, and not one that Node made: a function, the process."""
        snapshot, target = self._snapshot, int(self._snapshot.targets[edges[0]])
        if snapshot.edge_kind(edges[0]) != "property" or snapshot.kind(target) != "object":
            return False
        return not {snapshot.edge_name(edges[0]), snapshot.name(target)} & _GLOBALS_OF_NODE

    def _is_api(self, edges: tuple[int, ...]) -> bool:
        """Whether a variable has a function such as `require`, and the way goes on through other functions.

        A function that keeps something itself, as those of `AsyncLocalStorage.snapshot()`, has it in its scope.
        """
        kinds = [self._snapshot.kind(int(self._snapshot.targets[edge])) for edge in edges]
        return kinds[0] == "closure" and "closure" in kinds[1:]

    def _is_static(self, edge: int, source: int) -> bool:
        """Whether `edge` is a property of a function of Node, such as `Module.isBuiltin`: an API, not a holder."""
        return self._snapshot.kind(source) == "closure" and self._snapshot.edge_kind(edge) == "property"

    def _is_module_scope(self, node: int, into: list[int]) -> bool:
        if self._snapshot.name(node) != "system / Context":
            return False
        sources = [self._snapshot.source(edge) for edge in into]
        functions = [node for node in sources if self._snapshot.kind(node) == "closure"]
        inside = [node for node in functions if self._origins.is_inside_node(self._origins.of_closure(node))]
        return len(inside) >= _MODULE_SCOPE

    def _down(self, node: int, below: dict[int, int], start: int) -> list[int]:
        edges = []
        while node != start:
            edges.append(below[node])
            node = int(self._snapshot.targets[below[node]])
        return edges

    def _is_passed(self, node: int) -> bool:
        snapshot = self._snapshot
        kind, name = snapshot.kind(node), snapshot.name(node)
        if kind == "closure":
            script = self._origins.of_closure(node)
            return not script or self._origins.is_inside_node(script)
        if kind == "object" and name not in TRANSPARENT and not name.startswith(("system / ", "(")):
            if generator_function(snapshot, node) >= 0:
                return True
            script = self._origins.of_object(node)
            return name != "Module" and (not script or self._origins.is_inside_node(script))
        # Every function that is not of JavaScript sees the globals of V8, and through them all there is.
        return kind in ("object", "array", "code", "hidden") and not name.startswith((_GLOBAL, _ALL_GLOBALS))

    def _file(self, module: int) -> str:
        for edge in self._snapshot.out(module):
            if self._snapshot.edge_name(edge) in ("filename", "id"):
                return short(self._snapshot.name(int(self._snapshot.targets[edge])).replace("\\", "/"))
        return "a module"
