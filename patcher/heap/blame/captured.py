"""Where a captured variable is: the file of a function that sees it."""

from patcher.heap.blame.code_places import Origins, short
from patcher.heap.graph.references import Graph, Reach
from patcher.heap.read.snapshot import Snapshot

_NEAR = 8
_STACKS = ("system / CallSiteInfo", "system / StackFrameInfo", "system / ErrorStackData")


def scope_function(graph: Graph, origins: Origins, reach: Reach, context: int) -> int:
    """A function that sees the variables of a scope, -1 when none is known.

    Args:
        graph: the graph.
        origins: where functions come from.
        reach: the walk in which the context is alive.
        context: a node of V8's that holds captured variables.
    """
    above = _above(graph.snapshot, reach, context)
    if above >= 0:
        return above
    # One on the stack is reached without any function.
    return next(iter(origins.closures_of(context)), -1)


def scope_words(snapshot: Snapshot, origins: Origins, closure: int) -> str:
    """`(app/server.js)` for the scope of a function of that file; `(a closure)` when none is known."""
    if closure < 0:
        return "(a closure)"
    script = origins.of_closure(closure)
    return f"({short(script)})" if script else f"({snapshot.name(closure) or 'anonymous'}())"


def error_above(snapshot: Snapshot, reach: Reach, context: int) -> int:
    """The Error by whose unread stack a scope is alive, -1 when it is not alive so.

    V8 keeps the functions of the frames until `stack` is read for the first time, and with them their scopes.
    """
    node, passed = context, False
    for _ in range(_NEAR):
        via = int(reach.via[node])
        if via < 0:
            return -1
        node = snapshot.source(via)
        kind = snapshot.kind(node)
        if passed and kind == "object" and snapshot.edge_name(via).startswith("<symbol"):
            return node
        # Through a record of a frame up to V8 13, in the array of frames itself later.
        passed = passed or kind == "array"
        if kind not in ("closure", "array", "code") and snapshot.name(node) not in _STACKS:
            return -1
    return -1


def _above(snapshot: Snapshot, reach: Reach, context: int) -> int:
    """The first function on the way from the context to the roots."""
    via = int(reach.via[context])
    for _ in range(_NEAR):
        if via < 0:
            return -1
        node = snapshot.source(via)
        if snapshot.kind(node) == "closure":
            return node
        via = int(reach.via[node])
    return -1
