"""Fixing one file: all of its slots at once, the result verified as a whole, and again for what that made possible.

A file is parsed and analysed a fixed number of times, however many findings it has; only when a result does not hold
are its plans tried in halves.
"""

import re
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from time import process_time

from patcher.analysis.facts.code import MAX_SECONDS, Code
from patcher.analysis.facts.stores import stores_at
from patcher.analysis.file import analyse
from patcher.analysis.site import Site
from patcher.detached.own_root import Helper, root_edits
from patcher.errors import NextfixError
from patcher.fix.detached_plan import plan_detached
from patcher.fix.keyed_plan import plan_keyed
from patcher.fix.memo_plan import plan_memo
from patcher.fix.slot_plan import Concern, Plan, UnsafeError
from patcher.fix.statement_ends import ends_statements
from patcher.fix.timer_plan import plan_timer
from patcher.fix.traced_sites import traced_sites
from patcher.rule import DETACHED, Family
from patcher.semantic_patch.verify import only_edited
from patcher.syntax.tree import Dialect
from patcher.text.async_root import package_root
from patcher.text.edits import Edit, OverlapError, apply_edits
from patcher.text.spans import Spans

# Larger than any file that a person writes by hand.
_LARGEST = 1024 * 1024
_LONGEST_LINE = 2_000
_GENERATED = re.compile(rb"@generated|do not edit", re.I)
# What `--fix` writes when no style is named: a value where the shape is known, else the same code in the root.
VALUE_STYLES = ("documented", "single-flight")

GONE = "it is not found any more"
LATE = f"the file takes longer than {MAX_SECONDS:.0f} seconds to fix; fix what can be, and run it again"

Key = tuple[str, int, int]
Ask = Callable[[Sequence[Concern]], str]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of one file: its new bytes, the findings fixed, why each other was not, and the edits."""

    new: bytes
    fixed: tuple[Key, ...]
    refused: Mapping[Key, str]
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """How to fix the findings of one file.

    Args:
        families: the families by id, for their rewrites.
        style: `documented`, `single-flight` or `detached`; empty for `single-flight` where that is safe, else
            `detached`.
        dialect: the grammar to read the file with.
        ask: says why other files of the project forbid a fix with these concerns; empty when they do not.
        package: whether the file is of an installed package, which may be minified and gets no import.
        server: whether only servers load that package, so that old releases of Node.js can be asked by `require`.
        helper: says which module of the project exports the root, None when there is none.
        browser: says why the file must not import a module of Node.js; empty when it may.
        sure: families whose plans are believed without a trial, where only what would be fixed is asked; the file is
            then given back as it was.
    """

    families: Mapping[str, Family]
    style: str
    dialect: Dialect
    ask: Ask
    package: bool = False
    server: bool = False
    helper: Callable[[], Helper | None] = lambda: None
    browser: Callable[[], str] = str
    sure: Container[str] = ()


@dataclass(slots=True)
class _State:
    """Where the work on a file stands: its bytes and sites now, of each of those which it was among the sites of the
    file as it was, and of each wanted one, by that number, what became of it."""

    source: bytes
    keys: dict[int, Key]
    sites: Sequence[Site]
    numbers: Sequence[int]
    code: Code | None  # what was read already, before the first pass
    fixed: dict[int, Key] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    detached: set[int] = field(default_factory=set)
    edits: list[tuple[Edit, ...]] = field(default_factory=list)
    started: float = field(default_factory=process_time)

    def is_late(self) -> bool:
        """Whether the time that one file may take is over."""
        return process_time() - self.started > MAX_SECONDS


def key_of(site: Site) -> Key:
    """What names a site of one file: its rule, line and column."""
    return (site.family, site.line, site.column)


def fix_file(source: bytes, wanted: Sequence[Key], task: Task, found: Sequence[Site] | None = None) -> Fixed:
    """Fix the findings `wanted` of one file as far as that is safe; `found` are its sites, where they are known."""
    assert task.style in ("", DETACHED, *VALUE_STYLES)
    code = Code(source, task.dialect)
    reason = _unfit(code, task)
    if reason:
        return Fixed(source, (), dict.fromkeys(wanted, reason))
    asked = set(wanted)
    sites = analyse(source, task.dialect) if found is None else found
    keys = {place: key for place, site in enumerate(sites) if (key := key_of(site)) in asked}
    state = _State(source, keys, sites, range(len(sites)), code)
    while _pass(state, task):  # one that is fixed can be what another waited for
        pass
    refused = dict.fromkeys(asked - set(state.keys.values()), GONE)
    lines = _reasons_before(source, sites, state, task)
    refused |= {state.keys[place]: lines.get(place, reason) for place, reason in state.refused.items()}
    return Fixed(
        new=state.source,
        fixed=tuple(state.fixed.values()),
        refused={key: refused[key] for key in wanted if key in refused},
        edits=state.edits[0] if len(state.edits) == 1 else as_one_edit(source, state.source),
    )


def _alike(first: bytes, second: bytes) -> int:
    """How many bytes two texts have in common at their beginning."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if first[:middle] == second[:middle] else (low, middle - 1)
    return low


