"""The results of `nextfix prove` as tables for the terminal."""

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from patcher.prove.cost import against, processor, rates
from patcher.prove.result import Cost, ExperimentResult, MeasuredSlot, pages_in_words
from patcher.prove.spoken import UNKNOWN, counted
from patcher.text.display import one_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

MEGABYTE = 1e6
NAMED_SLOTS = 6  # in one line of advice
COST_HEADINGS = (
    "packages", "servers built", "requests/s", "of the original", "processor ms/request", "of the original",
)  # fmt: skip
AXES = ("style", "traffic", "prepare")  # what an experiment can differ in, besides the releases
KEPT = "requests still in memory after the connections closed and a forced collection"


def print_results(results: list[ExperimentResult], console: "Console") -> None:
    """Print every result: one in full, several as a table with a line each.

    Args:
        results: at least one.
        console: where to.
    """
    alone = len(results) == 1 and not results[0].error
    blocks = _in_full(results[0]) if alone else [f"{KEPT}:", _matrix(results)]
    for block in blocks:
        console.print(block)


def _in_full(result: ExperimentResult) -> list["RenderableType"]:
    from rich.markup import escape

    blocks: list[RenderableType] = [escape(one_line(subject_line(result)))]
    blocks += [escape(one_line(f"note: {note}")) for note in result.subject.get("notes", ())]
    if result.measurements:
        blocks += [f"{KEPT}; counted: {result.counted.of}", _pages(result)]
        blocks += [escape(one_line(line)) for line in alive_lines(result)]
    for phase in result.phases:
        blocks += [escape(one_line(line)) for line in slot_lines(result, phase)]
    blocks += [escape(one_line(line)) for line in (static_line(result), *advice_lines(result)) if line]
    blocks += _cost(result) if result.cost else []
    return [*blocks, f"repeat: {escape(one_line(result.command))}"]


def subject_line(result: ExperimentResult) -> str:
    """What ran, in one line."""
    subject = result.subject
    parts = [f"next {subject['next']}, {subject['tracer']}" if "next" in subject else str(subject["app"])]
    parts += [f"Node {subject['node']}", str(subject["traffic"]), f"style {subject['style']}"]
    parts += ["without prepare()"] if subject.get("prepare") is False else []
    return ", ".join(parts)


def _table() -> "Table":
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, pad_edge=False)


def _pages(result: ExperimentResult) -> "Table":
    table = _table()
    table.add_column("page")
    for heading in ("sent", *result.phases):
        table.add_column(heading, justify="right")
    for name in result.pages:
        counts = [result.cell(phase, name) for phase in result.phases]
        sent = next(each.requests[name] for each in result.measurements if name in each.requests)
        table.add_row(one_line(name), str(sent), *(_bold(count) for count in counts))
    totals = [_bold(result.retained(phase)) for phase in result.phases]
    table.add_row("all", str(result.sent(result.last)), *totals, end_section=True)
    heaps = [_megabytes(result, phase) for phase in result.phases]
    table.add_row("heap, MB", "", *heaps)
    return table


def _bold(count: int | None) -> str:
    return "" if count is None else f"[bold red]{count}[/]" if count else "0"


def _megabytes(result: ExperimentResult, phase: str) -> str:
    """The mean heap of the servers of a phase."""
    sizes = [each.heap_bytes for each in result.measurements if each.phase == phase]
    return f"{sum(sizes) / len(sizes) / MEGABYTE:.1f}" if sizes else ""


def slot_lines(result: ExperimentResult, phase: str) -> list[str]:
    """Who keeps the requests of `phase`: `/demo, original: 20 by Promise in NextServer.reqHandlerPromise`."""
    return [
        f"{pages_in_words(each.requests)}, {phase}: {slot.requests} by {slot.label}{slot_remarks(slot)}"
        for each in result.measurements
        if each.phase == phase
        for slot in each.slots
    ]


def slot_remarks(slot: MeasuredSlot) -> str:
    """What is known of a slot besides its name: what speaks of it, where it is, whether it grows."""
    made = f"made at {', '.join(slot.made)}" if slot.made else ""
    remarks = [remark for remark in (slot.said or slot.rule, slot.origin, made, slot.growth) if remark]
    return f" ({'; '.join(remarks)})" if remarks else ""


def static_line(result: ExperimentResult) -> str:
    """How many keepers of the original a rule or a finding of `nextfix check` speaks of, and how many none."""
    return counted(slot for each in result.measurements if each.phase == result.first for slot in each.slots)


