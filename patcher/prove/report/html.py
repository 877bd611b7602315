"""The HTML report of `nextfix prove`: one file, no script, nothing fetched, light and dark."""

from statistics import median

from patcher.prove.cost import processor
from patcher.prove.report.plots import Line, bars, chain, lines, text
from patcher.prove.report.text_tables import (
    COST_HEADINGS,
    MEGABYTE,
    advice_lines,
    alive_lines,
    cost_cells,
    differing_keys,
    static_line,
    subject_line,
)
from patcher.prove.result import Cost, ExperimentResult, MeasuredSlot, Measurement, Sample, pages_in_words
from patcher.report.html_page import html_page

LONGEST_CHAIN = 14
LAST = 2
MANY_PAGES = 8  # more have no room for those of which nothing is kept
BETWEEN = (1, 3)  # the colours of the states between the original and the last
REQUEST = "request"
Bars = list[tuple[str, int, float]]


def page(results: list[ExperimentResult]) -> str:
    """The report of one experiment in full, or of several as a table.

    Args:
        results: at least one.
    """
    from markupsafe import Markup

    body = _in_full(results[0]) if len(results) == 1 and not results[0].error else _matrix(results)
    # The body is made of our own elements, and of text that `text` has escaped.
    style = "patcher.prove.report:prove.css"
    return html_page("page.html.j2", style, title="nextfix prove", body=Markup(body))


def _in_full(result: ExperimentResult) -> str:
    return "\n".join(
        [
            f"<h1>Requests that {text(_heading(result))} keeps, before and after nextfix apply</h1>",
            f'<p class="soft">{text(subject_line(result))}</p>',
            *(f"<p>{text(note)}</p>" for note in result.subject.get("notes", ())),
            *_kept(result),
            _cost(result),
            _method(result),
        ]
    )


def _heading(result: ExperimentResult) -> str:
    """The name of the user's own app, or of the release of next."""
    subject = result.subject
    return str(subject.get("app") or f"a server of next {subject.get('next', '')}".strip())


def _kept(result: ExperimentResult) -> list[str]:
    if not result.measurements:
        return []
    alive = "".join(f"<p class='soft'>{text(line)}</p>" for line in alive_lines(result))
    known = static_line(result)
    said = f"<p>{text(known)}</p>" if known else ""
    said += "".join(
        f'<p class="advice">{text(line.strip())}</p>' if line.startswith(" ") else f"<p>{text(line)}</p>"
        for line in advice_lines(result)
    )
    shown = [_verdict(result), alive, said, _legend(result)]
    return [*shown, _before_after(result), _over_time(result), _chains(result)]


def _colour(result: ExperimentResult, phase: str) -> int:
    """The original is 0 and the last phase 2; those between take turns."""
    if phase in (result.first, result.last):
        return 0 if phase == result.first else LAST
    return BETWEEN[(list(result.phases).index(phase) - 1) % len(BETWEEN)]


def _verdict(result: ExperimentResult) -> str:
    counts = [(result.retained(phase), result.sent(phase), phase) for phase in result.phases]
    said = "; ".join(
        f'<b class="{"kept" if kept else "clean"}">{kept} of {sent}</b> with {text(_in_words(phase))}'
        for kept, sent, phase in counts
    )
    return f'<p class="verdict">Requests still in memory: {said}.</p>'


def _in_words(phase: str) -> str:
    if phase == "original":
        return "the packages as installed"
    return "the packages rewritten detached" if phase == "detached" else f"{phase} applied"


