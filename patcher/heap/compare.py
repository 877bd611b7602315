"""Two snapshots of one class: what came, what stayed, what went."""

from patcher.heap.records import HeapReport, SnapshotComparison


def compare(before: HeapReport, after: HeapReport) -> SnapshotComparison:
    """Tell the instances of two snapshots apart by V8's object ids.

    Args:
        before: the first snapshot's report.
        after: the second's, of the same class.
    """
    first = {instance.id: instance for instance in before.instances}
    second = {instance.id: instance for instance in after.instances}
    both = first.keys() & second.keys()
    return SnapshotComparison(
        before=before,
        after=after,
        came=tuple(instance for number, instance in second.items() if number not in both),
        stayed=tuple(instance for number, instance in second.items() if number in both),
        gone=tuple(instance for number, instance in first.items() if number not in both),
        one_process=all(first[number].url == second[number].url for number in both),
    )
