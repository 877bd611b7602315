"""Where a captured variable is: the file of a function that sees it."""

import numpy as np

from patcher.heap.graph.references import Graph, Reach
from patcher.heap.read.snapshot import Snapshot

_NEAR = 8


def scope_of(graph: Graph, reach: Reach, context: int) -> str:
    """`(app/server.js)` for the context of a function of that file; `(a closure)` when no function is known.

    Args:
        graph: the graph.
        reach: the walk in which the context is alive.
        context: a node of V8's that holds captured variables.
    """
    closure = _above(graph.snapshot, reach, context)
    if closure is None:
        closure = _user(graph, context)
    if closure is None:
        return "(a closure)"
    script = _script(graph.snapshot, closure)
    return f"({script})" if script else f"({graph.snapshot.name(closure) or 'anonymous'}())"


def _above(snapshot: Snapshot, reach: Reach, context: int) -> int | None:
    """The first function on the way from the context to the roots."""
    via = int(reach.via[context])
    for _ in range(_NEAR):
        if via < 0:
            return None
        node = snapshot.source(via)
        if snapshot.kind(node) == "closure":
            return node
        via = int(reach.via[node])
    return None


def _user(graph: Graph, context: int) -> int | None:
    """A function that was made in the context; one on the stack is reached without any."""
    for edge in graph.edges_into(np.array([context], dtype=np.int64)).tolist():
        node = graph.snapshot.source(edge)
        if graph.snapshot.kind(node) == "closure":
            return node
    return None


def _script(snapshot: Snapshot, closure: int) -> str:
    """The last two parts of the path of a function's file, '' when V8 does not say."""
    at = closure
    for names in (("shared",), ("script", "script_or_debug_info")):
        edges = [edge for edge in snapshot.out(at) if snapshot.edge_name(edge) in names]
        if not edges:
            return ""
        at = int(snapshot.targets[edges[0]])
    name = snapshot.name(at).replace("\\", "/")
    return "" if name.startswith("system") else "/".join(name.split("/")[-2:])
