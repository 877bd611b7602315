"""Blame, on heaps that are drawn by hand: one connection's requests behind the first slot, and odd shapes."""

from pathlib import Path

from patcher.heap import count
from patcher.heap.blame.known_slots import held_slots
from tests.heap.tiny import Tiny


def request(tiny: Tiny, url: str) -> tuple[int, int]:
    """A store and its request; the numbers of both."""
    store, message = tiny.node("Object"), tiny.node("IncomingMessage", size=100)
    tiny.edge(store, message, "req")
    tiny.edge(message, tiny.node(url, "string"), "url")
    return store, message


def server(tiny: Tiny) -> int:
    node = tiny.node("NextServer")
    tiny.edge(0, node, 1, "element")
    return node


def keep(tiny: Tiny, owner: int, name: str, kind: str, store: int, symbol: str = "kResourceStore") -> int:
    """A promise or timer in the property `name` of `owner`, made under `store`."""
    resource = tiny.node(kind)
    tiny.edge(owner, resource, name)
    tiny.edge(resource, store, f"<symbol {symbol}>")
    return resource


def test_later_requests_of_a_connection_are_blamed_on_the_slot_that_keeps_the_first(tmp_path: Path) -> None:
    tiny = Tiny()
    store, message = request(tiny, "/0")
    keep(tiny, server(tiny), "reqHandlerPromise", "Promise", store, "ddResourceStore")
    for number in range(1, 500):
        socket = tiny.node("Socket")
        tiny.edge(message, socket, "socket")
        store, message = request(tiny, f"/{number}")
        keep(tiny, socket, "<symbol timeout>", "Timeout", store, "ddResourceStore")

    report = count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots())

    assert report.count == 500
    assert [(group.slot, group.count) for group in report.groups] == [("NextServer.reqHandlerPromise", 500)]
    assert report.groups[0].retained == report.released
    assert report.released >= 500 * 100


def test_a_store_under_a_frame_of_node_24_counts_through_a_pending_promise_too(tmp_path: Path) -> None:
    tiny = Tiny()
    store, _ = request(tiny, "/")
    frame, table = tiny.node("AsyncContextFrame"), tiny.node("", "array")
    tiny.edge(frame, table, "table", "internal")
    tiny.edge(table, store, "6", "internal")
    promise, reaction = tiny.node("Promise"), tiny.node("system / PromiseReaction", "code")
    tiny.edge(server(tiny), promise, "serverPromise")
    tiny.edge(promise, reaction, "reactions_or_result", "internal")
    tiny.edge(reaction, frame, "continuation", "internal")

    report = count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots())

    group = report.groups[0]
    assert (group.label, group.rule) == ("Promise in NextServer.serverPromise", "next/server-promise")


def test_dd_trace_5_hides_the_store_behind_a_weak_map_keyed_by_a_handle(tmp_path: Path) -> None:
    tiny = Tiny()
    store, _ = request(tiny, "/")
    handle, table = tiny.node("Object"), tiny.node("", "array")
    tiny.edge(0, table, 1, "element")
    tiny.entry(handle, table, store)
    owner = tiny.node("LoadableSubscription")
    tiny.edge(0, owner, 2, "element")
    keep(tiny, owner, "_delay", "Timeout", handle)

    report = count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots())

    assert [(group.label, group.count) for group in report.groups] == [
        ("Timeout in LoadableSubscription._delay", 1)
    ]


def test_a_promise_held_by_two_classes_has_two_slots_and_neither_alone_releases_it(tmp_path: Path) -> None:
    tiny = Tiny()
    store, _ = request(tiny, "/")
    promise = keep(tiny, server(tiny), "reqHandlerPromise", "Promise", store)
    other = tiny.node("Registry")
    tiny.edge(0, other, 2, "element")
    tiny.edge(other, promise, "pending")

    report = count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots())

    assert {group.slot for group in report.groups} == {"NextServer.reqHandlerPromise", "Registry.pending"}
    assert [group.retained for group in report.groups] == [0, 0]
    assert report.released > 0


def test_an_unreachable_instance_is_not_counted(tmp_path: Path) -> None:
    tiny = Tiny()
    store, message = request(tiny, "/")
    tiny.edge(0, message, 1, "weak")
    tiny.edge(store, message, "again")

    report = count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots())

    assert report.count == 0
    assert report.known


def test_a_request_of_an_open_connection_is_said_to_be_one(tmp_path: Path) -> None:
    tiny = Tiny()
    _, message = request(tiny, "/")
    socket, parser = tiny.node("Socket"), tiny.node("HTTPParser")
    tiny.edge(0, socket, 1, "element")
    tiny.edge(socket, parser, "parser")
    tiny.edge(parser, message, "incoming")

    report = count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots())

    assert [group.slot for group in report.groups] == ["(an open connection)"]


def test_a_prototype_that_object_made_is_no_instance(tmp_path: Path) -> None:
    tiny = Tiny()
    maker = tiny.node("Object", "closure")
    shape = tiny.node("system / Map", "hidden")
    tiny.edge(shape, maker, "constructor", "internal")
    prototype = tiny.node("IncomingMessage")
    tiny.edge(0, prototype, 1, "element")
    tiny.edge(prototype, shape, "map", "internal")

    assert count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots()).count == 0


def test_slots_beyond_the_first_hundred_are_one_group_and_no_instance_is_lost(tmp_path: Path) -> None:
    tiny = Tiny()
    for number in range(130):
        owner = tiny.node(f"Owner{number}")
        tiny.edge(0, owner, number + 1, "element")
        store, _ = request(tiny, f"/{number}")
        keep(tiny, owner, "p", "Promise", store)

    report = count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots())

    assert len(report.groups) == 101
    assert report.groups[0].label == "object in (30 more slots)"
    assert sum(group.count for group in report.groups) == 130
    assert report.count == 130
    assert all(instance.slots for instance in report.instances)


def test_a_store_in_a_dead_weak_map_with_a_live_key_keeps_nothing(tmp_path: Path) -> None:
    tiny = Tiny()
    store, _ = request(tiny, "/")
    handle, table = tiny.node("Object"), tiny.node("", "array")
    tiny.entry(handle, table, store)
    keep(tiny, server(tiny), "reqHandlerPromise", "Promise", handle)
    keep(tiny, tiny.node("Unreachable"), "p", "Promise", store)

    assert count(tiny.write(tmp_path / "a.heapsnapshot"), known=held_slots()).count == 0