def as_one_edit(old: bytes, new: bytes) -> tuple[Edit, ...]:
    """What several passes changed, as one edit; none when they changed nothing."""
    if old == new:
        return ()
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    return (Edit(start, len(old) - end, new[start : len(new) - end]),)


def _unfit(code: Code, task: Task) -> str:
    """Why no finding of a file is fixed, or the empty string."""
    source = code.source
    if b"\0" in source or source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is not UTF-8"
    if not task.package:
        if len(source) > _LARGEST or max(map(len, source.split(b"\n"))) > _LONGEST_LINE:
            return "the file is minified or generated: fix what it is made from"
        if _GENERATED.search(source[:1024]):
            return "the file says that it is generated: fix what it is made from"
    if code.root.has_error:
        return "the file does not parse without error"
    return ""


def _pass(state: _State, task: Task) -> bool:
    """Fix what can be fixed now; whether another pass may do more."""
    left = [place for place in state.keys if place not in state.fixed]
    if not left:
        return False
    sites, code = state.sites, state.code or Code(state.source, task.dialect)
    state.code = None
    known = dict(zip(state.numbers, sites, strict=True))
    planned: dict[int, tuple[Site, Plan]] = {}
    waiting: set[int] = set()
    taken = Taken()
    for place in left:
        code.keep_time()
        site = known[place]
        try:
            plan = _plan(code, site, task, detached=place in state.detached)
            reason = task.ask(plan.concerns)
            if reason:
                raise UnsafeError(reason)
        except UnsafeError as error:
            state.refused[place] = str(error)
            continue
        if taken.admits(plan):
            planned[place] = (site, plan)
        else:
            waiting.add(place)
            state.refused[place] = "it overlaps another memo"
    if not state.refused and all(p.rooted and s.family in task.sure for s, p in planned.values()):
        state.fixed |= {place: state.keys[place] for place in planned}
        return False
    done, again = _verified(code, sites, planned, state, task)
    there = set(state.numbers)
    for place in (*done, *(place for place in left if place not in there)):
        state.fixed[place] = state.keys[place]
        state.refused.pop(place, None)
    return bool(done and (state.refused or waiting)) or again


