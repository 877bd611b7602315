"""A race with what outlives its request: the race is made in the root, and what the request does for it is not.

`Promise.race([work(), ended])` leaves a reaction on `ended`, which has the async context of whoever made the race.
`root(made => Promise.race([made, ended]), work())` works in the request and waits in the root.
"""

from collections.abc import Iterator, Sequence

from patcher.analysis.detect.site_parts import EMITTERS, PROMISED_TIMERS, comes_from, executor_of, shown
from patcher.analysis.facts.calls import calls_by_name
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.analysis.facts.scopes import Binding, binding, function_name, is_module, means
from patcher.analysis.handle_names import RACES
from patcher.analysis.names import CHAINS
from patcher.detached.by_hand import is_promise_by_hand, settles
from patcher.detached.promise_wraps import is_quiet, makes_promise, promise_wrap, reacts_quietly
from patcher.detached.refusals import why_not
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap, base_of_chain
from patcher.syntax.tree import Node, walk

_PLAIN = frozenset({"identifier", "this", "member_expression", "undefined", "null", "string", "number"})
_WORKS = frozenset({"call_expression", "await_expression", "new_expression"})
_BETWEEN = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"}
)


def race_at(code: Code, node: Node) -> Node | None:
    """The race of which `node` is an entry, None when it is an entry of none."""
    above = code.parent(node)
    while above is not None and above.type in _BETWEEN:
        node, above = above, code.parent(above)
    held = code.parent(above) if above is not None and above.type == "array" else None
    call = code.parent(held) if held is not None and held.type == "arguments" else None
    return call if call is not None and is_race(code, call) else None


def is_race(code: Code, call: Node) -> bool:
    """Whether a call is `Promise.race(...)` or `Promise.any(...)`."""
    return call.type == "call_expression" and code.text(field(call, "function")) in RACES


def race_wraps(code: Code, race: Node, late: str = "") -> list[Wrap]:
    """How a race is made in the root, with the promises that only its waiting is for.

    Args:
        code: the file.
        race: the call.
        late: the entry that comes late, as the finding names it, when it is known.

    Raises:
        UnsafeError: when its entries are not written in it, or one must not be made in the root.
    """
    given = arguments(race)
    group = unwrap(given[0]) if len(given) == 1 else None
    if group is None or group.type != "array":
        raise UnsafeError(f"line {line_of(race)}: what takes part in the race is not written there")
    entries = [entry for entry in group.named_children if entry.type != "comment"]
    if any(entry.type == "spread_element" for entry in entries):
        raise UnsafeError(f"line {line_of(race)}: what takes part in the race is not written there")
    works = [not _is_plain(entry) and not _waits(code, entry) for entry in entries]
    last = max((place for place, work in enumerate(works) if work), default=-1)
    moved: list[Wrap | Node] = []
    apart: list[Wrap] = []
    for place, entry in enumerate(entries):
        apart += _declared(code, entry)
        if works[place] and late in (
            shown(code, entry),
            shown(code, unwrap(base_of_chain(code, entry) or entry)),
        ):
            raise UnsafeError(f"line {line_of(entry)}: what comes late does work of the request too")
        if works[place] or (_is_plain(entry) and (place < last or _is_callers(code, entry))):
            moved.append(entry)
        elif place < last:
            moved.append(Wrap(entry))
    reason = why_not(code, race, [part.node if isinstance(part, Wrap) else part for part in moved])
    for part in moved:
        reason = reason or (why_not(code, part.node) if isinstance(part, Wrap) else "")
    if reason:
        raise UnsafeError(reason)
    return [*apart, Wrap(race, tuple(moved))]


def _is_plain(entry: Node) -> bool:
    """Whether an entry is a name or a member: nothing is done for it."""
    inner = unwrap(entry)
    return inner.type in _PLAIN and not any(
        node.type in ("call_expression", "await_expression") for node in walk(inner)
    )


def _is_callers(code: Code, entry: Node) -> bool:
    """Whether a name belongs to a function around the race, whose variables a function in the race would keep."""
    head = unwrap(entry)
    while head.type == "member_expression":
        head = unwrap(field(head, "object") or head)
    bound = binding(code, head) if head.type == "identifier" else None
    return (
        bound is not None
        and bound.owner is not None
        and not is_module(code, bound.owner)
        and not _declared(code, entry)
    )


def _waits(code: Code, entry: Node) -> bool:
    """Whether an entry is made for the waiting alone: a promise by hand, a chain on what lives on, a sleep."""
    inner = unwrap(entry)
    if is_promise_by_hand(code, inner):
        return is_quiet(code, inner)
    callee = field(inner, "function") if inner.type == "call_expression" else None
    if callee is None:
        return False
    if callee.type == "member_expression" and code.text(field(callee, "property")) in CHAINS:
        head = unwrap(field(callee, "object") or callee)
        lasts = _waits(code, head) or (_is_plain(head) and not _is_own(code, head))
        return lasts and reacts_quietly(code, inner)
    if comes_from(code, callee, b"once", EMITTERS) or comes_from(
        code, callee, b"setTimeout", PROMISED_TIMERS
    ):
        return all(_is_plain(part) for part in arguments(inner))
    function = callee_function(code, callee)
    return function is not None and makes_promise(code, function)


def _is_own(code: Code, head: Node) -> bool:
    """Whether the promise of a chain is a variable of the function, and not one for the waiting alone."""
    bound = binding(code, head) if head.type == "identifier" else None
    return bound is not None and not is_module(code, bound.owner) and _held_promise(code, bound) is None


