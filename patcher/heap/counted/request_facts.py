"""What an object says of its request: the url, and what all objects of one request share."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import numpy as np

from patcher.heap.counted.stand_ins import Path, StandIn
from patcher.heap.graph.references import Nodes
from patcher.heap.read.arrays import among, distinct, numbered
from patcher.heap.read.snapshot import Snapshot

_STRINGS = ("string", "concatenated string", "sliced string")
_LONGEST_ROPE = 64


def urls_of(snapshot: Snapshot, nodes: Nodes, stand_in: StandIn) -> dict[int, str]:
    """The url of those of `nodes`, ascending, that have one: path and query, without scheme and host.

    Args:
        snapshot: the snapshot.
        nodes: instances of the class.
        stand_in: where they have it.
    """
    urls: dict[int, str] = {}
    for path in reversed(stand_in.urls):
        urls |= texts_at(snapshot, nodes, path)
    if stand_in.query:
        for node, query in texts_at(snapshot, nodes, stand_in.query).items():
            if query and node in urls and "?" not in urls[node]:
                urls[node] += f"?{query.removeprefix('?')}"
    return {node: _without_host(url) for node, url in urls.items() if url}


def traces_of(snapshot: Snapshot, nodes: Nodes, stand_in: StandIn) -> dict[int, int]:
    """The node that each of `nodes` shares with all objects of its request, for those that have one."""
    if not stand_in.trace:
        return {}
    first, last = _ends(snapshot, nodes, stand_in.trace)
    return dict(zip(first.tolist(), last.tolist(), strict=True))


def have_any(snapshot: Snapshot, nodes: Nodes, marks: Iterable[str]) -> Nodes:
    """Those of `nodes` that have one of the properties `marks`."""
    edges = [snapshot.edges_named(nodes, "property", mark) for mark in marks]
    return nodes[among(nodes, distinct(snapshot.sources(np.concatenate(edges))))]


def _ends(snapshot: Snapshot, nodes: Nodes, path: Path) -> tuple[Nodes, Nodes]:
    """Where `path` leads from those of `nodes` from which it leads anywhere: those nodes, and the ends."""
    first = at = nodes
    for name in path:
        places, where = numbered(at)
        edges = snapshot.edges_named(places, "property", name)
        after = np.full(len(places), -1, dtype=np.int64)
        after[np.searchsorted(places, snapshot.sources(edges))] = snapshot.targets[edges]
        first, at = first[after[where] >= 0], after[where][after[where] >= 0]
    return first, at


def texts_at(snapshot: Snapshot, nodes: Nodes, path: Path) -> dict[int, str]:
    """The text at the end of `path` of those of `nodes` that have a string there."""
    first, last = _ends(snapshot, nodes, path)
    texts = ((node, text_of(snapshot, end)) for node, end in zip(first.tolist(), last.tolist(), strict=True))
    return {node: text for node, text in texts if text is not None}


def text_at(snapshot: Snapshot, node: int, path: Path) -> str | None:
    """The text at the end of `path` from one node, whatever its names; None when it leads to none."""
    for name in path:
        edges = (edge for edge in snapshot.out(node) if snapshot.edge_name(edge) == name)
        edge = next(edges, -1)
        if edge < 0:
            return None
        node = int(snapshot.targets[edge])
    return text_of(snapshot, node)


def text_of(snapshot: Snapshot, node: int) -> str | None:
    """The text of a string node, None for another; a rope is put together from its parts."""
    if snapshot.kind(node) not in _STRINGS:
        return None
    pieces: list[str] = []
    stack, steps = [node], 0
    while stack and steps < _LONGEST_ROPE:
        steps += 1
        at = stack.pop()
        if snapshot.kind(at) == "concatenated string":
            parts = {snapshot.edge_name(edge): int(snapshot.targets[edge]) for edge in snapshot.out(at)}
            stack += [parts[side] for side in ("second", "first") if side in parts]
        elif snapshot.kind(at) in _STRINGS:
            pieces.append(snapshot.name(at))
    return "".join(pieces)


def _without_host(url: str) -> str:
    """`/path?query` of a url that begins with a scheme and a host; any other as it is."""
    if not url.startswith(("http://", "https://")):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
