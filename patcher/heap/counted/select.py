"""What is counted in a heap: the instances of one class, or everything that stands for a request."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from patcher.heap.counted import kept_stores, members, stand_ins
from patcher.heap.counted import loaded_packages as loaded
from patcher.heap.counted.kept_stores import stores_alone
from patcher.heap.counted.members import Classes, is_known
from patcher.heap.counted.request_facts import have_any, texts_at, traces_of, urls_of
from patcher.heap.counted.stand_ins import STORE, StandIn, stand_ins_named
from patcher.heap.graph.references import Graph, Nodes
from patcher.heap.read.arrays import among, distinct
from patcher.heap.read.snapshot import Snapshot
from patcher.heap.read.strings import quoted

REQUESTS = ""
"""The class that is no class: everything that stands for a request."""


def needles(class_name: str) -> set[bytes]:
    """The strings that `select` looks up."""
    return {
        quoted(class_name or STORE),
        *stand_ins.NEEDLES,
        *members.NEEDLES,
        *loaded.NEEDLES,
        *kept_stores.NEEDLES,
    }


@dataclass(slots=True)
class Selection:
    """The objects that are counted, alive or not, and what is known of each.

    Attributes:
        class_of: node -> the class as which it is counted, ascending.
        urls: node -> its request's url.
        traces: node -> the node that it shares with all objects of its request.
        known: the classes that the heap has, of those that were looked for.
        unknown_tracers: packages that keep something of each request, of which the class is not known.
    """

    class_of: dict[int, str] = field(default_factory=dict)
    urls: dict[int, str] = field(default_factory=dict)
    traces: dict[int, int] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    unknown_tracers: tuple[str, ...] = ()

    @property
    def nodes(self) -> Nodes:
        """The nodes, ascending."""
        return np.array(sorted(self.class_of), dtype=np.int64)

    def requests(self, nodes: Nodes) -> int:
        """How many requests `nodes` belong to, at least.

        Objects of several classes with one url are of one request; as many requests had that url as one class
        has objects with it. Objects that share a trace are of one request, and those without a url are taken to be
        of the same requests as those that have one: dd-trace 3 wipes the url from a span that it has sent. A
        store is counted only when it leads to nothing else that is, so it is a request of its own.
        """
        by_url: Counter[tuple[str, str]] = Counter()
        nameless: Counter[str] = Counter()
        for node in nodes.tolist():
            if node in self.urls:
                by_url[self.urls[node], self.class_of[node]] += 1
            elif node not in self.traces:
                nameless[self.class_of[node]] += 1
        most: Counter[str] = Counter()
        for (url, _), count in by_url.items():
            most[url] = max(most[url], count)
        alone = nameless.pop(STORE, 0)
        traces = {self.traces[node] for node in nodes.tolist() if node in self.traces}
        return max(most.total(), len(traces), *nameless.values(), 0) + alone


def select(snapshot: Snapshot, class_name: str) -> Selection:
    """Find the instances of `class_name`, or with REQUESTS of every class that stands for a request.

    Stores are found later, by `add_stores`, since they need the graph.
    """
    classes, chosen = Classes(snapshot), Selection()
    names = (class_name,) if class_name else stand_ins.NAMES
    for name in names:
        found = classes.members(name)
        for stand_in in stand_ins_named(name):
            _add(snapshot, chosen, found, stand_in, only_marked=not class_name)
    chosen.class_of = dict(sorted(chosen.class_of.items()))
    chosen.known = tuple(name for name in names if is_known(snapshot, (name,)))
    if not class_name:
        packages = loaded.loaded_packages(snapshot)
        chosen.unknown_tracers = tuple(sorted(packages & set(stand_ins.UNKNOWN_TRACERS)))
    return chosen


def add_stores(graph: Graph, chosen: Selection, carrying: Nodes) -> None:
    """Add the stores of which nothing else stands for a request to what was selected."""
    tracers = [name for name in chosen.known if name not in ("IncomingMessage", "Http2ServerRequest")]
    stores = stores_alone(graph, carrying, chosen.nodes, tracers)
    chosen.class_of |= dict.fromkeys(stores.tolist(), STORE)
    chosen.class_of = dict(sorted(chosen.class_of.items()))
    if len(stores):
        chosen.known = (*chosen.known, STORE)


def _add(
    snapshot: Snapshot, chosen: Selection, found: Nodes, stand_in: StandIn, *, only_marked: bool
) -> None:
    nodes = distinct(found)
    if only_marked and stand_in.marks:
        nodes = have_any(snapshot, nodes, stand_in.marks)
    if only_marked and stand_in.unless:
        others = sorted(texts_at(snapshot, nodes, stand_in.unless))
        nodes = nodes[~among(nodes, np.array(others, dtype=np.int64))]
    urls = urls_of(snapshot, nodes, stand_in)
    if only_marked and stand_in.needs_url:
        nodes = np.array(sorted(urls), dtype=np.int64)
    for node in nodes.tolist():
        chosen.class_of.setdefault(node, stand_in.name)
    chosen.urls |= urls
    chosen.traces |= traces_of(snapshot, nodes, stand_in)
