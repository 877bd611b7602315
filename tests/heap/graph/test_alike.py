"""Naming one of many alike gives what naming each gives, on random small graphs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patcher.heap.blame import contexts
from patcher.heap.blame import owners as slots
from patcher.heap.blame.known_slots import held_slots
from patcher.heap.blame.owners import SlotFinder
from patcher.heap.blame.slot import BlamedSlot
from patcher.heap.graph import references as graph
from patcher.heap.graph.references import Graph, Nodes
from patcher.heap.read.snapshot import Snapshot
from tests.heap.tiny import Tiny

CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# The first nodes are always there: what is kept, and whose slots keep it.
FIRST = [*[("object", "Kept")] * 3, *[("object", "Keeper")] * 2, *[("object", "Array")] * 2]
COUNT = len(FIRST) + 4
NEEDLES = [*contexts.NEEDLES, *graph.NEEDLES, *slots.NEEDLES]
nodes = st.lists(
    st.sampled_from(
        [
            *(("object", name) for name in ("Keeper", "Cache", "Object", "Array", "Promise", "Socket")),
            *(("array", name) for name in ("", "(object elements)")),
            *(("closure", "load"), ("object", "system / Context"), ("string", "text")),
        ]
    ),
    min_size=4,
    max_size=4,
)
names = st.sampled_from(
    ["a", "b", "_timeout", "__proto__", "3 / part of key (K @1) pair in WeakMap (table @3)"]
)
places = st.integers(0, COUNT)
holders = st.integers(len([kept for kept in FIRST if kept[1] == "Kept"]) + 1, COUNT)
edges = st.lists(
    st.tuples(holders, st.sampled_from(["property", "element", "internal", "context"]), names, places),
    min_size=10,
    max_size=40,
)


def each_alone(*arguments: object) -> list[Nodes]:
    found = arguments[3]
    assert isinstance(found, np.ndarray)
    return [np.array([number], dtype=np.int64) for number in range(len(found))]


@CALM
@given(nodes=nodes, edges=edges, carrying=st.sets(st.integers(0, 39), max_size=3))
def test_one_of_many_alike_has_the_slot_of_each_of_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    nodes: list[tuple[str, str]],
    edges: list[tuple[int, str, str, int]],
    carrying: set[int],
) -> None:
    tiny = Tiny()
    for kind, name in FIRST + nodes:
        tiny.edge(0, tiny.node(name, kind), 1, "element" if name in ("Keeper", "Socket", "load") else "weak")
    for number, (source, kind, name, target) in enumerate(edges):
        tiny.edge(source, target, number if kind == "element" else name, kind)

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), NEEDLES) as snapshot:
        together = named(snapshot, carrying)
        with monkeypatch.context() as patch:
            patch.setattr("patcher.heap.blame.owners.alike", each_alone)
            alone = named(snapshot, carrying)

    assert together == alone


def named(snapshot: Snapshot, carrying: set[int]) -> dict[BlamedSlot, tuple[int, list[int]]]:
    """By slot: the edge that shows it, and the entries it keeps."""
    heap = Graph(snapshot)
    kept = np.flatnonzero([snapshot.name(node).startswith("Kept") for node in range(snapshot.node_count)])
    reach = heap.from_root(blocked=kept)
    context = np.array(sorted(number for number in carrying if number < snapshot.edge_count), dtype=np.int64)
    finder = SlotFinder(heap, reach, context, heap.live_edges_into(kept, reach), held_slots())
    found: dict[BlamedSlot, tuple[int, list[int]]] = {}
    for held, entries in finder.named():
        slot, edge = held.slot, held.edge
        found.setdefault(slot, (edge, []))[1].extend(entries.tolist())
    return {slot: (edge, sorted(entries)) for slot, (edge, entries) in found.items()}


def chain(tiny: Tiny, *names: str, last: str = "Kept") -> None:
    """From the root: objects of the classes `names`, each a property of the one before."""
    before = tiny.node(names[0])
    tiny.edge(0, before, 1, "element")
    for number, name in enumerate([*names[1:], last]):
        node = tiny.node(name)
        tiny.edge(before, node, f"p{number}")
        before = node


def of_two_classes(tiny: Tiny) -> None:
    chain(tiny, "Keeper", "Array")
    chain(tiny, "Cache", "Array")


def two_kinds_in_one_class(tiny: Tiny) -> None:
    chain(tiny, "Keeper", last="Kept")
    chain(tiny, "Keeper", last="Kept2")


def far_below_two_classes(tiny: Tiny) -> None:
    chain(tiny, "Keeper", *["Object", "Array"] * 15)
    chain(tiny, "Cache", *["Object", "Array"] * 15)


def in_a_table_and_in_a_weak_map(tiny: Tiny) -> None:
    keeper, table = tiny.node("Keeper"), tiny.node("", "array")
    tiny.edge(0, keeper, 1, "element")
    tiny.edge(keeper, table, "table", "internal")
    tiny.edge(table, tiny.node("Kept"), "1", "internal")
    tiny.edge(table, tiny.node("Kept"), "1 / (K @1) pair in WeakMap (table @3)", "internal")


def variables_of_two_functions(tiny: Tiny) -> None:
    for name in ("load", "save"):
        function, scope = tiny.node(name, "closure"), tiny.node("system / Context")
        tiny.edge(0, function, 1, "element")
        tiny.edge(function, scope, "context", "internal")
        tiny.edge(scope, tiny.node("Kept"), "p", "context")


def two_chains(tiny: Tiny) -> None:
    for _ in range(2):
        chain(tiny, "Keeper", "Object", "Array")


@pytest.mark.parametrize(
    ("build", "carrying"),
    [
        (of_two_classes, set()),
        (two_kinds_in_one_class, set()),
        (far_below_two_classes, set()),
        (in_a_table_and_in_a_weak_map, set()),
        (variables_of_two_functions, set()),
        # Edges 2 to 4 are those of the first chain; the one in its middle carries a context.
        (two_chains, {3}),
    ],
)
def test_what_has_two_slots_is_not_alike(
    tmp_path: Path, build: Callable[[Tiny], object], carrying: set[int]
) -> None:
    tiny = Tiny()
    build(tiny)

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), NEEDLES) as snapshot:
        assert len(named(snapshot, carrying)) == 2
