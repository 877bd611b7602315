"""What is made for one request and holds it: its response, and the scope of the function that handles it.

Whoever holds one of these holds the request, and nothing below it can be emptied by itself: a handler's closure that
stays in a slot keeps the response, the listeners on it, and whatever else of that request its variables lead to.
"""

import numpy as np

from patcher.heap.graph.references import NO_NODES, Graph, Nodes
from patcher.heap.read.arrays import Mask, among, distinct
from patcher.heap.read.strings import quoted

_REQUEST = "req"
NEEDLES = (quoted(_REQUEST), quoted("previous"))
_RESPONSES = frozenset({"ServerResponse", "Http2ServerResponse"})
SCOPE = "system / Context"


def parts_of(graph: Graph, live: Nodes, alive: Mask) -> Nodes:
    """The parts of live requests, ascending.

    Args:
        graph: the graph.
        live: the objects that stand for requests and are alive, ascending.
        alive: which nodes are alive.
    """
    into = graph.edges_into(live) if len(live) else NO_NODES
    responses, requests = _responses(graph, into)
    if not len(responses):
        return NO_NODES
    into = distinct(np.concatenate((into, graph.edges_into(distinct(responses)))))
    return distinct(np.concatenate((responses, _scopes(graph, responses, requests, into, alive))))


def _responses(graph: Graph, into: Nodes) -> tuple[Nodes, Nodes]:
    """The responses that hold a request by one of the edges `into` requests, and beside each its request."""
    snapshot = graph.snapshot
    sources = snapshot.sources(into)
    names = np.sort(snapshot.strings.equal(_REQUEST))
    chosen = snapshot.are_named(sources, _RESPONSES) & among(snapshot.edge_names[into], names)
    return sources[chosen], graph.target(into[chosen])


def _scopes(graph: Graph, responses: Nodes, requests: Nodes, into: Nodes, alive: Mask) -> Nodes:
    """The scopes with a response and its request among their variables, which edges of `into` are.

    One right below the globals is a module's, which is there once: variables of it are slots like any other.
    """
    snapshot = graph.snapshot
    variables = np.array([kind == "context" for kind in snapshot.edge_kinds], dtype=bool)
    edges = into[variables[snapshot.edge_types[into]]]
    sources, targets = snapshot.sources(edges), graph.target(edges)
    edges, sources, targets = edges[alive[sources]], sources[alive[sources]], targets[alive[sources]]
    order = np.argsort(responses, kind="stable")
    at = np.searchsorted(responses[order], targets)
    at[at == len(order)] = 0
    of_response = responses[order][at] == targets
    width = snapshot.node_count
    pairs = sources[of_response] * width + requests[order][at[of_response]]
    held = distinct(sources * width + targets)
    scopes = distinct(pairs[among(pairs, held)] // width)
    outer = snapshot.edges_named(scopes, "internal", "previous")
    return distinct(snapshot.sources(outer[snapshot.are_named(graph.target(outer), (SCOPE,))]))
