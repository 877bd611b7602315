"""What stays when it is made in the root: the request is kept by something else than the context of the thing.

Each of these was seen to keep its requests under Node after the rewrite (see tests/retention/reports).
"""

import re
from collections.abc import Sequence

from patcher.analysis.facts.code import Code, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.detached.held_data import check_held
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap
from patcher.syntax.tree import Node, walk

_RUNS_ON = frozenset(
    {
        "kept-context",
        "kept-listener",
        "kept-timer",
        "kept-timer-entry",
        "lazy-interval",
        "long-lived-race",
        "long-timeout",
        "request-interval",
        "self-rearming-timer",
    }
)
_LATER = re.compile(
    rb"new\s+(?:[\w$]+\.)*(?:Agent|MessageChannel)\b|(?:[\w$]+\.)*createServer\((?![\s\S]*\.listen\()"
)


def check_freed(code: Code, family: str, wraps: Sequence[Wrap]) -> None:
    """Refuse what would keep its request all the same.

    Raises:
        UnsafeError: with what keeps it.
    """
    if family in _RUNS_ON:
        check_held(code, wraps)
    for made in wraps:
        line, text = line_of(made.node), code.text(made.node)
        if made.node.type == "object":
            raise UnsafeError(f"line {line}: what the object holds was made elsewhere")
        if family == "lazy-handle" and (_LATER.match(text) or _opens_later(code, made)):
            raise UnsafeError(f"line {line}: what it opens later, in requests, keeps them too")
        if family == "long-timeout" and _is_cleared_elsewhere(code, made.node):
            raise UnsafeError(
                f"line {line}: the timer is left only where what is awaited fails, and keeps that error, which has its "
                "request: clear it in `finally`"
            )


def _is_cleared_elsewhere(code: Code, promise: Node) -> bool:
    """Whether the timer of a promise by hand is in a variable that is cleared further on in the same function."""
    around = code.function(promise)
    if promise.type != "new_expression" or around is None:
        return False
    handles = {
        code.text(left)
        for node in walk(promise)
        if node.type == "assignment_expression"
        and (left := field(node, "left")) is not None
        and code.text(field(node, "right")).startswith(b"setTimeout(")
    }
    rest = code.source[promise.end_byte : around.end_byte]
    return any(b"clearTimeout(%b)" % handle in rest for handle in handles)


def _opens_later(code: Code, made: Wrap) -> bool:
    """Whether the function of the file that is called makes what opens its connections later."""
    callee = field(made.node, "function") if made.node.type == "call_expression" else None
    function = callee_function(code, unwrap(callee)) if callee is not None else None
    return function is not None and _LATER.search(code.text(function)) is not None
