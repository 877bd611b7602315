"""`nextfix heap` as one HTML file that needs nothing else: no script, no font, no request.

Whatever comes from the heap goes through `_text`: escaped, without control characters, cut to a length.
"""

from collections.abc import Iterable
from html import escape

import patcher
from patcher.heap import Comparison, HeapReport, Instance, SlotGroup
from patcher.report.heap.heap_text import slot_counts
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

_GROUPS = 100
_INSTANCES = 500
_URLS = 20
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #16181d; --soft: #5a6270;
  --line: #dfe3e8; --bad: #b3261e; --good: #1a7f4b; --slot: #fde7e5; --bar: #d9534f; }
@media (prefers-color-scheme: dark) { :root { --page: #14161a; --card: #1d2026; --ink: #e8eaee; --soft:
#a0a8b5;
  --line: #343943; --bad: #ff8a80; --good: #6fd39b; --slot: #4a2323; --bar: #e57373; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 0; }
h1.bad { color: var(--bad); } h1.good { color: var(--good); }
p { margin: .25rem 0; } .soft { color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem;
  margin: 1rem 0; overflow-wrap: anywhere; }
code, .chain { font-family: ui-monospace, monospace; font-size: .85rem; }
.track { height: .5rem; border-radius: .25rem; background: var(--line); margin: .6rem 0; overflow: hidden; }
.track i { display: block; height: 100%; min-width: 2px; background: var(--bar); }
ol.chain { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; margin: .6rem 0; }
.chain li { border: 1px solid var(--line); border-radius: .4rem; padding: .1rem .45rem; max-width: 100%; }
.chain li + li::before { content: "\\2192"; color: var(--soft); margin-right: .45rem; }
.chain li.slot { background: var(--slot); border-color: var(--bad); font-weight: 600; }
.fix { border-left: .25rem solid var(--good); padding-left: .6rem; margin-top: .6rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid
var(--line); } th { border-top: 0; color: var(--soft); font-weight: 500; } .number { text-align: right;
white-space: nowrap; } summary { cursor: pointer; font-weight: 600; }
"""


def render(result: HeapReport | Comparison) -> str:
    """The report or the comparison as a whole HTML document."""
    last = result.after if isinstance(result, Comparison) else result
    body = _comparison(result) if isinstance(result, Comparison) else _report(result)
    title = _text(headline(last))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + f'\n<p class="soft">nextfix {_text(patcher.__version__)}</p>\n</main></body></html>\n'
    )


def _report(report: HeapReport) -> Iterable[str]:
    yield _heading(report)
    yield f'<p class="soft">{_text(heap_words(report))}</p>'
    if tracer_words(report):
        yield f"<p>{_text(tracer_words(report))}</p>"
    yield from _groups(report)
    yield _instances(f"All {report.count:,} instances", report.instances)


def _comparison(comparison: Comparison) -> Iterable[str]:
    before, after = comparison.before, comparison.after
    yield _heading(after)
    yield f'<p class="soft">before: {_text(headline(before))}; {_text(heap_words(before))}</p>'
    yield f'<p class="soft">after: {_text(headline(after))}; {_text(heap_words(after))}</p>'
    if comparison.one_process:
        came, stayed, gone = len(comparison.came), len(comparison.stayed), len(comparison.gone)
        yield f"<section><h2>{came:,} came, {stayed:,} stayed, {gone:,} gone</h2>"
        yield _instances("came", comparison.came) + _instances("stayed", comparison.stayed) + "</section>"
    else:
        yield "<section>The snapshots are of different processes: only the slots can be compared.</section>"
    rows = "".join(
        f'<tr><td class="number">{old:,}</td><td class="number">{new:,}</td>'
        f"<td><code>{_text(label)}</code></td></tr>"
        for label, (old, new) in list(slot_counts(comparison).items())[:_GROUPS]
    )
    yield '<section class="wide"><table><tr><th class="number">before</th><th class="number">after</th>'
    yield f"<th>slot</th></tr>{rows}</table></section>"
    yield from _groups(after)


def _heading(report: HeapReport) -> str:
    return f'<h1 class="{"bad" if report.count else "good"}">{_text(headline(report))}</h1>'


def _groups(report: HeapReport) -> Iterable[str]:
    most = max((group.count for group in report.groups), default=1)
    for group in report.groups[:_GROUPS]:
        yield _group(group, group.count / max(most, 1))
    if len(report.groups) > _GROUPS:
        yield f'<p class="soft">and {len(report.groups) - _GROUPS:,} more slots: see --format json</p>'


def _group(group: SlotGroup, share: float) -> str:
    parts = [
        f"<section><h2>{group.count:,} by <code>{_text(group.label)}</code>, alone retains {size(group.retained)}</h2>",
        f'<div class="track"><i style="width:{share:.1%}"></i></div>',
    ]
    if group.origin:
        parts.append(f'<p class="soft">{_text(group.origin)}</p>')
    parts += [
        f"<p>made at <code>{_text(place)}</code>{_text(made_remark(group))}</p>" for place in group.made
    ]
    if group.urls:
        urls = ", ".join(f"<code>{_text(url)}</code>" for url in group.urls[:_URLS])
        more = f" and {len(group.urls) - _URLS:,} more" if len(group.urls) > _URLS else ""
        parts.append(f"<p>{urls}{more}</p>")
    if group.chain:
        steps = (
            f'<li class="slot">{_text(words)}</li>' if slot else f"<li>{_text(words)}</li>"
            for words, slot in chain_words(group, group.last)
        )
        parts.append(f'<ol class="chain">{"".join(steps)}</ol>')
    if group.rule:
        parts.append(
            f'<p class="fix">rule {_text(group.rule)}, fixed by <code>{_text(fix_command(group))}</code></p>'
        )
    return "".join(parts) + "</section>"


def _instances(title: str, instances: tuple[Instance, ...]) -> str:
    if not instances:
        return ""
    rows = "".join(
        f'<tr><td class="number">@{instance.id}</td><td><code>{_text(instance.url or "")}</code></td>'
        f"<td>{'<br>'.join(_text(slot) for slot in instance.slots)}</td></tr>"
        for instance in instances[:_INSTANCES]
    )
    more = f"; the first {_INSTANCES:,} are listed" if len(instances) > _INSTANCES else ""
    return (
        f'<details><summary>{_text(title)}{more}</summary><div class="wide"><table>'
        f'<tr><th class="number">object</th><th>url</th><th>slots</th></tr>{rows}</table></div></details>'
    )


def _text(text: str) -> str:
    return escape(shown(text))
