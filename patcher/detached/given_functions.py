"""A function that a caller gave and that is run while the kept thing is made: it runs in the request of its caller.

`tail = tail.then(() => task())` becomes `root((run) => tail.then(() => run(() => task())), OWN)`: the promises of the
chain are the root's, and `task` sees its request. `run` has that request's context, and goes with the functions that
use it, which must therefore all be over when what is kept is settled.
"""

from collections.abc import Iterator

from patcher.analysis.facts.code import Code, contains, field, unwrap
from patcher.analysis.facts.functions import assigned, is_async
from patcher.analysis.facts.scopes import binding
from patcher.analysis.names import CHAINS, ITERATORS
from patcher.detached.by_hand import is_promise_by_hand
from patcher.detached.optional_chains import whole_of_chain
from patcher.detached.refusals import asks, given_functions, is_function_name
from patcher.detached.stepped import is_stepped
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node, walk

_WAITS = frozenset({"await_expression", "yield_expression"})


def runs_of_callers(code: Code, value: Node) -> tuple[Node, ...]:
    """What of `value` runs a function that the caller gave, each to be run in the caller's request: calls, and names
    of functions that a chain is handed.

    Raises:
        UnsafeError: when one cannot be, or when something would keep the request all the same.
    """
    reason = asks(code, value)
    if reason:
        raise UnsafeError(reason)
    found: list[Node] = []
    for given in given_functions(code, value):
        here = given.handed if given.handed is not None else whole_of_chain(code, given.call)
        if given.handed is not None and not _is_handed_to_chain(code, given.call, given.handed):
            raise UnsafeError(given.reason)
        if given.handed is None and not _is_inside(code, value, given.call):
            raise UnsafeError(given.reason)
        if any(part.type in _WAITS for part in walk(here)) or is_stepped(code, here):
            raise UnsafeError(given.reason)
        if given.handed is not None and _changes(code, given.handed):
            raise UnsafeError(f"{given.reason}, and may be another one by then")
        if not any(contains(other, here) for other in found):
            found = [*(other for other in found if not contains(here, other)), here]
    for function in _lasting(code, value):
        raise UnsafeError(
            f"line {line_of(function)}: a function here may last, and would keep the request of the caller's function"
        )
    return tuple(found)


def _is_handed_to_chain(code: Code, call: Node, handed: Node) -> bool:
    """Whether a name that can only be of a function is handed to `.then`, `.catch` or `.finally`."""
    callee = field(call, "function")
    return (
        callee is not None
        and callee.type == "member_expression"
        and code.text(field(callee, "property")) in CHAINS
        and is_function_name(code.text(handed))
    )


def _changes(code: Code, name: Node) -> bool:
    """Whether a parameter is given another value: whoever reads its name later may find that one."""
    bound = binding(code, name)
    return bound is None or bool(assigned(code, bound))


def _is_inside(code: Code, value: Node, call: Node) -> bool:
    """Whether what a call gives is only waited for in `value`, whose promise is another: it stands in an async function
    of it, or in one that is handed to a chain."""
    for above in code.ancestors(call):
        if above == value or not contains(value, above):
            return False
        if above.type in FUNCTIONS:
            return is_async(above) or _is_of_chain(code, above)
    return False


def _is_of_chain(code: Code, function: Node) -> bool:
    callee = _handed_to(code, function)
    return (
        callee is not None
        and callee.type == "member_expression"
        and code.text(field(callee, "property")) in CHAINS
    )


def _handed_to(code: Code, function: Node) -> Node | None:
    """What is called with `function` among its arguments, None when nothing is."""
    held = code.parent(function)
    call = code.parent(held) if held is not None and held.type == "arguments" else None
    return field(call, "function") if call is not None else None


def _lasting(code: Code, value: Node) -> Iterator[Node]:
    """The functions in `value` that may be called when it is settled: all but those that are called at once, those of
    its chains, and those that an array calls for each of its entries."""
    for node in walk(value):
        if node.type == "class_body":
            yield node
        if node.type not in FUNCTIONS or _is_called(code, node) or _is_of_chain(code, node):
            continue
        callee = _handed_to(code, node)
        name = code.text(field(callee, "property")) if callee is not None else b""
        if name not in ITERATORS and not _is_executor(code, node):
            yield node


def _is_called(code: Code, function: Node) -> bool:
    here, above = function, code.parent(function)
    while above is not None and above.type == "parenthesized_expression":
        here, above = above, code.parent(above)
    callee = field(above, "function") if above is not None and above.type == "call_expression" else None
    return callee is not None and unwrap(callee) == unwrap(here)


def _is_executor(code: Code, function: Node) -> bool:
    held = code.parent(function)
    made = code.parent(held) if held is not None and held.type == "arguments" else None
    return made is not None and is_promise_by_hand(code, made)