def _verified(
    code: Code, sites: Sequence[Site], planned: Mapping[int, tuple[Site, Plan]], state: _State, task: Task
) -> tuple[list[int], bool]:
    """Make those of `planned` whose result holds; says which, and whether others may be made in another way."""
    accepted: list[int] = []
    again = False
    found: _Made | None = None
    parts = [list(planned)] if planned else []
    while parts:
        part = parts.pop()
        chosen = [planned[place] for place in sorted((*accepted, *part))]
        result = _made(code, sites, chosen, task)
        if isinstance(result, _Made):
            accepted += part
            found = result
        elif state.is_late():
            late = [place for rest in (part, *parts) for place in rest]
            state.refused |= dict.fromkeys(late, LATE)
            break
        elif len(part) > 1:
            parts += [part[len(part) // 2 :], part[: len(part) // 2]]
        else:
            state.refused[part[0]] = result
            if not task.style and not planned[part[0]][1].rooted:
                state.detached.add(part[0])
                again = True
    if found is not None:
        old = [
            (number, site)
            for number, site in zip(state.numbers, sites, strict=True)
            if number not in accepted
        ]
        state.numbers = traced_sites(old, found.sites, found.edits)
        state.source, state.sites = found.source, found.sites
        state.edits.append(tuple(found.edits))
    return accepted, again


@dataclass(frozen=True, slots=True)
class _Made:
    """A file with some plans made: its bytes, what the analysis finds in them, and the edits."""

    source: bytes
    sites: list[Site]
    edits: list[Edit]


def _made(code: Code, sites: Sequence[Site], chosen: Sequence[tuple[Site, Plan]], task: Task) -> _Made | str:
    """The file with the plans in `chosen`, or why it must not replace the old one."""
    edits = list(dict.fromkeys(edit for _, plan in chosen for edit in plan.edits))
    rooted = any(plan.rooted for _, plan in chosen)
    binds, here = any(plan.binds for _, plan in chosen), any(plan.here for _, plan in chosen)
    if rooted and task.package:
        at, text = package_root(code.source, server=task.server, binds=binds, here=here)
        edits += [Edit(at, at, text)] if text else []
    elif rooted:
        edits += root_edits(code, task.dialect, ends_statements(code), task.helper(), binds=binds or here)
    try:
        new = apply_edits(code.source, edits)
        after = analyse(new, task.dialect)
    except OverlapError:
        return "it overlaps another memo"
    except NextfixError as error:
        return error.reason
    before = Counter((site.family, site.slot) for site in sites)
    before -= Counter((site.family, site.slot) for site, _ in chosen)
    reason = _unsound(code.source, edits, new, before, after, task.dialect, rooted=rooted)
    return reason or _Made(new, after, edits)


class Taken:
    """The bytes and names that the plans of a pass have taken."""

    def __init__(self) -> None:
        self._spans = Spans()
        self._points: dict[int, bytes] = {}
        self._order: list[int] = []
        self._names: defaultdict[bytes, Spans] = defaultdict(Spans)

    def admits(self, plan: Plan) -> bool:
        """Take what `plan` needs, when nothing of it is taken yet."""
        if any(self._clashes(edit) for edit in plan.edits):
            return False
        if any(self._names[name].overlaps(start, end) for name, start, end in plan.names):
            return False
        for name, start, end in plan.names:
            self._names[name].add(start, end)
        for edit in plan.edits:
            if edit.start < edit.end:
                self._spans.add(edit.start, edit.end)
                continue
            if edit.start not in self._points:
                insort(self._order, edit.start)
            self._points[edit.start] = edit.new
        return True

    def _clashes(self, edit: Edit) -> bool:
        known = self._points.get(edit.start) if edit.start == edit.end else None
        if known is not None:
            return not (known == edit.new == b"async ")
        if self._spans.overlaps(edit.start, edit.end):
            return True
        inside = bisect_right(self._order, edit.start)
        return inside < len(self._order) and self._order[inside] < edit.end


def _plan(code: Code, site: Site, task: Task, *, detached: bool) -> Plan:
    if task.style == DETACHED or detached:
        return _plan_detached(code, site, task)
    try:
        return _plan_value(code, site, task)
    except UnsafeError as error:
        if task.style:
            raise
        try:
            return _plan_detached(code, site, task)
        except UnsafeError as other:
            same = str(other) in str(error) or not task.families[site.family].rewrites
            raise UnsafeError(str(other) if same else f"{error}; detached: {other}") from other


def _plan_detached(code: Code, site: Site, task: Task) -> Plan:
    """The plan that makes what is kept in the root."""
    if task.package:
        return plan_detached(code, site, task.dialect, package=True)
    reason = task.browser()
    if reason:
        raise UnsafeError(reason)
    return plan_detached(code, site, task.dialect, package=False, helper=task.helper())


def _plan_value(code: Code, site: Site, task: Task) -> Plan:
    """The plan that lets a value take the place of what is kept."""
    family, style, dialect = task.families[site.family], task.style or "single-flight", task.dialect
    if not family.rewrites:
        raise UnsafeError(
            f"no value can take its place; `--style {DETACHED}` may fix it, see 'nextfix explain {family.id}'"
        )
    node = code.at(site.offset, site.end)
    stores = stores_at(code, node) if node is not None else []
    store = next((store for store in stores if store.slot.text == site.slot), None)
    if store is None:
        raise UnsafeError("the store is written in a way that is not followed")
    if family.rewrites[0].keeps == "timer":
        return plan_timer(code, store, family.rewrites, dialect)
    if store.slot.keyed:
        return plan_keyed(code, store, family.rewrites, style, dialect)
    return plan_memo(code, store, family.rewrites, style, dialect)


def _reasons_before(source: bytes, sites: Sequence[Site], state: _State, task: Task) -> dict[int, str]:
    """Why sites are not fixed, in the lines of the file as it was, where that says the same."""
    if not state.fixed or not state.refused:
        return {}
    code = Code(source, task.dialect)
    found = {}
    for place in state.refused:
        try:
            _plan(code, sites[place], task, detached=place in state.detached)
        except UnsafeError as error:
            found[place] = str(error)
    return found


def _unsound(
    old: bytes,
    edits: Sequence[Edit],
    new: bytes,
    before: Counter[tuple[str, str]],
    after: Sequence[Site],
    dialect: Dialect,
    *,
    rooted: bool,
) -> str:
    """Why `new` must not replace `old`, or the empty string: it must parse, keep every byte outside the edits,
    and the analysis must find what is left of `before`, no less and no more. What runs in the root may free more."""
    if not only_edited(old, edits, new):
        return "bytes outside the edits would change"
    if Code(new, dialect).root.has_error:
        return "the result would not parse"
    left = Counter((site.family, site.slot) for site in after)
    held = left <= before if rooted else left == before
    return "" if held else "the analysis would still find it"
