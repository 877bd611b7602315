"""Where the code is that an object or a variable comes from: the script of its class, function or scope."""

from functools import cache

import numpy as np

from patcher.heap.graph.references import Graph
from patcher.heap.read.snapshot import Snapshot

_NODE = "node:"
NATIVE = "node:(native)"
_LONGEST_CHAIN = 3
_SOME = 100


class Origins:
    """The scripts of a heap's functions, classes and scopes; every answer is kept.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._snapshot = graph.snapshot
        self.of_closure = cache(self._of_closure)
        self.of_object = cache(self._of_object)
        self.of_context = cache(self._of_context)

    def is_inside_node(self, script: str) -> bool:
        """Whether a script is one of Node's own."""
        return script.startswith(_NODE)

    def _of_closure(self, closure: int) -> str:
        """The script of a function, `node:(native)` for one that is not of JavaScript, '' when V8 does not say."""
        shared = _follow(self._snapshot, bound_function(self._snapshot, closure), ("shared",))
        if shared < 0:
            return ""
        at = _follow(self._snapshot, shared, ("script", "script_or_debug_info"))
        if at < 0:
            return NATIVE
        name = self._snapshot.name(at).replace("\\", "/")
        return NATIVE if name.startswith("system / Oddball") else "" if name.startswith("system") else name

    def _of_object(self, node: int) -> str:
        """The script of an object's class, of a generator that of its function; '' when V8 does not say."""
        function = generator_function(self._snapshot, node)
        if function >= 0:
            return str(self.of_closure(function))
        prototype = _follow(self._snapshot, node, ("__proto__",))
        constructor = _follow(self._snapshot, prototype, ("constructor",)) if prototype >= 0 else -1
        if constructor < 0 or self._snapshot.kind(constructor) != "closure":
            return ""
        return str(self.of_closure(constructor))

    def _of_context(self, context: int) -> str:
        """The script of a function that sees the variables of a scope, '' when there is none."""
        for closure in self.closures_of(context):
            script = self.of_closure(closure)
            if script:
                return str(script)
        return ""

    def closures_of(self, context: int) -> list[int]:
        """Some of the functions that were made in a scope, or in one within it."""
        at = [context]
        for _ in range(_LONGEST_CHAIN):
            edges = self._graph.edges_into(np.array(sorted(at), dtype=np.int64))
            sources = self._snapshot.sources(edges)  # a module's scope may have a hundred thousand
            kinds = np.array([kind == "closure" for kind in self._snapshot.node_kinds], dtype=bool)
            closures: list[int] = sources[kinds[self._snapshot.node_types[sources]]][:_SOME].tolist()
            if closures:
                return closures
            scopes = sources[self._snapshot.are_named(sources, ("system / Context",))]
            at = sorted(set(scopes.tolist()))
            if not at:
                break
        return []


def bound_function(snapshot: Snapshot, closure: int) -> int:
    """The function that a bound one calls; any other function itself."""
    if snapshot.name(closure) != "native_bind":
        return closure
    found = _follow(snapshot, closure, ("bound_function",))
    return found if found >= 0 else closure


def generator_function(snapshot: Snapshot, node: int) -> int:
    """The function of a generator, which V8 names for it as if that were its class; -1 for another object."""
    edges = list(snapshot.out(node)) if snapshot.kind(node) == "object" else []
    if not any(snapshot.edge_name(edge) == "parameters_and_registers" for edge in edges):
        return -1
    return next((int(snapshot.targets[edge]) for edge in edges if snapshot.edge_name(edge) == "function"), -1)


def is_the_users(script: str) -> bool:
    """Whether a script is the user's own: neither Node's nor a package's."""
    return bool(script) and not script.startswith(_NODE) and "/node_modules/" not in script


def short(script: str) -> str:
    """The last two parts of a script's path: `app/server.js`."""
    return "/".join(script.split("/")[-2:])


def _follow(snapshot: Snapshot, node: int, names: tuple[str, ...]) -> int:
    """Where the edge of one of `names` leads from `node`, -1 when it has none."""
    for edge in snapshot.out(node):
        if snapshot.edge_name(edge) in names:
            return int(snapshot.targets[edge])
    return -1
