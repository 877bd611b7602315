"""The analysis of one file: bytes in, sites out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from patcher.analysis.detect.collected import collected, collected_places
from patcher.analysis.detect.handles import handle_places, handles
from patcher.analysis.detect.iterations import iteration_places, iterations
from patcher.analysis.detect.kept_contexts import context_places, contexts
from patcher.analysis.detect.kept_requests import kept_requests, request_places
from patcher.analysis.detect.lazily_made import lazily_made, lazy_places, needs_whole
from patcher.analysis.detect.listeners import listener_places, listeners
from patcher.analysis.detect.long_timers import long_timer_places, long_timers
from patcher.analysis.detect.memoizers import memo_places, memos
from patcher.analysis.detect.slot_families import Judged, judge
from patcher.analysis.detect.timers import timer_places, timers
from patcher.analysis.detect.waiters import waiter_places, waiters
from patcher.analysis.detect.waits import wait_places, waits
from patcher.analysis.facts.code import Code
from patcher.analysis.prefilter.candidates import candidates
from patcher.analysis.prefilter.comments import outside_comments
from patcher.analysis.prefilter.private_fields import plain_fields
from patcher.analysis.prefilter.quoted_members import plain_members
from patcher.analysis.prefilter.regions import Excerpt, regions, whole
from patcher.analysis.rendering import Spans, rendered_intervals, while_rendering
from patcher.analysis.site import Site
from patcher.syntax.second_reading import is_flow
from patcher.syntax.tree import Dialect, Node, errors

Look = Callable[[bytes], list[int]]
Find = Callable[[Code, list[int]], list[Judged]]

_STORES = frozenset({"assignment_expression", "augmented_assignment_expression", "call_expression"})
_DETECTORS: tuple[tuple[Look, Find], ...] = (
    (timer_places, timers),
    (memo_places, memos),
    (wait_places, waits),
    (iteration_places, iterations),
    (long_timer_places, long_timers),
    (handle_places, handles),
    (context_places, contexts),
    (collected_places, collected),
    (waiter_places, waiters),
    (request_places, kept_requests),
    (listener_places, listeners),
    (lazy_places, lazily_made),
)
"""Where bytes say that something may be kept, and what the tree says of these places; the first to speak of a place
counts."""
_BETWEEN = frozenset({"member_expression", "arguments", "parenthesized_expression"})


@dataclass(frozen=True, slots=True)
class Analysed:
    """The sites of a file, in source order, one for each slot; `wrong` is the line (1-based) of its first syntax
    error, 0 when what was parsed has none; `crowded` are the names that it has too often for them to be followed.
    `code` is what was parsed, `part` where that stands in the file: None when nothing was."""

    sites: list[Site]
    wrong: int = 0
    crowded: tuple[str, ...] = ()
    code: Code | None = None
    part: Excerpt | None = None


def analyse(source: bytes, dialect: Dialect = Dialect.JAVASCRIPT) -> list[Site]:
    """The sites of a file: see `examine`."""
    return examine(source, dialect).sites


def examine(
    source: bytes,
    dialect: Dialect = Dialect.JAVASCRIPT,
    *,
    whole_file: bool = False,
    rendered: Spans | None = None,
) -> Analysed:
    """The sites of a file, and whether it could be parsed.

    Args:
        source: the file's bytes, in any encoding that keeps ASCII.
        dialect: the grammar to read it with.
        whole_file: parse all of it, so that a syntax error anywhere is seen; otherwise no more is parsed than the
            stores that may be sites need, and nothing when there are none.
        rendered: of a component, which is then parsed whole, where the code stands that each rendering runs.

    Raises:
        NextfixError: the file is nested deeper than can be followed, or takes too long.
    """
    source = plain_fields(plain_members(source))
    stores = outside_comments(source, candidates(source))
    seen = [(find, there) for look, find in _DETECTORS if (there := outside_comments(source, look(source)))]
    places = sorted({*stores, *(place for _, there in seen for place in there)})
    whole_file = whole_file or rendered is not None
    if not places and not whole_file:
        return Analysed([])
    part, code = (
        (whole(source), Code(source, dialect, again=True))
        if whole_file
        else _parsed(source, places, dialect, everything=needs_whole(source, dict(seen).get(lazily_made, [])))
    )
    found = _judged(code, part, stores)
    for find, there in seen:
        others = _located(code, part, find(code, [part.within(place) for place in there]))
        found += _untaken(others, found)
        code.keep_time()
    if rendered is not None:
        started = rendered_intervals(code, long_timer_places(source), rendered)
        known = {site.offset for site in found}
        found += [site for site in _located(code, part, started) if site.offset not in known]
        found = list(while_rendering(code, found, rendered))
    found = _once_a_timer(found)
    placed = _with_lines(source, sorted(found, key=lambda site: site.offset))
    crowded = tuple(sorted(name.decode("utf-8", "replace") for name in code.crowded))
    return Analysed(placed, _error_line(code, part, source), crowded, code, part)


def _untaken(others: list[Site], found: list[Site]) -> list[Site]:
    """Those of `others` that speak of no store that `found` speaks of already: `timer = setInterval(f)` is one."""
    slots = {(site.slot, site.scope) for site in found}
    places = {site.offset for site in found}
    stores: dict[str, list[tuple[int, int]]] = {}
    for site in found:
        stores.setdefault(site.slot, []).append((site.offset, site.end))
    return [
        one
        for one in others
        if (one.slot, one.scope) not in slots
        and one.offset not in places
        and not any(start <= one.offset < end for start, end in stores.get(one.slot, ()))
    ]


def _once_a_timer(found: list[Site]) -> list[Site]:
    """The sites without those handles whose timer is one of them itself, as it starts again and again."""
    running = [site.offset for site in found if site.family == "self-rearming-timer"]
    return [
        site
        for site in found
        if not site.family.startswith("kept-timer")
        or not any(site.offset <= start < site.end for start in running)
    ]


def _error_line(code: Code, part: Excerpt, source: bytes) -> int:
    if not code.root.has_error or is_flow(source):
        return 0
    first = next(errors(code.root), code.root)
    return source.count(b"\n", 0, part.original(first.start_byte)) + 1


def _parsed(source: bytes, places: list[int], dialect: Dialect, *, everything: bool) -> tuple[Excerpt, Code]:
    """As little of the file as parses by itself; where `everything` is asked for, all of it if that parses."""
    for part in chain((whole(source),) if everything else (), regions(source, places)):
        code = Code(part.source, dialect)
        if not code.root.has_error:
            return part, code
    return part, Code(part.source, dialect, again=True)


def _judged(code: Code, part: Excerpt, places: list[int]) -> list[Site]:
    sites = []
    for place in places:
        node = store_at(code, part.within(place))
        if node is not None and (site := judge(code, node)) is not None:
            sites.append(site)
        code.keep_time()
    return _located(code, part, sites)


def _located(code: Code, part: Excerpt, sites: Iterable[Judged]) -> list[Site]:
    """One site a slot, at its place in the file; lines are filled in later."""
    found: dict[tuple[str, int], Site] = {}
    for site in sites:
        scope = part.original(site.scope.start_byte) if site.scope != code.root else 0
        start = part.original(site.node.start_byte)
        found.setdefault(
            (site.slot, scope),
            Site(
                site.family,
                start,
                start + site.node.end_byte - site.node.start_byte,
                site.function,
                site.slot,
                scope,
                owner=site.owner,
                doubt=site.doubt,
                growth=site.growth,
                maker=site.maker,
                keeps=site.keeps,
            ),
        )
    return list(found.values())


def _with_lines(source: bytes, sites: list[Site]) -> list[Site]:
    placed, line, seen = [], 1, 0
    for site in sites:
        line += source.count(b"\n", seen, site.offset)
        seen = site.offset
        placed.append(site.at(source, line))
    return placed


def store_at(code: Code, place: int) -> Node | None:
    """The assignment or call whose operator stands at `place`."""
    node = code.at(place, place + 1)
    while node is not None and node.type in _BETWEEN:
        node = code.parent(node)
    return node if node is not None and node.type in _STORES else None
