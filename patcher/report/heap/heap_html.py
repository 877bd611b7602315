"""`nextfix heap` as one HTML file that needs nothing else: no script, no font, no request.

Whatever comes from the heap is escaped by the template, and goes through `shown`: without control characters, cut
to a length.
"""

import patcher
from patcher.heap import HeapReport, SnapshotComparison
from patcher.report.heap import heap_words
from patcher.report.heap.heap_text import slot_counts
from patcher.report.html_page import html_page

_GROUPS = 100
_INSTANCES = 500
_URLS = 20


def render(result: HeapReport | SnapshotComparison) -> str:
    """The report or the comparison as a whole HTML document."""
    comparison = result if isinstance(result, SnapshotComparison) else None
    last = comparison.after if comparison else result
    assert isinstance(last, HeapReport)
    return html_page(
        "heap/heap.html.j2",
        "patcher.report.heap:heap.css",
        heap_words.shown,
        title=heap_words.headline(last),
        last=last,
        comparison=comparison,
        slot_counts=list(slot_counts(comparison).items())[:_GROUPS] if comparison else [],
        most=max((group.count for group in last.groups), default=1),
        most_groups=_GROUPS,
        most_instances=_INSTANCES,
        most_urls=_URLS,
        version=patcher.__version__,
        headline=heap_words.headline,
        heap_words=heap_words.heap_words,
        tracer_words=heap_words.tracer_words,
        made_remark=heap_words.made_remark,
        chain_words=heap_words.chain_words,
        fix_command=heap_words.fix_command,
        size=heap_words.size,
    )
