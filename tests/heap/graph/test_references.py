"""Reachability and retained sizes against a reference that is written for plainness, on random small graphs."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from patcher.heap.blame.contexts import NEEDLES
from patcher.heap.graph import references as heap_graph
from patcher.heap.graph.references import Graph
from patcher.heap.graph.region import RetainedRegion
from patcher.heap.graph.retained import retained
from patcher.heap.read.snapshot import Snapshot
from tests.heap.tiny import Tiny

CALM = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
COUNT = 12
node_numbers = st.integers(0, COUNT)
kinds = st.sampled_from(["property", "element", "internal", "context", "hidden", "weak", "shortcut"])
edge_lists = st.lists(st.tuples(node_numbers, kinds, node_numbers), max_size=40)
entry_lists = st.lists(st.tuples(*[st.integers(1, COUNT)] * 3).filter(lambda e: e[0] != e[1]), max_size=6)


def make(edges: list[tuple[int, str, int]], entries: list[tuple[int, int, int]]) -> Tiny:
    tiny = Tiny()
    for number in range(COUNT):
        tiny.node(f"N{number}", size=1 << number)
    for source, kind, target in edges:
        tiny.edge(source, target, 1 if kind in ("element", "hidden") else "p", kind)
    for entry in entries:
        tiny.entry(*entry)
    return tiny


def naive(tiny: Tiny, entries: list[tuple[int, int, int]], cut: Collection[int] = ()) -> set[int]:
    """What is alive, by trying every edge until nothing changes; `cut` are numbers of edges in the tiny list."""
    alive = {0}
    while True:
        before = len(alive)
        for number, (source, kind, name, target) in enumerate(tiny.edges):
            strong = kind not in ("weak", "shortcut") and "WeakMap" not in str(name) and number not in cut
            if strong and source in alive:
                alive.add(target)
        alive |= {value for key, table, value in entries if key in alive and table in alive}
        if len(alive) == before:
            return alive


def numbers_in_file(tiny: Tiny) -> dict[int, int]:
    """The number in the file of each edge of the tiny list: the file has them by source."""
    order = sorted(range(len(tiny.edges)), key=lambda number: tiny.edges[number][0])
    return {number: place for place, number in enumerate(order)}


@CALM
@given(edge_lists, entry_lists, st.sampled_from([0, 48]))
def test_alive_is_what_strong_edges_and_ephemerons_reach(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    edges: list[tuple[int, str, int]],
    entries: list[tuple[int, int, int]],
    small: int,
) -> None:
    monkeypatch.setattr(heap_graph, "_SMALL", small)
    tiny = make(edges, entries)

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), [*NEEDLES, *heap_graph.NEEDLES]) as snapshot:
        reach = Graph(snapshot).from_root()

        assert set(np.flatnonzero(reach.alive).tolist()) == naive(tiny, entries)


@CALM
@given(edge_lists, entry_lists, st.sets(st.integers(1, COUNT), max_size=4))
def test_every_alive_node_has_a_way_back_to_the_root_that_avoids_what_is_blocked(
    tmp_path: Path, edges: list[tuple[int, str, int]], entries: list[tuple[int, int, int]], blocked: set[int]
) -> None:
    tiny = make(edges, entries)

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), [*NEEDLES, *heap_graph.NEEDLES]) as snapshot:
        reach = Graph(snapshot).from_root(blocked=np.array(sorted(blocked), dtype=np.int64))

        for node in np.flatnonzero(reach.alive).tolist():
            assert node not in blocked
            steps = 0
            while node != 0:
                node = snapshot.source(int(reach.via[node]))
                assert reach.alive[node]
                steps += 1
                assert steps <= COUNT


@CALM
@example(
    [(0, "property", 2), (1, "property", 3), (1, "property", 4), (2, "property", 1), (3, "property", 2)],
    [],
    {1},
)
@given(edge_lists, entry_lists, st.sets(st.integers(1, COUNT), min_size=1, max_size=3))
def test_what_leads_to_an_instance_is_what_reaches_it_behind_the_stores(
    tmp_path: Path, edges: list[tuple[int, str, int]], entries: list[tuple[int, int, int]], stores: set[int]
) -> None:
    tiny = make(edges, entries)

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), [*NEEDLES, *heap_graph.NEEDLES]) as snapshot:
        graph = Graph(snapshot)
        region = RetainedRegion.behind(graph, np.array(sorted(stores), dtype=np.int64))

        assert set(np.flatnonzero(region.full.alive).tolist()) == naive(tiny, entries)
        alive = np.flatnonzero(region.full.alive)
        live = alive[alive == alive.max()]
        found = set(region.leading_to(live).tolist())
        for node in set(region.inside.tolist()) - found:
            beyond = graph.nothing()
            beyond.alive[:] = (
                region.plain.alive
            )  # a way through what is reachable otherwise is none behind the stores
            beyond.alive[node] = True
            graph.extend(beyond, np.array([node], dtype=np.int64))
            within = {n for n in np.flatnonzero(beyond.alive).tolist() if not region.plain.alive[n]}
            plainly = not region.plain.alive[live[0]]
            assert not plainly or live[0] not in within or live[0] == node


@CALM
@given(edge_lists, st.lists(st.lists(st.integers(0, 39), min_size=1, max_size=3), min_size=1, max_size=5))
def test_a_groups_size_is_what_is_unreachable_without_its_edges_alone(
    tmp_path: Path, edges: list[tuple[int, str, int]], picks: list[list[int]]
) -> None:
    tiny = make(edges, [])
    chosen = [{pick % len(edges) for pick in group} if edges else set() for group in picks]
    base = naive(tiny, [], cut=set().union(*chosen))
    # Edges of a group leave what is alive without any group, as the edges into what a slot keeps do.
    strong = [
        {n for n in group if edges[n][0] in base and edges[n][1] not in ("weak", "shortcut")}
        for group in chosen
    ]
    base = naive(tiny, [], cut=set().union(*strong))
    full = naive(tiny, [])
    place = numbers_in_file(tiny)

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), [*NEEDLES, *heap_graph.NEEDLES]) as snapshot:
        graph = Graph(snapshot)
        everything = graph.from_root()
        groups = [np.array(sorted(place[n] for n in group), dtype=np.int64) for group in strong]
        with graph.without(np.unique(np.concatenate(groups))):
            reach = graph.from_root()
            assert set(np.flatnonzero(reach.alive).tolist()) == base
            sizes = retained(graph, reach, everything.alive, groups)

    for number, group in enumerate(strong):
        others = set().union(*(other for at, other in enumerate(strong) if at != number))
        lost = full - naive(tiny, [], cut=group - others)
        assert sizes[number] == sum(tiny.nodes[node][2] for node in lost)


def test_a_value_of_a_weak_map_is_dead_without_its_key_or_without_its_table(tmp_path: Path) -> None:
    for held in ((), ("key",), ("table",), ("key", "table")):
        tiny = Tiny()
        nodes = {"key": tiny.node("K"), "table": tiny.node("", "array")}
        value = tiny.node("V")
        tiny.entry(nodes["key"], nodes["table"], value)
        for name in held:
            tiny.edge(0, nodes[name], 1, "element")

        with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), heap_graph.NEEDLES) as snapshot:
            alive = bool(Graph(snapshot).from_root().alive[value])

        assert alive is (held == ("key", "table"))


def test_a_property_that_is_only_named_like_a_weak_map_entry_is_an_ordinary_edge(tmp_path: Path) -> None:
    tiny = Tiny()
    liar = tiny.node("Liar")
    target = tiny.node("T")
    tiny.edge(0, liar)
    tiny.edge(liar, target, "3 / part of key (K @1) -> value (V @5) pair in WeakMap (table @99)")

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), heap_graph.NEEDLES) as snapshot:
        assert Graph(snapshot).from_root().alive[target]


def test_the_target_of_a_weak_reference_of_node_16_is_not_alive(tmp_path: Path) -> None:
    tiny = Tiny()
    reference = tiny.node("WeakRef")
    target = tiny.node("T")
    tiny.edge(0, reference)
    tiny.edge(reference, target, 2, "hidden")

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), heap_graph.NEEDLES) as snapshot:
        assert not Graph(snapshot).from_root().alive[target]


def test_a_list_of_a_hundred_thousand_objects_is_walked_to_its_end(tmp_path: Path) -> None:
    tiny = Tiny()
    before = 0
    for _ in range(100_000):
        node = tiny.node("Link")
        tiny.edge(before, node, "next")
        before = node

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), heap_graph.NEEDLES) as snapshot:
        assert Graph(snapshot).from_root().alive.all()


@CALM
@given(edge_lists, entry_lists, st.sets(st.integers(1, COUNT), min_size=1, max_size=4), st.integers(1, COUNT))
def test_going_on_with_the_first_walk_reaches_what_a_new_walk_does(
    tmp_path: Path,
    edges: list[tuple[int, str, int]],
    entries: list[tuple[int, int, int]],
    stores: set[int],
    instance: int,
) -> None:
    tiny = make(edges, entries)

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot"), [*NEEDLES, *heap_graph.NEEDLES]) as snapshot:
        graph = Graph(snapshot)
        region = RetainedRegion.behind(graph, np.array(sorted(stores), dtype=np.int64))
        live = np.array([instance], dtype=np.int64)
        live = live[region.full.alive[live]]
        leading = region.leading_to(live)
        kept = np.union1d(np.intersect1d(sorted(stores), leading), live[region.plain.alive[live]])

        assert region.without(kept).alive.tolist() == graph.from_root(blocked=kept).alive.tolist()
