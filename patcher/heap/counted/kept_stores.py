"""The stores of an AsyncLocalStorage that stand for a request of which nothing else is counted.

A store is what a promise, timer or handle carries: on the async_hooks back end itself, on the
AsyncContextFrame back end as a value of the frame's table, beside its AsyncLocalStorage. One that holds a
request, span or scope is that request's; what is left are stores such as `{ id: 7 }`.
"""

from collections.abc import Sequence

import numpy as np

from patcher.heap.blame.contexts import FRAME
from patcher.heap.counted.stand_ins import IDLE_STORES, STORE_CLASSES
from patcher.heap.graph.references import NO_NODES, Graph, Nodes
from patcher.heap.read.arrays import Mask, among, distinct
from patcher.heap.read.strings import quoted

_DEPTH = 5
_MOST = 1 << 18
_PASSED = frozenset({"Object", "Array", "Map", "Set", "", *STORE_CLASSES})
_STORAGE, _PROTOTYPE = "AsyncLocalStorage", "__proto__"
_DEEPEST_CLASS = 8
NEEDLES = (quoted(_PROTOTYPE),)


def stores_alone(graph: Graph, carrying: Nodes, counted: Nodes, tracers: Sequence[str]) -> Nodes:
    """The stores that lead to none of `counted` and to no object of a tracer, ascending.

    Args:
        graph: the graph.
        carrying: the edges that carry an async context.
        counted: the instances of all other classes that stand for a request, ascending.
        tracers: the classes of tracers: a store that leads to one which is not counted is an idle one.
    """
    stores = _stores(graph, graph.target(carrying))
    if not len(stores):
        return NO_NODES
    snapshot = graph.snapshot
    owners, at = stores, stores
    leading: list[Nodes] = [owners[among(at, counted)]]
    for _ in range(_DEPTH):
        owners, at = _step(graph, owners, at)
        known = among(at, counted) | snapshot.are_named(at, tracers)
        leading.append(owners[known])
        passed = ~known & snapshot.are_named(at, _PASSED)
        owners, at = owners[passed], at[passed]
        if not len(at) or len(at) > _MOST:
            break
    alone = stores[~among(stores, distinct(np.concatenate(leading)))]
    return alone[~_are_idle(graph, alone)]


def _stores(graph: Graph, targets: Nodes) -> Nodes:
    """The objects among `targets` and, of frames among them, the objects that are values of their tables."""
    snapshot = graph.snapshot
    targets = distinct(targets)
    frames = snapshot.are_named(targets, (FRAME,))
    tables = distinct(graph.target(snapshot.edges_named(targets[frames], "internal", "table")))
    values = distinct(graph.target(snapshot.edges_of(tables)))
    found = distinct(np.concatenate((targets[~frames], values)))
    objects = np.array([kind == "object" for kind in snapshot.node_kinds], dtype=bool)
    found = found[objects[snapshot.node_types[found]]]
    stores: Nodes = found[~snapshot.are_named(found, ("Promise", "Timeout", "Immediate"))]
    return stores[~_are_storages(graph, stores)]


def _are_storages(graph: Graph, nodes: Nodes) -> Mask:
    """Which of `nodes` are an AsyncLocalStorage or of a class that extends it: a frame has each beside its store."""
    snapshot = graph.snapshot
    storages = [nodes[snapshot.are_named(nodes, (_STORAGE,))]]
    firsts, at = nodes, nodes
    for _ in range(_DEEPEST_CLASS):
        edges = snapshot.edges_named(distinct(at), "property", _PROTOTYPE)
        above = dict(zip(snapshot.sources(edges).tolist(), graph.target(edges).tolist(), strict=True))
        above_each = np.array([above.get(node, -1) for node in at.tolist()], dtype=np.int64)
        firsts, at = firsts[above_each >= 0], above_each[above_each >= 0]
        if not len(at):
            break
        storages.append(firsts[snapshot.are_named(at, (_STORAGE,))])
    return among(nodes, distinct(np.concatenate(storages)))


def _step(graph: Graph, owners: Nodes, at: Nodes) -> tuple[Nodes, Nodes]:
    """One step from `at` along strong edges, entries of WeakMaps too; `owners` are where the way began."""
    snapshot = graph.snapshot
    counts = (snapshot.offsets[at + 1] - snapshot.offsets[at]).astype(np.int64)
    edges = snapshot.edges_of(at)
    strong = graph.strong[edges]
    order = np.argsort(graph.keys, kind="stable")
    keys = graph.keys[order]
    first, last = np.searchsorted(keys, at, side="left"), np.searchsorted(keys, at, side="right")
    pairs = [graph.values[order[a:b]] for a, b in zip(first.tolist(), last.tolist(), strict=True) if b > a]
    through = np.repeat(owners, last - first)
    targets = np.concatenate((graph.target(edges[strong]), *pairs))
    pairs_of = distinct(
        np.concatenate((np.repeat(owners, counts)[strong], through)) * snapshot.node_count + targets
    )
    return pairs_of // snapshot.node_count, pairs_of % snapshot.node_count


def _are_idle(graph: Graph, stores: Nodes) -> Mask:
    """Which of `stores` are those that a tracer enters to say that there is no request."""
    snapshot = graph.snapshot
    idle = [snapshot.sources(snapshot.edges_named(stores, "property", name)) for name in IDLE_STORES]
    named = snapshot.are_named(stores, STORE_CLASSES)
    return among(stores, distinct(np.concatenate((NO_NODES, *idle)))) | named
