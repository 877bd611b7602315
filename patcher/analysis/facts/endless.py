"""Loops that go on until somebody stops them."""

from collections.abc import Iterator

from patcher.analysis.facts.code import Code, field, unwrap
from patcher.analysis.facts.functions import callee_function, is_async
from patcher.analysis.names import CHAINS, STOP_FLAGS
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_LOOPS = {b"while": "while_statement", b"do": "do_statement", b"for": "for_statement"}
_ALWAYS = (b"true", b"1", b"!0")
_DEEPEST = 2


def runs_on(code: Code, value: Node) -> bool:
    """Whether `value` calls an async function of the file that loops until a flag stops it: its promise stays
    pending, and so does what is chained to it."""
    return _runs_on(code, value, 0)


def _runs_on(code: Code, value: Node, depth: int) -> bool:
    call = unwrap(value)
    callee = unwrap(field(call, "function") or call)
    while callee.type == "member_expression" and code.text(field(callee, "property")) in CHAINS:
        call = unwrap(field(callee, "object") or callee)
        callee = unwrap(field(call, "function") or call)
    if call.type != "call_expression":
        return False
    function = callee if callee.type in FUNCTIONS else callee_function(code, callee)
    if function is None or not is_async(function):
        return False
    if any(_is_endless(code, loop) for loop in _loops(code, function)):
        return True
    return depth < _DEEPEST and any(_runs_on(code, held, depth + 1) for held in _awaited(function))


def _loops(code: Code, function: Node) -> Iterator[Node]:
    for word, kind in _LOOPS.items():
        for loop in code.keyword(word, function):
            if loop.type == kind and code.function(loop) == function:
                yield loop


def _awaited(function: Node) -> Iterator[Node]:
    """What `function` waits for in any case, as a statement of its own body."""
    body = field(function, "body")
    for statement in body.named_children if body is not None else ():
        inner = statement.named_children[0] if statement.named_children else None
        if (
            statement.type == "expression_statement"
            and inner is not None
            and inner.type == "await_expression"
        ):
            yield from inner.named_children[-1:]


def _is_endless(code: Code, loop: Node) -> bool:
    """Whether a loop waits in its body and tests nothing but a flag."""
    asked = field(loop, "condition")
    text, flag = b"true", False
    if asked is not None and asked.type != "empty_statement":
        condition = unwrap(asked)
        text = code.text(condition)
        named = condition.type in ("identifier", "member_expression", "unary_expression")
        flag = named and text in STOP_FLAGS
    if not (text in _ALWAYS or flag):
        return False
    body = field(loop, "body")
    own = [
        w
        for w in code.keyword(b"await", loop)
        if body is not None and code.function(w) == code.function(loop)
    ]
    leaves = [*code.keyword(b"return", loop), *code.keyword(b"break", loop)]
    return bool(own) and (flag or not leaves)
