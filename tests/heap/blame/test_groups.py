"""What keeps a request in a real heap: leaky_server.js keeps one in each way, under a url of its own."""

from pathlib import Path

import pytest

from patcher.heap import HeapReport, SlotGroup, count
from patcher.heap.blame.known_slots import held_slots


@pytest.fixture(scope="module")
def report(leaky_heap: Path) -> HeapReport:
    return count(leaky_heap, known=held_slots())


def group_of(report: HeapReport, slot: str) -> SlotGroup:
    found = [group for group in report.groups if group.slot == slot]
    assert len(found) == 1, [group.label for group in report.groups]
    return found[0]


def urls(report: HeapReport) -> set[str | None]:
    return {instance.url for instance in report.instances}


@pytest.mark.usefixtures("promises_carry")
def test_a_memoized_promise_is_blamed_with_the_property_of_the_class_and_its_rule(report: HeapReport) -> None:
    group = group_of(report, "NextServer.reqHandlerPromise")

    assert (group.kind, group.count, group.urls) == ("Promise", 1, ("/memo",))
    assert group.rule == "next/request-handler-promise"
    step = group.chain[group.at]
    assert (step.owner, step.edge) == ("NextServer", "reqHandlerPromise")
    assert [step.owner for step in group.chain[group.at + 1 :]] == ["Promise", "Object"]


@pytest.mark.usefixtures("promises_carry")
def test_a_request_with_two_holders_has_both_slots_and_neither_alone_releases_it(report: HeapReport) -> None:
    timer = group_of(report, "LoadableSubscription._delay")
    promise = group_of(report, "LoadableSubscription._res.promise")

    assert (timer.kind, promise.kind) == ("Timeout", "Promise")
    assert timer.urls == promise.urls == ("/two",)
    assert timer.rule == promise.rule == "next/loadable"
    held = next(instance for instance in report.instances if instance.url == "/two")
    assert set(held.slots) == {timer.label, promise.label}
    assert timer.retained < held.size
    assert promise.retained < held.size


def test_a_cleared_timer_is_blamed_by_its_owners_properties_when_a_bundle_renamed_the_class(
    report: HeapReport,
) -> None:
    group = group_of(report, "a._timeout")

    assert (group.kind, group.urls, group.rule) == ("Timeout", ("/renamed",), "next/loadable-runtime")


def test_a_request_in_an_array_or_a_map_is_blamed_on_the_class_that_has_it(report: HeapReport) -> None:
    assert group_of(report, "Keeper.kept[*].request").urls == ("/array",)
    assert group_of(report, "Keeper.byUrl[*].response.req").urls == ("/map",)


def test_a_value_of_a_live_weak_map_is_blamed_on_its_key(report: HeapReport) -> None:
    assert group_of(report, "Key[WeakMap value].held").urls == ("/weak",)


@pytest.mark.usefixtures("promises_carry")
def test_a_module_variable_is_named_with_its_file(report: HeapReport) -> None:
    assert group_of(report, "tail in (heap/leaky_server.js)").urls == ("/tail",)


def test_what_is_only_weakly_reachable_or_in_a_dead_weak_map_is_not_retained(report: HeapReport) -> None:
    assert not urls(report) & {"/dead", "/ref", "/again"}


def test_prototypes_and_what_object_create_made_of_them_are_no_instances(report: HeapReport) -> None:
    assert None not in urls(report)


def test_each_slots_own_size_is_within_what_all_slots_hold_together(report: HeapReport) -> None:
    sizes = [group.retained for group in report.groups]

    assert 0 < sum(sizes) <= report.released < report.heap_size


def test_every_instance_has_a_slot_and_every_slot_its_instances(report: HeapReport) -> None:
    assert all(instance.slots for instance in report.instances)
    for group in report.groups:
        assert group.count == sum(group.label in instance.slots for instance in report.instances)


def test_any_other_class_can_be_counted(leaky_heap: Path) -> None:
    report = count(leaky_heap, "Keeper")

    assert report.count == 1
    assert report.instances[0].url is None


def test_a_class_that_the_heap_does_not_have_is_said_to_be_unknown(leaky_heap: Path) -> None:
    report = count(leaky_heap, "NoSuchClassAnywhere")

    assert (report.count, report.groups, report.known) == (0, (), False)
