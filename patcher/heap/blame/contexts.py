"""The edges that carry an async context: from a promise, timer or handle to the store it was made under.

On the async_hooks back end (Node up to 22, and dd-trace's own storage on every release) a store is a
property of the promise or timer, under a symbol: `kResourceStore` (AsyncLocalStorage), `ddResourceStore`
(dd-trace 3). On the AsyncContextFrame back end (Node 24) a timer holds a frame under `kAsyncContextFrame`,
and a reaction that waits on a pending promise holds one without a name; every edge into a frame counts
there.
"""

import re

import numpy as np

from patcher.heap.graph.references import Graph, Nodes
from patcher.heap.read.arrays import among, distinct
from patcher.heap.read.strings import quoted

SYMBOL = b'"<symbol '
FRAME = "AsyncContextFrame"
NEEDLES = (SYMBOL, quoted(FRAME))
_STORE = re.compile(r"<symbol \w*(?:resource_?store|context_?frame)\w*>", re.IGNORECASE)
_ASYNC = ("Promise", "Timeout", "Immediate")
_HOLDABLE = ("object", "array", "closure", "native")


def context_edges(graph: Graph) -> Nodes:
    """The edges, ascending, that lead from an async resource to its context (store or frame).

    These are properties under a symbol that is named for a resource store or a context frame, any other
    property under a symbol of a Promise, Timeout or Immediate that leads to an object, and every edge into an
    AsyncContextFrame.
    """
    return distinct(np.concatenate((_by_symbol(graph), _into_frames(graph))))


def _by_symbol(graph: Graph) -> Nodes:
    snapshot = graph.snapshot
    symbols = snapshot.strings.found(SYMBOL)
    property_kinds = np.array([kind == "property" for kind in snapshot.edge_kinds])
    holdable = np.array([kind in _HOLDABLE for kind in snapshot.node_kinds])
    edges = snapshot.edges_with(symbols)
    edges = edges[graph.strong[edges]]
    edges = edges[property_kinds[snapshot.edge_types[edges]]]
    edges = edges[holdable[snapshot.node_types[graph.targets[edges]]]]
    stores = [number for number in symbols.tolist() if _STORE.fullmatch(snapshot.strings[number])]
    named = among(snapshot.edge_names[edges], np.array(stores, dtype=np.int64))
    sources = snapshot.sources(edges)
    asynchronous = [
        number for number in distinct(snapshot.node_names[sources]) if snapshot.strings[int(number)] in _ASYNC
    ]
    chosen: Nodes = edges[named | among(snapshot.node_names[sources], np.array(asynchronous, dtype=np.int64))]
    return chosen


def _into_frames(graph: Graph) -> Nodes:
    frames = graph.snapshot.nodes_named(FRAME, "object")
    return graph.edges_into(frames) if len(frames) else frames
