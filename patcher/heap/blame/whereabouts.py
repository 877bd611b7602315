"""Where the code is of which a slot's name speaks: in words, and as files and lines."""

from patcher.heap.blame.built_code import BuiltCode
from patcher.heap.blame.captured import scope_function
from patcher.heap.blame.code_places import Origins, short
from patcher.heap.blame.live_timers import callback_of
from patcher.heap.blame.owners import Held
from patcher.heap.graph.references import Graph, Reach
from patcher.heap.records import CodePlace

_LONGEST_CLIMB = 64


class Whereabouts:
    """Finds the code of slots.

    Args:
        graph: the graph.
        reach: what is reachable without going through what is kept.
        origins: where functions come from.
    """

    def __init__(self, graph: Graph, reach: Reach, origins: Origins) -> None:
        self._graph = graph
        self._snapshot = graph.snapshot
        self._reach = reach
        self._origins = origins
        self._built = BuiltCode()

    def words(self, held: Held) -> str:
        """Where a slot's class is, and the variable from which it is reached; '' when its name says that.

        `class in lib/pool.js, reached from pool in (app/server.js)`; of built code the source:
        `class in src/pool.ts:12, built into dist/server.js`.
        """
        snapshot, node = self._snapshot, held.node
        if snapshot.kind(node) != "object":
            return ""
        words = []
        if snapshot.name(node) == "system / Context":
            # Of a variable only the file: the line would be that of some function that sees it.
            place = self._source(scope_function(self._graph, self._origins, self._reach, node), lined=False)
            return f"variable in {place}" if place else ""
        script = self._outside(self._origins.of_object(node))
        if script and not held.slot.handle:
            words.append(f"class in {self._source(node, script) or short(script)}")
        callback = callback_of(snapshot, node)
        if callback >= 0 and self._source(callback):
            words.append(f"callback in {self._source(callback)}")
        name, closure = self._variable_above(node)
        if name:
            where = self._source(closure, lined=False) or short(self._origins.of_closure(closure))
            words.append(f"reached from {name} in ({where})")
        return ", ".join(words)

    def places(self, held: Held) -> tuple[CodePlace, ...]:
        """The files of the code that `words` speaks of and the slot's name has, each with its line if it is known."""
        snapshot, node = self._snapshot, held.node
        nodes: list[tuple[int, str]] = []
        if snapshot.name(node) == "system / Context" or snapshot.kind(node) == "closure":
            closure = node
            if snapshot.kind(node) != "closure":
                closure = scope_function(self._graph, self._origins, self._reach, node)
            nodes.append((closure, self._script_of(closure)))
        else:
            nodes.append((node, self._outside(self._origins.of_object(node))))
            nodes += [(closure, self._script_of(closure)) for closure in (callback_of(snapshot, node),)]
            _, closure = self._variable_above(node)
            nodes.append((closure, self._script_of(closure)))
        found = [place for node, script in nodes if script for place in self._places(node, script)]
        return tuple(dict.fromkeys(found))

    def _places(self, node: int, script: str) -> list[CodePlace]:
        original = self._original(node, script)
        found = [CodePlace(script, 0)]
        return found if original is None else [CodePlace(*original), *found]

    def _original(self, node: int, script: str) -> tuple[str, int] | None:
        """The source and the line of a function or a class; None without a map. Only then are lines read."""
        if not script or not self._built.has_map(script):
            return None
        return self._built.original(script, *self._snapshot.place(node))

    def _source(self, node: int, script: str = "", *, lined: bool = True) -> str:
        """`src/pool.ts:12, built into dist/server.js` for built code with a map, '' for other code."""
        script = script or self._script_of(node)
        original = self._original(node, script)
        if original is None:
            return ""
        source, line = original
        return f"{short(source)}{f':{line}' if lined else ''}, built into {short(script)}"

    def _script_of(self, closure: int) -> str:
        return self._outside(self._origins.of_closure(closure)) if closure >= 0 else ""

    def _outside(self, script: str) -> str:
        return "" if self._origins.is_inside_node(script) else script

    def _variable_above(self, node: int) -> tuple[str, int]:
        """The nearest variable outside of Node's own code on the way from the roots to `node`, and a function that
        sees it; ('', -1) when there is none.
        """
        for _ in range(_LONGEST_CLIMB):
            via = int(self._reach.via[node])
            if via < 0:
                break
            node = self._snapshot.source(via)
            if self._snapshot.edge_kind(via) == "context":
                closure = scope_function(self._graph, self._origins, self._reach, node)
                if self._script_of(closure):
                    return self._snapshot.edge_name(via), closure
        return "", -1