def alive_lines(result: ExperimentResult) -> list[str]:
    """The live objects of each class that was counted, a line a phase; none where nothing is alive."""
    lines = []
    for phase in result.phases:
        counts: Counter[str] = Counter()
        for each in result.measurements:
            if each.phase == phase:
                counts.update(each.alive)
        if counts:
            said = ", ".join(f"{count} {name}" for name, count in counts.most_common())
            lines.append(f"alive, {phase}: {said}")
    return lines


def advice_lines(result: ExperimentResult) -> list[str]:
    """What to do about what stays in the last phase and no rule reaches; nothing when all is released."""
    left = [
        slot
        for each in result.measurements
        if each.phase == result.last
        for slot in each.slots
        if slot.rule is None
    ]
    if not left:
        return []
    found = [slot for slot in left if slot.said != UNKNOWN]
    missed = [slot for slot in left if slot.said == UNKNOWN]
    lines = []
    if found:
        lines = [
            f"no rule is for {_some(found)}:",
            "  of your own code: nextfix check --scope source names the line, --fix rewrites it",
            "  of a dependency: nextfix check --scope deps names it, apply --scope rules,deps rewrites it",
        ]
    if missed:
        lines += [
            f"{UNKNOWN}: {_some(missed)}",
            "  where each was made: nextfix prove app DIR --probe; a rule for it: nextfix rule new",
        ]
    return lines


def _some(slots: list[MeasuredSlot]) -> str:
    """The labels of `slots`, each once, and how many there are beyond the first few."""
    labels = list(dict.fromkeys(slot.label for slot in slots))
    more = f" and {len(labels) - NAMED_SLOTS} more" if len(labels) > NAMED_SLOTS else ""
    return f"{', '.join(labels[:NAMED_SLOTS])}{more}"


def _cost(result: ExperimentResult) -> list["RenderableType"]:
    first = result.cost[0]
    table = _table()
    for heading in COST_HEADINGS:
        table.add_column(heading, justify="left" if heading == COST_HEADINGS[0] else "right")
    for cost in result.cost:
        table.add_row(*cost_cells(cost, first))
    said = (
        f"cost: servers built by {first.cold_requests} concurrent first requests "
        f"{'after' if first.prepared else 'without'} prepare(); medians of {len(first.rounds)} rounds, in turns:"
    )
    return [said, table]


def cost_cells(cost: Cost, original: Cost) -> list[str]:
    """One state of the packages, beside the original, under COST_HEADINGS."""
    return [
        cost.name,
        built(cost),
        spread(rates(cost)),
        f"{against(rates, cost, original):.0%}",
        spread(processor(cost), 2),
        f"{against(processor, cost, original):.0%}",
    ]


def spread(numbers: list[float], digits: int = 0) -> str:
    """The median, and in brackets the smallest and the largest."""
    middle, low, high = (f"{number:,.{digits}f}" for number in (median(numbers), min(numbers), max(numbers)))
    return f"{middle} ({low} to {high})"


def built(cost: Cost) -> str:
    """The servers that were built, as a number or, when the cold starts differ, a range."""
    fewest, most = min(cost.servers_built), max(cost.servers_built)
    return f"{fewest}" if fewest == most else f"{fewest} to {most}"


def differing_keys(results: list[ExperimentResult]) -> list[str]:
    """The keys of the subject in which the experiments differ: the releases, and what differs."""
    differing = [
        key for key in AXES if len({result.subject.get(key) for result in results if not result.error}) > 1
    ]
    return ["next", "tracer", "node", *differing]


def _matrix(results: list[ExperimentResult]) -> "Table":
    from rich.markup import escape

    table = _table()
    keys = differing_keys(results)
    for heading in (*keys, "sent", "original", "all rules", "first kept by"):
        table.add_column(heading, justify="right" if heading in {"sent", "original", "all rules"} else "left")
    for result in results:
        subject = result.subject
        names = [escape(one_line(str(subject.get(key, "")))) for key in keys]
        if result.error:
            table.add_row(*names, "", "", "", escape(one_line(result.error)))
            continue
        counts = [_bold(result.retained(phase)) for phase in (result.first, result.last)]
        slots = [slot.label for each in result.measurements for slot in each.slots]
        table.add_row(*names, str(result.sent(result.first)), *counts, escape(one_line("".join(slots[:1]))))
    return table
