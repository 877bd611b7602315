"""Which nodes are instances of a class or of one that extends it: found by V8's names and by prototypes."""

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from patcher.heap.graph.references import NO_NODES, Nodes
from patcher.heap.read.arrays import Mask, among, distinct, numbered
from patcher.heap.read.snapshot import Snapshot
from patcher.heap.read.strings import quoted

NEEDLES = tuple(quoted(name) for name in ("map", "prototype", "constructor", "back_pointer", "Object"))
_LONGEST_CHAIN = 4096
_DEEPEST_CLASS = 64


class Classes:
    """The classes of a snapshot: hidden classes (V8's maps), the prototype of each, and who made them.

    V8 names an object by its constructor, found through its prototype, so the prototype object itself, and
    what `Object.create` made of it (Express's `app.request`), can have the name of the class: neither is an
    instance. The hidden class says which constructor made an object: for a class that extends another it is
    the base that allocates (`JSFunction::GetDerivedMap`), so a name and its maker may differ.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        named = snapshot.edges_with(snapshot.strings.equal("prototype"))
        kinds = np.array(snapshot.edge_kinds)[snapshot.edge_types[named]]
        shapes = named[kinds == "internal"]
        self._shapes, self._prototype_of = snapshot.sources(shapes), snapshot.targets[shapes].astype(np.int64)
        functions = named[kinds == "property"]
        closures = self._are(snapshot.sources(functions), "closure")
        self._declared = distinct(snapshot.targets[functions[closures]])
        self._maps: tuple[Nodes, npt.NDArray[Any]] | None = None

    def members(self, name: str) -> Nodes:
        """The instances of `name`, ascending; its string must have been a needle."""
        found = np.concatenate(
            (self._snapshot.nodes_named(name, "object"), self._with_shapes(self._family(name)))
        )
        if not len(found):
            return NO_NODES
        found = distinct(found)
        found = found[~among(found, self._declared)]
        return found if name == "Object" else found[~self._are_made_by_object(found)]

    def _family(self, name: str) -> Nodes:
        """The hidden classes of instances of `name` and of what extends it."""
        snapshot = self._snapshot
        functions = snapshot.nodes_named(name, "closure")
        prototypes = distinct(snapshot.targets[snapshot.edges_named(functions, "property", "prototype")])
        shapes: list[Nodes] = []
        for _ in range(_DEEPEST_CLASS):
            if not len(prototypes):
                break
            own = self._shapes[among(self._prototype_of, prototypes)]
            shapes.append(own)
            # What has such a shape and is a prototype itself is the prototype of a class that extends this one.
            prototypes = self._prototypes_with(own)
        return distinct(np.concatenate(shapes)) if shapes else NO_NODES

    def _prototypes_with(self, shapes: Nodes) -> Nodes:
        prototypes = distinct(self._prototype_of)
        edges = self._snapshot.edges_named(prototypes, "internal", "map")
        chosen = among(self._snapshot.targets[edges], distinct(shapes))
        return distinct(self._snapshot.sources(edges[chosen]))

    def _with_shapes(self, shapes: Nodes) -> Nodes:
        """The objects that have one of `shapes`."""
        if not len(shapes):
            return shapes
        if self._maps is None:
            edges = self._snapshot.edges_with(self._snapshot.strings.equal("map"))
            self._maps = edges, self._snapshot.targets[edges]
        edges, targets = self._maps
        wanted = np.zeros(
            self._snapshot.node_count, dtype=bool
        )  # quicker than a search: every object has a shape
        wanted[shapes] = True
        nodes = self._snapshot.sources(edges[wanted.take(targets)])
        objects: Nodes = nodes[self._are(nodes, "object")]
        return objects

    def _are_made_by_object(self, nodes: Nodes) -> Mask:
        """Which of `nodes` the constructor `Object` made."""
        snapshot = self._snapshot
        edges = snapshot.edges_named(nodes, "internal", "map")
        shapes = snapshot.targets[edges].astype(np.int64)
        plain = self._of_object(distinct(shapes))
        return among(nodes, distinct(snapshot.sources(edges[among(shapes, plain)])))

    def _of_object(self, shapes: Nodes) -> Nodes:
        """Those of `shapes` at whose root the constructor is `Object`."""
        snapshot = self._snapshot
        first, at = shapes, shapes
        found: list[Nodes] = []
        for _ in range(_LONGEST_CHAIN):
            if not len(at):
                break
            distinct_shapes, place = numbered(at)
            makers = snapshot.edges_named(distinct_shapes, "internal", "constructor")
            made = makers[snapshot.are_named(snapshot.targets[makers], ("Object",))]
            found.append(first[among(at, distinct(snapshot.sources(made)))])
            back = snapshot.edges_named(distinct_shapes, "internal", "back_pointer")
            before = np.full(len(distinct_shapes), -1, dtype=np.int64)
            before[np.searchsorted(distinct_shapes, snapshot.sources(back))] = snapshot.targets[back]
            first, at = first[before[place] >= 0], before[place][before[place] >= 0]
        return distinct(np.concatenate((NO_NODES, *found)))

    def _are(self, nodes: Nodes, kind: str) -> Mask:
        kinds = np.array([known == kind for known in self._snapshot.node_kinds], dtype=bool)
        chosen: Mask = kinds[self._snapshot.node_types[nodes]]
        return chosen


def is_known(snapshot: Snapshot, names: Collection[str]) -> bool:
    """Whether any object or function of the snapshot has the name of one of the classes."""
    return any(len(snapshot.nodes_named(name, kind)) for name in names for kind in ("object", "closure"))
