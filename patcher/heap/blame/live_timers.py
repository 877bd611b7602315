"""Timers that are still to fire: Node's own lists keep them, whoever else does."""

import numpy as np

from patcher.heap.blame.code_places import NATIVE, Origins, bound_function, short
from patcher.heap.blame.rules import SEEN_WEAKLY
from patcher.heap.graph.references import Graph
from patcher.heap.read.arrays import distinct
from patcher.heap.read.snapshot import Snapshot
from patcher.heap.read.strings import quoted

_NEXT = "_idleNext"
_CALLBACK = "_onTimeout"
NEEDLES = tuple(quoted(name) for name in (_NEXT, "Timeout", "TimersList"))


class LiveTimers:
    """The timers of a heap that wait in one of Node's lists, a list for each delay.

    A timer that fired or was cleared is in no list: its `_idleNext` is null.
    """

    def __init__(self, graph: Graph, origins: Origins) -> None:
        self._snapshot = graph.snapshot
        self._graph = graph
        self._origins = origins
        self._delays: dict[int, str] | None = None

    def words(self, timer: int) -> str:
        """`(a live timer, 60000 ms, callback poll in app/live.cjs)`, '' for one that is not live."""
        if self._delays is None:
            self._delays = self._listed()
        if timer not in self._delays:
            return ""
        delay = self._delays[timer]
        return f"(a live timer{', ' if delay else ''}{delay}{self._callback(timer)})"

    def _callback(self, timer: int) -> str:
        closure = callback_of(self._snapshot, timer)
        if closure < 0:
            return ""
        script = self._origins.of_closure(closure)
        where = script if self._origins.is_inside_node(script) else short(script)
        if where == NATIVE and not self._snapshot.name(closure):
            return ", callback resolves a promise"
        return f", callback {self._snapshot.name(closure) or 'anonymous'}{' in ' if where else ''}{where}"

    def stands_for(self, timer: int) -> int:
        """What a live timer is of, which it refers to weakly (the signal of `AbortSignal.timeout`); else the timer."""
        for path in SEEN_WEAKLY:
            at = timer
            for name in path:
                edges = self._snapshot.out(at)
                at = next(
                    (
                        int(self._snapshot.targets[each])
                        for each in edges
                        if self._snapshot.edge_name(each) == name
                    ),
                    -1,
                )
                if at < 0:
                    break
            if at >= 0:
                return at
        return timer

    def _listed(self) -> dict[int, str]:
        """Each timer of a list, with its delay in words; '' where the snapshot does not say."""
        snapshot = self._snapshot
        lists, timers = (snapshot.nodes_named(name, "object") for name in ("TimersList", "Timeout"))
        if not len(lists):
            return {}
        edges = snapshot.edges_named(distinct(np.concatenate((lists, timers))), "property", _NEXT)
        following = dict(zip(snapshot.sources(edges).tolist(), snapshot.targets[edges].tolist(), strict=True))
        # The lists are in an object by delay, and in the heap of a queue.
        delays = {
            int(snapshot.targets[edge]): f"{snapshot.edge_name(edge)} ms"
            for edge in self._graph.edges_into(lists).tolist()
            if snapshot.edge_name(edge).isdecimal() and snapshot.name(snapshot.source(edge)) == "Object"
        }
        found: dict[int, str] = {}
        for first in lists.tolist():
            at = following.get(first, first)
            while at != first and at not in found and at in following:
                found[at] = delays.get(first, "")
                at = following[at]
        return found


def callback_of(snapshot: Snapshot, timer: int) -> int:
    """The function that a timer calls, -1 for what is not a timer."""
    if snapshot.name(timer) != "Timeout":
        return -1
    for edge in snapshot.out(timer):
        target = int(snapshot.targets[edge])
        if snapshot.edge_name(edge) == _CALLBACK and snapshot.kind(target) == "closure":
            return bound_function(snapshot, target)
    return -1
