"""The words that text and HTML of `nextfix heap` share; names from a heap are untrusted, see `shown`."""

import re

from patcher.heap import REQUESTS, HeapReport, SlotGroup, Step
from patcher.text.display import one_line

_LONGEST_NAME = 160
_HEAD, _TAIL = 3, 9
_SYMBOL = re.compile(r"<symbol (.*)>", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")


def shown(text: str) -> str:
    """A name or url from a heap on one line, without control characters, not longer than a screen takes."""
    safe = one_line(text[:_LONGEST_NAME])
    return safe if len(text) <= _LONGEST_NAME else f"{safe}…"


def size(count: int) -> str:
    """Bytes in words: `18.2 KB`, by thousands as Chrome DevTools counts."""
    if count < 1000:
        return f"{count} B"
    value, unit = float(count), 0
    while value >= 999.95 and unit < 4:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {'BKMGT'[unit]}B"


def headline(report: HeapReport) -> str:
    """`3 requests are alive (3 SpanImpl, 1 IncomingMessage), kept by 2 slots`, or of a class how many are."""
    slots = f"kept by {len(report.groups):,} slot{'' if len(report.groups) == 1 else 's'}"
    if report.class_name == REQUESTS:
        if not report.count:
            return f"nothing of a request is alive (counted: {', '.join(_class_names(report))})"
        return f"{alive_words(report)}, {slots}"
    name = shown(report.class_name)
    return f"{alive_words(report)}, {slots}" if report.count else f"no {name} is alive"


def alive_words(report: HeapReport) -> str:
    """`3 requests are alive (3 SpanImpl, 1 IncomingMessage)`, or of a class `3 Keeper are alive`."""
    if report.class_name == REQUESTS:
        counts = ", ".join(f"{count:,} {shown(name)}" for name, count in report.classes if count)
        noun = "request is" if report.requests == 1 else "requests are"
        return f"{report.requests:,} {noun} alive ({counts})"
    return f"{report.count:,} {shown(report.class_name)} {'is' if report.count == 1 else 'are'} alive"


def tracer_words(report: HeapReport) -> str:
    """What to know of tracers that are loaded and whose class is not known, '' when there is none."""
    if not report.unknown_tracers:
        return ""
    names = ", ".join(shown(name) for name in report.unknown_tracers)
    return f"{names} is loaded: what it keeps of a request is not counted; name its class with --class"


def _class_names(report: HeapReport) -> list[str]:
    return [shown(name) for name, _ in report.classes]


def heap_words(report: HeapReport) -> str:
    """The size of the heap, and what the slots hold of it."""
    held = f"; the slots together retain {size(report.released)}" if report.count else ""
    return f"heap of {size(report.heap_size)} in {report.nodes:,} nodes, {report.edges:,} edges{held}"


def made_remark(group: SlotGroup) -> str:
    """What is known of the place where a slot's thing was made."""
    return f" (rule {group.rule})" if group.rule else " (no rule knows this place)"


def fix_command(group: SlotGroup) -> str:
    """The command that rewrites the slot's code, '' when no rule does."""
    return f"nextfix apply --rule {group.rule}" if group.rule else ""


def chain_words(group: SlotGroup, last: str) -> list[tuple[str, bool]]:
    """The retainer chain, one text a step, and whether the step is the slot; V8's own roots are left out.

    Of a long chain the steps near the roots, near the slot and near the instance are given, with a `…`
    between.
    """
    steps = [(_step_words(step), number == group.at) for number, step in enumerate(group.chain)]
    first = next((n for n, step in enumerate(group.chain) if not step.owner.startswith("(")), 0)
    start = min(first, group.at)
    near = range(max(start, group.at - 2), group.at + 3)
    keep = {*range(start, start + _HEAD), *near, *range(len(steps) - _TAIL, len(steps))}
    words: list[tuple[str, bool]] = []
    for number in range(start, len(steps)):
        if number in keep:
            words.append(steps[number])
        elif words and words[-1][0] != "…":
            words.append(("…", False))
    return [*words, (shown(last), False)]


def _step_words(step: Step) -> str:
    owner, edge = shown(step.owner), shown(step.edge)
    symbol = _SYMBOL.fullmatch(edge)
    if symbol:
        return f"{owner}[{symbol[1]}]"
    if edge.startswith("["):
        return f"{owner}{edge}"
    return f"{owner}.{edge}" if _IDENTIFIER.fullmatch(edge) else f"{owner}[{edge}]"
