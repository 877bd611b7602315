"""The retainer chain of an instance: from the roots to the slot, and from there to the instance."""

from patcher.heap.blame.slot import class_of
from patcher.heap.graph.references import Graph, Reach
from patcher.heap.records import Step

_LONGEST = 10_000


def chain(
    graph: Graph, base: Reach, beyond: Reach, instance: int, slot_edge: int, route: tuple[int, ...] = ()
) -> tuple[tuple[Step, ...], int]:
    """The steps from the roots to `instance` through `slot_edge`, and the number of the step that is the
    slot.

    Args:
        graph: the graph.
        base: the walk that ends before what is kept.
        beyond: the walk that goes on from `base` through the slot.
        instance: a node that `beyond` reached and `base` did not.
        slot_edge: the edge that is the slot: the way's own edge into what is kept, or one into the promise or
            timer that carries it.
        route: the edges from the owner down to what is kept, when the slot was found by another way than the
            walk's; `slot_edge` is the last of them.
    """
    edges = _upwards(graph, beyond, base, instance)
    entry_source = graph.snapshot.source(edges[-1])
    slot_source = graph.snapshot.source(slot_edge)
    if route and int(graph.snapshot.targets[route[-1]]) in (
        entry_source,
        int(graph.snapshot.targets[edges[-1]]),
    ):
        if int(graph.snapshot.targets[route[-1]]) != entry_source:
            edges.pop()
        edges += reversed(route)
        above = _upwards(graph, base, None, graph.snapshot.source(route[0]))
        slot_edge = route[0]
    elif slot_edge != edges[-1] and int(graph.snapshot.targets[slot_edge]) == entry_source:
        edges.append(slot_edge)
        above = _upwards(graph, base, None, slot_source)
    else:
        above = _upwards(graph, base, None, entry_source)
    edges += above
    edges.reverse()
    at = edges.index(slot_edge) if slot_edge in edges else len(above)
    return tuple(_step(graph, edge) for edge in edges), at


def distance(graph: Graph, reach: Reach, until: Reach, node: int) -> int:
    """How many edges `reach` took from a node of `until` to `node`."""
    return len(_upwards(graph, reach, until, node))


def _upwards(graph: Graph, reach: Reach, until: Reach | None, node: int) -> list[int]:
    """The edges by which `reach` came to `node`, last first, back to the root or to a node of `until`."""
    edges: list[int] = []
    while len(edges) < _LONGEST:
        edge = int(reach.via[node])
        if edge < 0 or node == 0:
            break
        edges.append(edge)
        node = graph.snapshot.source(edge)
        if until is not None and until.alive[node]:
            break
    return edges


def _step(graph: Graph, edge: int) -> Step:
    snapshot = graph.snapshot
    name = snapshot.edge_name(edge)
    if "pair in WeakMap" in name and snapshot.edge_kind(edge) == "internal":
        name = "value in WeakMap"
    elif snapshot.edge_kind(edge) in ("element", "hidden"):
        name = f"[{name}]"
    return Step(class_of(snapshot, snapshot.source(edge)), name)