def _declared(code: Code, entry: Node) -> list[Wrap]:
    """The promise by hand in the variable that an entry names, or that its chain begins with."""
    head = unwrap(entry)
    bound = binding(code, head) if head.type == "identifier" else None
    made = _held_promise(code, bound) if bound is not None else None
    return [promise_wrap(code, made)] if made is not None else []


def _held_promise(code: Code, bound: Binding) -> Node | None:
    """The promise by hand that a variable of a function holds, whose executor does nothing else."""
    if bound.kind != "variable" or bound.owner is None or is_module(code, bound.owner):
        return None
    value = field(bound.holder, "value")
    inner = unwrap(value) if value is not None and field(bound.holder, "name") == bound.name else None
    return inner if inner is not None and is_promise_by_hand(code, inner) and is_quiet(code, inner) else None


def late_wraps(code: Code, made: Node, late: Node) -> list[Wrap]:
    """How `new Promise(...)` is made in the root, with the races that it takes part in and the chains on it.

    Where something else may settle it in time, what waits in another way may wait in its request.

    Args:
        code: the file.
        made: the promise.
        late: the timer that is started, or the listener that is added, in its executor.

    Raises:
        UnsafeError: when something waits for it that cannot be made in the root.
    """
    race = race_at(code, made)
    if race is not None:
        return race_wraps(code, race)
    listed = _race_of_list(code, made)
    if listed is not None:
        return listed
    may_wait = _is_settled_otherwise(code, late)
    return [promise_wrap(code, made), *_waiting(code, made, may_wait=may_wait)]


def _race_of_list(code: Code, made: Node) -> list[Wrap] | None:
    """How a race is made in the root whose entries, `made` among them, are in a list of their own; None for no such.

    The list is made before the race, as it was: only what is for the waiting alone is made in the root there.
    """
    group = code.parent(made)
    above = code.parent(group) if group is not None and group.type == "array" else None
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    bound = binding(code, name) if name is not None and name.type == "identifier" else None
    if group is None or bound is None:
        return None
    uses = [
        use for use in code.words(code.text(name), bound.scope) if use != name and means(code, use, bound)
    ]
    held = code.parent(uses[0]) if len(uses) == 1 else None
    race = code.parent(held) if held is not None and held.type == "arguments" else None
    if race is None or not is_race(code, race) or len(arguments(race)) != 1:
        return None
    entries = [unwrap(entry) for entry in group.named_children if entry.type != "comment"]
    waits = [entry for entry in entries if is_promise_by_hand(code, entry) and is_quiet(code, entry)]
    return [*(promise_wrap(code, entry) for entry in waits), Wrap(race)]


def _is_settled_otherwise(code: Code, late: Node) -> bool:
    """Whether the executor of a promise settles it by something else than `late` too."""
    executor = executor_of(code, late)
    body = field(executor, "body") if executor is not None else None
    if executor is None or body is None:
        return False
    added = field(late, "arguments") or late  # `on(a, yes).on(b, no)` is one call in the other
    return any(
        settles(code, word) and (bound := binding(code, word)) is not None and bound.holder == executor
        for word in walk(body)
        if word.type == "identifier" and not contains(added, word)
    )


def _waiting(code: Code, made: Node, *, may_wait: bool) -> Iterator[Wrap]:
    """The races and chains on a promise by hand that is in a variable, or that a function of the file returns.

    Raises:
        UnsafeError: for a race that cannot be made in the root, and, unless a request may wait for the promise, for
            what waits in another way.
    """
    above = code.parent(made)
    while above is not None and above.type in _BETWEEN:
        above = code.parent(above)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    found: list[Sequence[Wrap]] = []
    if name is not None and name.type == "identifier":
        bound = binding(code, name)
        uses = [u for u in code.words(code.text(name), bound.scope if bound else None) if u != name]
        found = [
            _waits_for(code, use, may_wait=may_wait)
            for use in uses
            if bound is not None and means(code, use, bound)
        ]
    elif above is not None and above.type in ("return_statement", "arrow_function"):
        found = [*_calls_of(code, made)]
    if not found and not may_wait:
        raise UnsafeError(
            f"line {line_of(made)}: only what comes late settles the promise, and what waits for it is not known"
        )
    for part in found:
        yield from part


def _waits_for(code: Code, use: Node, *, may_wait: bool) -> Sequence[Wrap]:
    chain = code.chain(use)
    race = race_at(code, chain)
    if race is not None:
        return race_wraps(code, race, shown(code, use) if chain != use else "")
    above = code.parent(chain)
    reason = f"line {line_of(use)} waits for what comes late, and keeps its request until then"
    if chain != use and above is not None and above.type == "expression_statement":
        reason = why_not(code, chain)
        if not reason:
            return [Wrap(chain)]
    if may_wait:
        return ()
    raise UnsafeError(reason)


def _calls_of(code: Code, made: Node) -> Iterator[Sequence[Wrap]]:
    function = code.function(made)
    name = function_name(code, function)
    for call in calls_by_name(code, name) if function is not None and len(name) > 1 else ():
        callee = field(call, "function") or call
        chain = code.chain(call)
        race = race_at(code, chain) if callee_function(code, callee) == function else None
        if race is not None:
            yield race_wraps(code, race, shown(code, call) if chain != call else "")
