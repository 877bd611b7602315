"""What stays when it is made in the root: the request is kept by something else than the context of the thing.

Each of these was seen to keep its requests under Node after the rewrite (see tests/retention/reports).
"""

import re
from collections.abc import Sequence

from patcher.analysis.facts.code import Code, contains, field
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_TIMER = re.compile(rb"(?:[\w$.]+\.)?set(?:Timeout|Interval)\(")
_LATER = re.compile(rb"new\s+(?:[\w$]+\.)*(?:Agent|MessageChannel)\b")


def check_freed(code: Code, family: str, wraps: Sequence[Wrap]) -> None:
    """Refuse what would keep its request all the same.

    Raises:
        UnsafeError: with what keeps it.
    """
    if family == "long-lived-race":
        raise UnsafeError("what outlives the request keeps who waits for it, wherever the race is made")
    for made in wraps:
        line, text = line_of(made.node), code.text(made.node)
        if made.node.type == "object":
            raise UnsafeError(f"line {line}: what the object holds was made elsewhere")
        if family == "long-timeout" and _TIMER.match(text) and _in_executor(code, made.node):
            raise UnsafeError(f"line {line}: the timer holds the promise around it, which the request makes")
        if family == "lazy-handle" and _LATER.match(text):
            raise UnsafeError(f"line {line}: what it opens later, in requests, keeps them too")


def _in_executor(code: Code, node: Node) -> bool:
    """Whether `node` stands in a function that is given to `new Promise`."""
    for above in code.ancestors(node):
        if above.type not in FUNCTIONS:
            continue
        held = code.parent(above)
        call = code.parent(held) if held is not None and held.type == "arguments" else None
        if call is not None and call.type == "new_expression":
            maker = field(call, "constructor")
            if maker is not None and code.text(maker) == b"Promise" and contains(call, node):
                return True
    return False
