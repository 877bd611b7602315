"""A promise by hand whose functions are kept: by a timer, a listener, a collection. It is made in the root.

What the executor of the promise does for its request, it does there as before: where it does more than to put its
functions somewhere, only the promise is made in the root, and the timers that it starts.
"""

import re
from collections.abc import Iterator

from patcher.analysis.detect.site_parts import executor_of
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function, returned
from patcher.analysis.facts.scopes import binding
from patcher.analysis.names import CHAINS, LISTENS, STOPS_LISTENING
from patcher.detached.by_hand import is_promise_by_hand, settles
from patcher.detached.refusals import why_not
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap, wrap
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_DEPTH = 3
_SETTLES = re.compile(rb"(?<![\w$.])([\w$]+)\.(?:reject|resolve)(?![\w$])")
_TIMERS = frozenset({b"setTimeout", b"setInterval", b"setImmediate"})
_STOPS = frozenset({b"clearTimeout", b"clearInterval", b"clearImmediate"})
_PUTS = frozenset({b"push", b"unshift", b"add", b"set", b"get", b"has", b"delete", b"unref", b"ref"})
_MAKES = frozenset({b"Promise", b"Error", b"TypeError", b"RangeError", b"Map", b"Set", b"Array", b"Date"})


def promise_at(code: Code, node: Node) -> Node | None:
    """The `new Promise(...)` in whose executor `node` stands, None when it stands in none."""
    executor = executor_of(code, node)
    held = code.parent(executor) if executor is not None else None
    return code.parent(held) if held is not None else None


def promise_wrap(code: Code, made: Node) -> Wrap:
    """How the promise of `new Promise(...)` is made in the root.

    Raises:
        UnsafeError: when its executor is made elsewhere, or a timer of it must not run in the root.
    """
    executor = executor_in(code, made)
    if is_quiet(code, made):
        reason = why_not(code, made)
        if not reason:
            return Wrap(made)
    timers = [wrap(code, timer) for timer in _timers(code, executor)]
    return Wrap(made, executor=executor, inside=tuple(timers))


def deferred_wraps(code: Code, timer: Node) -> Iterator[Wrap]:
    """The timer, and the deferred promise of its function that it settles, made in the root; none for another timer.

    Raises:
        UnsafeError: when the deferred promise is made elsewhere, or either must not be made in the root.
    """
    settled = _SETTLES.search(code.text(timer))
    if settled is None:
        return
    name = next((word for word in code.words(settled[1], timer)), None)
    bound = binding(code, name) if name is not None else None
    value = field(bound.holder, "value") if bound is not None and bound.kind == "variable" else None
    if bound is None or value is None or value.type not in ("call_expression", "new_expression"):
        raise UnsafeError(f"line {line_of(timer)}: the timer holds a promise that is made elsewhere")
    yield wrap(code, value)
    yield wrap(code, timer)


def executor_in(code: Code, made: Node) -> Node:
    """The function that is given to `new Promise`.

    Raises:
        UnsafeError: when it is not a function written there, or `Promise` is another class of the file.
    """
    maker = field(made, "constructor")
    given = arguments(made)
    if (
        maker is None
        or code.text(maker) != b"Promise"
        or binding(code, maker) is not None
        or len(given) != 1
        or given[0].type not in FUNCTIONS
    ):
        raise UnsafeError(f"line {line_of(made)}: how the promise is made is not followed")
    return given[0]


def is_quiet(code: Code, node: Node, depth: int = 0) -> bool:
    """Whether `node` does no work for its request: it makes promises, starts timers, listens, puts things away."""
    return all(_is_quiet_call(code, call, depth) for call in _own_calls(code, node))


def _own_calls(code: Code, node: Node) -> Iterator[Node]:
    """The calls that `node` makes at once: those of the executors of its promises too, of no other function."""
    stack = [node]
    while stack:
        here = stack.pop()
        if here.type in ("call_expression", "new_expression", "await_expression", "yield_expression"):
            yield here
        for child in here.named_children:
            runs = child.type not in FUNCTIONS or (
                here.type == "arguments"
                and (above := code.parent(here)) is not None
                and is_promise_by_hand(code, above)
            )
            if runs and child.type != "class_body":
                stack.append(child)


def _is_quiet_call(code: Code, call: Node, depth: int) -> bool:
    if call.type == "new_expression":
        return code.text(field(call, "constructor")) in _MAKES
    callee = unwrap(field(call, "function") or call) if call.type == "call_expression" else None
    if callee is None:
        return False
    name = code.text(callee).rpartition(b".")[2].lstrip(b"?")
    if callee.type == "identifier" and (name in _TIMERS | _STOPS or settles(code, callee)):
        return True
    if callee.type == "member_expression" and (
        name in _TIMERS or name in _PUTS or name in LISTENS or name in STOPS_LISTENING or name in CHAINS
    ):
        return True
    function = callee_function(code, callee) if depth < _DEPTH else None
    return function is not None and makes_promise(code, function, depth + 1)


def reacts_quietly(code: Code, chained: Node) -> bool:
    """Whether what `.then(...)` and its like call does no work: it gives a value, or throws."""
    return all(
        given.type in FUNCTIONS and (body := field(given, "body")) is not None and is_quiet(code, body)
        for given in map(unwrap, arguments(chained))
    )


def makes_promise(code: Code, function: Node, depth: int = 0) -> bool:
    """Whether all that a function of the file does is to make a promise by hand, or a chain on one, and return it."""
    given = [unwrap(value) for value in returned(code, function)]
    body = field(function, "body")
    if not given or body is None or any(child.type in ("async", "*") for child in function.children[:4]):
        return False
    return all(_is_by_hand(code, value, depth) for value in given) and is_quiet(code, body, depth)


def _is_by_hand(code: Code, value: Node, depth: int) -> bool:
    """Whether a value is a promise by hand, a chain on one, or given by a function of the file that makes one."""
    callee = field(value, "function") if value.type == "call_expression" else None
    if callee is None:
        return is_promise_by_hand(code, value)
    if callee.type == "member_expression" and code.text(field(callee, "property")) in CHAINS:
        inner = unwrap(field(callee, "object") or callee)
        return _is_by_hand(code, inner, depth) and reacts_quietly(code, value)
    function = callee_function(code, callee) if depth < _DEPTH else None
    return function is not None and makes_promise(code, function, depth + 1)


def _timers(code: Code, executor: Node) -> Iterator[Node]:
    """The timers that an executor starts by itself."""
    for call in _own_calls(code, executor):
        callee = field(call, "function") if call.type == "call_expression" else None
        if (
            callee is not None
            and code.text(callee).rpartition(b".")[2] in _TIMERS
            and contains(executor, call)
        ):
            yield call
