"""Where the code is of which a slot's name speaks: in words, and as files and lines."""

from collections.abc import Sequence

import numpy as np

from patcher.heap.blame.built_code import BuiltCode
from patcher.heap.blame.captured import scope_function
from patcher.heap.blame.code_places import Origins, is_the_users, short
from patcher.heap.blame.live_timers import callback_of
from patcher.heap.blame.owners import Held
from patcher.heap.blame.rules import OWN_VARIABLES, SKIPPED_EDGES
from patcher.heap.blame.slot import BlamedSlot
from patcher.heap.blame.user_variables import UserVariables
from patcher.heap.graph.references import Graph, Nodes, Reach
from patcher.heap.records import CodePlace

_LONGEST_CLIMB = 64
_FEW_STEPS = 4


class Whereabouts:
    """Finds the code of slots.

    Args:
        graph: the graph.
        reach: what is reachable without going through what is kept.
        origins: where functions come from.
        carrying: the edges that carry an async context.
        slots: all slots that are asked for.
    """

    def __init__(
        self, graph: Graph, reach: Reach, origins: Origins, carrying: Nodes, slots: Sequence[Held]
    ) -> None:
        self._graph = graph
        self._snapshot = graph.snapshot
        self._reach = reach
        self._origins = origins
        self._built = BuiltCode()
        self._nearest = {held.node: self._variable_above(held.node) for held in slots}
        far = [
            node
            for node, (_, closure) in self._nearest.items()
            if self._is_object(node) and not self._is_own(closure)
        ]
        self._users = (
            UserVariables(graph, reach, origins, carrying, np.array(far, dtype=np.int64)) if far else None
        )

    def words(self, held: Held) -> str:
        """Where a slot's class is, and the variable from which it is reached; '' when its name says that.

        `class in lib/pool.js, reached from pool in (app/server.js)`; of built code the source:
        `class in src/pool.ts:12, built into dist/server.js`.
        """
        snapshot, node = self._snapshot, held.node
        known = OWN_VARIABLES.get(_variable_of_node(held.slot))
        if known:
            return f"{known.removesuffix('.')}{self._calls(held)}"
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
        name, closure = self._variable(node)
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
            _, closure = self._variable(node)
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

    def _variable(self, node: int) -> tuple[str, int]:
        """The user's own variable that holds `node`, else the nearest of any package, and a function that sees it."""
        nearest = self._nearest[node]
        if self._users is None or self._is_own(nearest[1]):
            return nearest
        name, closure = self._users.of(node)
        return (name, closure) if name else nearest

    def _is_object(self, node: int) -> bool:
        return self._snapshot.kind(node) == "object" and self._snapshot.name(node) != "system / Context"

    def _is_own(self, closure: int) -> bool:
        return closure >= 0 and is_the_users(self._origins.of_closure(closure))

    def _calls(self, held: Held) -> str:
        """`; it calls changed in app/server.js`: the function of the user's own that something of Node's calls."""
        if not held.route:
            return ""
        at = seen = {int(self._snapshot.targets[held.route[-1]])}
        for _ in range(_FEW_STEPS):
            edges = [
                edge for node in sorted(at) for edge in self._snapshot.out(node) if self._is_followed(edge)
            ]
            at = {int(self._snapshot.targets[edge]) for edge in edges} - seen
            seen = seen | at
            for node in sorted(at):
                if self._snapshot.kind(node) == "closure" and self._is_own(node):
                    name = self._snapshot.name(node) or "a function"
                    return f"; it calls {name} in {short(self._origins.of_closure(node))}"
        return ""

    def _is_followed(self, edge: int) -> bool:
        if self._snapshot.edge_kind(edge) not in ("property", "element"):
            return False
        return self._snapshot.edge_name(edge) not in SKIPPED_EDGES

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


def _variable_of_node(slot: BlamedSlot) -> tuple[str, str]:
    """The script and the variable of a slot that is one of Node's own variables."""
    return slot.owner.strip("()"), slot.path.partition("[")[0].partition(".")[0].partition(" ")[0]
