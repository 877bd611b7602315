"""Retained sizes: what would be unreachable were a slot empty."""

from collections.abc import Sequence

import numpy as np

from patcher.heap.graph.references import Graph, Nodes, Reach
from patcher.heap.read.arrays import Mask, distinct


def retained(graph: Graph, base: Reach, full: Mask, groups: Sequence[Nodes]) -> list[int]:
    """For each group of edges, the bytes that are alive only because of it.

    A group's share is what is not reached when all other groups' edges are entered. The groups are halved
    again and again, each half walked once with all groups outside it entered already, so that the number of
    walks grows with the logarithm of the number of groups.

    Args:
        graph: the graph, without the edges of all groups.
        base: what is alive when no group's edges are.
        full: what is alive when all are.
        groups: the edges of each group; their sources are alive in `base`. An edge may be in several groups.

    Returns:
        Bytes by group, in the same order.
    """
    sizes = [0] * len(groups)
    _halve(graph, base, full, groups, range(len(groups)), sizes)
    return sizes


def unreached(graph: Graph, full: Mask, alive: Mask) -> int:
    """The bytes of the nodes that are in `full` and not `alive`."""
    return int(graph.snapshot.sizes[full & ~alive].sum(dtype=np.int64))


def _halve(
    graph: Graph, reach: Reach, full: Mask, groups: Sequence[Nodes], part: range, sizes: list[int]
) -> None:
    """Size the groups of `part`, given the walk through all groups that are not in it."""
    if len(part) == 1:
        sizes[part[0]] = unreached(graph, full, reach.alive)
        return
    middle = len(part) // 2
    for inner, outer in ((part[:middle], part[middle:]), (part[middle:], part[:middle])):
        if inner:
            wider = reach.branch()
            graph.enter(wider, distinct(np.concatenate([groups[number] for number in outer])))
            _halve(graph, wider, full, groups, inner, sizes)
