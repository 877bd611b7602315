"""`nextfix heap` as text for a terminal."""

from collections.abc import Iterable
from itertools import islice

from patcher.heap import HeapReport, Instance, SlotGroup, SnapshotComparison
from patcher.report.heap.heap_words import (
    chain_words,
    fix_command,
    headline,
    heap_words,
    made_remark,
    shown,
    size,
    tracer_words,
)

_URLS = 5
_GROUPS = 40
_SLOTS = 12


def render(result: HeapReport | SnapshotComparison) -> str:
    """The report or the comparison in lines, the last one ended."""
    lines = _comparison(result) if isinstance(result, SnapshotComparison) else _report(result)
    return "\n".join(lines) + "\n"


def _report(report: HeapReport) -> Iterable[str]:
    yield headline(report)
    yield heap_words(report)
    if tracer_words(report):
        yield tracer_words(report)
    yield from _groups(report)
    if len(report.groups) > _GROUPS:
        yield f"\nand {len(report.groups) - _GROUPS:,} more slots: see --format json"


def _groups(report: HeapReport) -> Iterable[str]:
    """The lines of each slot; urls that a slot before it has, all of them, are not repeated."""
    listed: dict[tuple[str, ...], str] = {}
    for group in report.groups[:_GROUPS]:
        yield ""
        yield from _group(group, listed.get(group.urls, ""))
        listed.setdefault(group.urls, group.label)


def _group(group: SlotGroup, same: str) -> Iterable[str]:
    objects = f", {group.count:,} objects" if group.count != group.requests else ""
    yield f"  {group.requests:,} by {shown(group.label)}{objects}, alone retains {size(group.retained)}"
    if group.origin:
        yield f"     from:  {shown(group.origin)}"
    for place in group.made:
        yield f"     made:  {shown(place)}{made_remark(group)}"
    if group.urls and same:
        yield f"     url:   those of {shown(same)}"
    elif group.urls:
        more = f" and {len(group.urls) - _URLS:,} more" if len(group.urls) > _URLS else ""
        yield f"     url:   {', '.join(shown(url) for url in group.urls[:_URLS])}{more}"
    if group.chain:
        words = (f"*{text}*" if slot else text for text, slot in chain_words(group, group.last))
        yield f"     chain: {' -> '.join(words)}"
    if group.rule:
        yield f"     rule:  {group.rule}, fixed by: {fix_command(group)}"


def _comparison(comparison: SnapshotComparison) -> Iterable[str]:
    before, after = comparison.before, comparison.after
    yield f"before: {headline(before)}; {heap_words(before)}"
    yield f"after:  {headline(after)}; {heap_words(after)}"
    if comparison.one_process:
        yield ""
        parts = (("came", comparison.came), ("stayed", comparison.stayed), ("gone", comparison.gone))
        for word, instances in parts:
            yield f"  {word + ':':8}{len(instances):>7,}{_urls(instances)}"
    else:
        yield "the snapshots are of different processes: only the slots can be compared"
    yield ""
    yield f"  {'before':>8} {'after':>8}  slot"
    rows = slot_counts(comparison)
    for label, (old, new) in islice(rows.items(), _SLOTS):
        yield f"  {old:>8,} {new:>8,}  {shown(label)}"
    if len(rows) > _SLOTS:
        yield f"  and {len(rows) - _SLOTS:,} more slots: see --format json"
    yield from _groups(after)


def slot_counts(comparison: SnapshotComparison) -> dict[str, tuple[int, int]]:
    """For each slot the instances it keeps before and after, most after first."""
    old = {group.label: group.count for group in comparison.before.groups}
    new = {group.label: group.count for group in comparison.after.groups}
    counts = {label: (old.get(label, 0), new.get(label, 0)) for label in {**new, **old}}
    return dict(sorted(counts.items(), key=lambda item: (-item[1][1], -item[1][0], item[0])))


def _urls(instances: tuple[Instance, ...]) -> str:
    urls = dict.fromkeys(shown(instance.url) for instance in instances if instance.url)
    more = " ..." if len(urls) > _URLS else ""
    return f"  {', '.join(islice(urls, _URLS))}{more}" if urls else ""
