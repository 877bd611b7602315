"""Which nodes are instances of a class, and the url of a request or of its span."""

from collections.abc import Iterable

import numpy as np

from patcher.heap.graph.references import Nodes, among, distinct
from patcher.heap.read.snapshot import Snapshot
from patcher.heap.read.strings import quoted

SPAN_URLS = ("url.path", "http.target")  # OpenTelemetry's attributes; the last one that a span has counts
NEEDLES = tuple(quoted(name) for name in ("map", "prototype", "url", "attributes", *SPAN_URLS))
_STRINGS = ("string", "concatenated string", "sliced string")
_LONGEST_ROPE = 64
_LONGEST_CHAIN = 4096


def find_instances(snapshot: Snapshot, class_name: str) -> Nodes:
    """The objects that were made by a constructor named `class_name`.

    V8 names an object by its constructor, found through its prototype, so the prototype object itself, and
    what `Object.create` made of it (Express's `app.request`), can have the name of the class. Both were made
    by `Object`: the object's hidden class (`map`) says which constructor made it, and it decides.
    """
    objects = snapshot.nodes_named(class_name, "object")
    objects = objects[~np.isin(objects, _prototypes(snapshot, class_name))]
    maps = snapshot.edges_named(objects, "internal", "map")
    shapes = snapshot.targets[maps]
    others = [
        shape for shape in distinct(shapes).tolist() if _maker(snapshot, shape) not in (None, "", class_name)
    ]
    return objects[~among(objects, snapshot.sources(maps[np.isin(shapes, others)]))]


def is_known(snapshot: Snapshot, class_name: str) -> bool:
    """Whether any object or function of the snapshot has the name of the class."""
    return any(len(snapshot.nodes_named(class_name, kind)) for kind in ("object", "closure"))


def urls_of(snapshot: Snapshot, nodes: Nodes) -> dict[int, str]:
    """The url of those of `nodes` that tell it: a request in `url`, an OpenTelemetry span in `attributes`."""
    edges = snapshot.edges_named(nodes, "property", "attributes")
    spans = {int(snapshot.targets[edge]): node for node, edge in _pairs(snapshot, edges)}
    attributes = np.array(sorted(spans), dtype=np.int64)
    urls: dict[int, str] = {}
    for name in SPAN_URLS:
        urls |= {spans[node]: url for node, url in _texts(snapshot, attributes, name).items()}
    return urls | _texts(snapshot, nodes, "url")


def _texts(snapshot: Snapshot, nodes: Nodes, name: str) -> dict[int, str]:
    """The text of the property `name` of those of `nodes` that have one that is a string."""
    edges = snapshot.edges_named(nodes, "property", name)
    texts = ((node, _text(snapshot, int(snapshot.targets[edge]))) for node, edge in _pairs(snapshot, edges))
    return {node: text for node, text in texts if text is not None}


def _pairs(snapshot: Snapshot, edges: Nodes) -> Iterable[tuple[int, int]]:
    return zip(snapshot.sources(edges).tolist(), edges.tolist(), strict=True)


def _text(snapshot: Snapshot, node: int) -> str | None:
    """The text of a string node; a rope is put together from its parts."""
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


def _maker(snapshot: Snapshot, shape: int) -> str | None:
    """The name of the constructor whose hidden class `shape` is; None when the snapshot does not say."""
    at: int | None = shape
    for _ in range(_LONGEST_CHAIN):
        at = _follow(snapshot, at, ("constructor", "back_pointer")) if at is not None else None
        if at is not None and snapshot.kind(at) == "closure":
            return snapshot.name(at)
    return None


def _follow(snapshot: Snapshot, node: int, names: tuple[str, ...]) -> int | None:
    for edge in snapshot.out(node):
        if snapshot.edge_kind(edge) == "internal" and snapshot.edge_name(edge) in names:
            return int(snapshot.targets[edge])
    return None


def _prototypes(snapshot: Snapshot, class_name: str) -> Nodes:
    """The prototype objects of the functions of that name."""
    functions = snapshot.nodes_named(class_name, "closure")
    return snapshot.targets[snapshot.edges_named(functions, "property", "prototype")].astype(np.int64)
