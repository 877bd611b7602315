"""Loops that go on until somebody stops them."""

from patcher.analysis.facts.code import Code, field, unwrap
from patcher.analysis.facts.functions import callee_function, is_async
from patcher.analysis.names import STOP_FLAGS
from patcher.syntax.tree import Node


def runs_on(code: Code, value: Node) -> bool:
    """Whether `value` calls an async function of the file that loops until a flag stops it: its promise stays
    pending."""
    call = unwrap(value)
    callee = field(call, "function") if call.type == "call_expression" else None
    function = callee_function(code, unwrap(callee)) if callee is not None else None
    if function is None or not is_async(function):
        return False
    return any(
        loop.type == "while_statement" and _is_endless(code, loop) and code.function(loop) == function
        for loop in code.keyword(b"while", function)
    )


def _is_endless(code: Code, loop: Node) -> bool:
    """Whether a loop waits in its body and tests nothing but a flag."""
    asked = field(loop, "condition")
    condition = unwrap(asked) if asked is not None else loop
    text = code.text(condition)
    flag = condition.type in ("identifier", "member_expression", "unary_expression") and text in STOP_FLAGS
    if not (text in (b"true", b"1") or flag):
        return False
    body = field(loop, "body")
    own = [
        w
        for w in code.keyword(b"await", loop)
        if body is not None and code.function(w) == code.function(loop)
    ]
    leaves = [*code.keyword(b"return", loop), *code.keyword(b"break", loop)]
    return bool(own) and (bool(flag) or not leaves)
