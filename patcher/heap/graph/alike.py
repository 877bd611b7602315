"""Edges from which a climb to the owner passes the same names: one of them is named for all.

A class with a hundred thousand instances has as many edges into them, and a handful of slots. Here all are
climbed at once, a level at a time; two edges are alike while kinds and names are equal at each level.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from patcher.heap.blame.classes import TRANSPARENT, is_internal
from patcher.heap.blame.holders import Holders, are_objects
from patcher.heap.graph.references import Nodes
from patcher.heap.read.arrays import Mask, among, distinct, numbered
from patcher.heap.read.snapshot import Snapshot

PAIR = b"pair in WeakMap"
_LONGEST_CLIMB = 16


def alike(
    snapshot: Snapshot, holders: Holders, contexts: Nodes, edges: Nodes, dictionaries: Nodes
) -> list[Nodes]:
    """The indices of `edges` in sets of which each has one slot; by their first, ascending.

    Climbs that end at an object of a class are alike by the names they pass. At a captured variable or a
    function the slot's name depends on more: climbs that come there are alike if it is the same one.

    Args:
        snapshot: the snapshot.
        holders: which way a climb goes.
        contexts: the edges that carry an async context.
        edges: the edges into what is kept; none of them carries a context.
        dictionaries: the objects whose properties are keys: all of them have one name.
    """
    numbers = _factors(_node_keys(snapshot, snapshot.targets[edges]))
    alone = np.ones(len(edges), dtype=bool)
    rows, at = np.arange(len(edges)), edges
    for level in range(_LONGEST_CLIMB):
        if not len(rows):
            break
        sources, above = snapshot.sources(at), holders.all_above(snapshot.sources(at))
        fixed = _are_variables(snapshot, at, sources) | ((above < 0) & (level == 0))
        arrived = ~fixed & _are_owners(snapshot, sources)
        passed = _factors(
            numbers[rows],
            _edge_keys(snapshot, at, contexts, dictionaries),
            _node_keys(snapshot, sources),
            np.where(fixed, sources, 0),
        )
        numbers[rows] = passed + numbers.max() + 1  # no number of an edge that has arrived already
        alone[rows[fixed | arrived]] = False
        going = ~fixed & ~arrived & (above >= 0)
        rows, at = rows[going], above[going]
    numbers[alone] = numbers.max(initial=0) + 1 + np.flatnonzero(alone)
    return _sets(numbers)


def _sets(numbers: Nodes) -> list[Nodes]:
    """The indices of equal numbers, together."""
    order = np.argsort(numbers, kind="stable")
    cuts = np.flatnonzero(np.diff(numbers[order])) + 1
    return sorted(np.split(order, cuts), key=lambda members: int(members[0])) if len(order) else []


def _factors(*columns: Nodes) -> Nodes:
    """Small numbers for rows of columns: equal for equal rows, different for different ones."""
    numbers: Nodes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, number = numbered(column)
        numbers = numbered(numbers * len(values) + number)[1]
    return numbers


def _node_keys(snapshot: Snapshot, nodes: npt.NDArray[Any]) -> Nodes:
    keys: Nodes = snapshot.node_names[nodes].astype(np.int64) << 8 | snapshot.node_types[nodes]
    return keys


def _edge_keys(snapshot: Snapshot, edges: Nodes, contexts: Nodes, dictionaries: Nodes) -> Nodes:
    """What a slot's name takes from an edge: its kind, of a property or variable the name, the WeakMap."""
    types, names = snapshot.edge_types[edges], snapshot.edge_names[edges]
    pairs = among(names, snapshot.strings.found(PAIR))
    telling = np.array([kind in ("property", "context") for kind in snapshot.edge_kinds], dtype=bool)
    telling_edges = telling[types] & ~among(snapshot.sources(edges), dictionaries)
    said = np.where(telling_edges, names, pairs).astype(np.int64)
    keys: Nodes = (said << 8 | types) << 1 | among(edges, contexts)
    return keys


def _are_owners(snapshot: Snapshot, nodes: Nodes) -> Mask:
    """Which nodes are objects at whose class a climb ends."""
    owners = are_objects(snapshot, nodes)
    names = distinct(snapshot.node_names[nodes[owners]])
    passed = [name for name in names if _is_passed(snapshot.strings[int(name)])]
    return owners & ~among(snapshot.node_names[nodes], np.array(passed, dtype=np.int64))


def _is_passed(name: str) -> bool:
    return name in TRANSPARENT or is_internal(name)


def _are_variables(snapshot: Snapshot, edges: Nodes, sources: Nodes) -> Mask:
    """Which edges are a captured variable, or leave a function."""
    captured = np.array([kind == "context" for kind in snapshot.edge_kinds], dtype=bool)
    functions = np.array([kind == "closure" for kind in snapshot.node_kinds], dtype=bool)
    variables: Mask = captured[snapshot.edge_types[edges]] | functions[snapshot.node_types[sources]]
    return variables