def _legend(result: ExperimentResult) -> str:
    items = (
        f'<li style="--colour: var(--phase-{_colour(result, phase)})">{text(phase)}</li>'
        for phase in result.phases
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _before_after(result: ExperimentResult) -> str:
    kept = {
        name: [
            (phase, _colour(result, phase), float(result.cell(phase, name) or 0)) for phase in result.phases
        ]
        for name in result.pages
    }
    kept, empty = _without_empty(kept)
    none = f"<p class='soft'>0 in every state: {text(', '.join(empty))}</p>" if empty else ""
    heaps = {
        pages_in_words(group): [
            (each.phase, _colour(result, each.phase), each.heap_bytes / MEGABYTE)
            for each in result.measurements
            if tuple(each.requests) == group
        ]
        for group in _groups(result)
    }
    return (
        '<div class="grid">'
        + _card("Requests kept, by page", bars("requests kept, by page", kept) + none)
        + _card("Heap at the end", bars("heap at the end, by server", heaps, " MB"))
        + "</div>"
    )


def _without_empty(kept: dict[str, Bars]) -> tuple[dict[str, Bars], list[str]]:
    """The pages of which something is kept, and the others, when all together would be too many to show."""
    some = {name: states for name, states in kept.items() if any(count for *_, count in states)}
    if len(kept) <= MANY_PAGES or not some:
        return kept, []
    return some, [name for name in kept if name not in some]


def _card(title: str, content: str) -> str:
    return f'<section class="card"><h3>{text(title)}</h3>{content}</section>'


def _groups(result: ExperimentResult) -> list[tuple[str, ...]]:
    """The pages that shared a server."""
    return list(dict.fromkeys(tuple(each.requests) for each in result.measurements))


def _over_time(result: ExperimentResult) -> str:
    cards = []
    for group in _groups(result):
        shared = [each for each in result.measurements if tuple(each.requests) == group]
        name = pages_in_words(group)
        live = [Line(each.phase, _colour(result, each.phase), _alive(each.samples)) for each in shared]
        heap = [Line(each.phase, _colour(result, each.phase), _heap(each.samples)) for each in shared]
        marks = _marks(shared[0])
        alive = lines(f"requests alive on {name}, over time", live, marks)
        size = lines(f"heap of {name} in MB, over time", heap, {}, height=150, from_zero=False)
        pair = f"<div>{alive}</div><div><h3>heap, MB</h3>{size}</div>"
        cards.append(_card(f"{name}: requests alive", f'<div class="pair">{pair}</div>'))
    return (
        "<h2>Over time</h2><p class='soft'>Each point follows a forced collection, so what is alive is held "
        "by something. While connections idle, the server's own keep-alive timer holds requests: that spike "
        "is normal. What matters is whether the line falls to zero after the connections have closed.</p>"
        f'<div class="grid">{"".join(cards)}</div>'
    )


def _alive(samples: tuple[Sample, ...]) -> list[tuple[float, float]]:
    return [(each.seconds, float(sum(each.live.values()))) for each in samples]


def _heap(samples: tuple[Sample, ...]) -> list[tuple[float, float]]:
    return [(each.seconds, each.heap_bytes / MEGABYTE) for each in samples]


def _marks(measurement: Measurement) -> dict[str, float]:
    """When the last request was answered and when the connections had closed."""
    sent = [each.seconds for each in measurement.samples if each.state == "load"]
    opened = [each.seconds for each in measurement.samples if each.state == "open"]
    marks = {"all sent": sent[-1]} if sent else {}
    return marks | ({"connections closed": opened[-1]} if opened else {})


def _chains(result: ExperimentResult) -> str:
    """One card for each slot, with what it keeps in each phase."""
    found: dict[str, list[tuple[Measurement, MeasuredSlot]]] = {}
    for each in result.measurements:
        for slot in each.slots:
            found.setdefault(slot.label, []).append((each, slot))
    if not found:
        return "<h2>Who keeps them</h2><p>Nobody: no request is kept in any phase.</p>"
    cards = [_chain_card(where) for where in found.values()]
    return (
        "<h2>Who keeps them</h2><p class='soft'>From the garbage collector's roots down to a request; the "
        "slot that is to blame is in colour. A request can be held by several slots at once.</p>"
        f'<div class="grid">{"".join(cards)}</div>'
    )


def _chain_card(where: list[tuple[Measurement, MeasuredSlot]]) -> str:
    first = where[0][1]
    phases: dict[str, list[str]] = {}
    for each, slot in where:
        phases.setdefault(each.phase, []).append(f"{slot.requests} on {pages_in_words(each.requests)}")
    counts = "; ".join(f"{phase}: {', '.join(counts)}" for phase, counts in phases.items())
    rule = f"Rewritten by <code>{text(first.rule)}</code>." if first.rule else "No rule rewrites it."
    if first.rule is None and first.said:
        rule += f" <code>nextfix check</code>: {text(first.said)}."
    rule += f" Made at {text(', '.join(first.made))}." if first.made else ""
    rule += f" {text(first.origin[:1].upper() + first.origin[1:])}." if first.origin else ""
    grown = {
        phase: slot.growth for phase, slot in ((each.phase, slot) for each, slot in where) if slot.growth
    }
    rule += "".join(
        f"<br>With three times the requests, {text(name)}: {text(said)}." for name, said in grown.items()
    )
    path, at = _shortened(first)
    picture = chain(f"retainer chain of {first.label}", path, at, first.last or REQUEST)
    return _card(first.label, f'<p class="soft">Requests kept: {text(counts)}. {rule}</p>{picture}')


def _shortened(slot: MeasuredSlot) -> tuple[tuple[tuple[str, str], ...], int]:
    """The chain around the slot: a long way from the roots and a long way to the request are left out."""
    path, at = slot.path, slot.at
    if len(path) <= LONGEST_CHAIN:
        return path, at
    first = max(0, min(at - LONGEST_CHAIN // 2, len(path) - LONGEST_CHAIN))
    part = list(path[first : first + LONGEST_CHAIN])
    if first:
        part[0] = (f"… {first + 1} steps from the roots", part[0][1])
    left = len(path) - first - LONGEST_CHAIN
    if left:
        part[-1] = (part[-1][0], f"{part[-1][1]} … {left} more steps")
    return tuple(part), at - first


def _cost(result: ExperimentResult) -> str:
    if not result.cost:
        return ""
    first = result.cost[0]
    coloured = [(each, min(number, LAST)) for number, each in enumerate(result.cost)]
    picture = bars(
        "processor time a request, in milliseconds",
        {each.name: [("median", colour, median(processor(each)))] for each, colour in coloured},
        " ms",
        2,
    )
    when = "after" if first.prepared else "without"
    return (
        f"<h2>What the rewrite costs</h2><p class='soft'>Servers that {first.cold_requests} concurrent first "
        f"requests make, {when} <code>app.prepare()</code>; then requests per second of the warm servers and "
        f"the processor time of the server a request, both measured in turns, client and server on the same "
        f"machine: medians of {len(first.rounds)} rounds, the range in brackets. Relative to the original is "
        "the median of what each round had, relative to the original's in the same round.</p>"
        f'<div class="grid">{_card("Cost", _cost_table(result.cost))}{_card("Processor time a request", picture)}</div>'
    )


def _cost_table(costs: tuple[Cost, ...]) -> str:
    """A column for each state of the packages, so that a phone has room for it."""
    (_, *names), *rows = zip(COST_HEADINGS, *(cost_cells(cost, costs[0]) for cost in costs), strict=True)
    body = "".join(
        f"<tr><td>{text(what)}</td>{''.join(f'<td class=number>{text(each)}</td>' for each in numbers)}</tr>"
        for what, *numbers in rows
    )
    return _table(["", *names], body)


def _table(headings: list[str], rows: str) -> str:
    head = "".join(f"<th>{text(heading)}</th>" for heading in headings)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _method(result: ExperimentResult) -> str:
    heap = (
        "After the requests the client leaves its connections open until the server closes them, garbage is "
        f"collected, a heap snapshot is taken, and the live {text(result.counted.of)} in it are counted and "
        "traced to the slots that keep them."
    )
    packages = ", ".join(f"{name} {version}" for name, version in result.subject["packages"].items())
    return (
        "<h2>How this was measured</h2><p>Every server is a process of its own, its inspector on 127.0.0.1. "
        f"{heap if result.measurements else ''}</p><p class='soft'>Packages: {text(packages)}. "
        f"It took {result.seconds:.0f} s.</p><pre>{text(result.command)}</pre>"
    )


def _matrix(results: list[ExperimentResult]) -> str:
    keys = differing_keys(results)
    headings = [*keys, "sent", "original", "all rules", "kept by, originally", "command"]
    return (
        "<h1>Requests that servers keep, before and after nextfix apply</h1>"
        "<p class='soft'>Requests of which something is in memory after the "
        f"connections closed and a forced collection; {len(results)} experiments.</p>"
        + _table(headings, "".join(_row(result, keys) for result in results))
    )


def _row(result: ExperimentResult, keys: list[str]) -> str:
    subject = result.subject
    names = "".join(f"<td>{text(str(subject.get(key, '')))}</td>" for key in keys)
    command = f"<td><code>{text(result.command)}</code></td>"
    if result.error:
        return f"<tr>{names}<td colspan='4'>not measured: {text(result.error)}</td>{command}</tr>"
    cells = "".join(
        f"<td class='number {'kept' if count else 'clean'}'>{count}</td>"
        for count in (result.retained(result.first), result.retained(result.last))
    )
    labels = dict.fromkeys(slot.label for each in result.measurements
                           if each.phase == result.first for slot in each.slots)  # fmt: skip
    slots = "<br>".join(text(label) for label in list(labels)[:3])
    return (
        f"<tr>{names}<td class='number'>{result.sent(result.first)}</td>{cells}<td>{slots}</td>{command}</tr>"
    )
