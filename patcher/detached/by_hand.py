"""Promises by hand: `new Promise((resolve, reject) => ...)`, and the functions that settle them."""

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.scopes import Binding, binding
from patcher.syntax.tree import Node


def is_promise_by_hand(code: Code, node: Node) -> bool:
    """Whether `node` is `new Promise(...)`."""
    maker = field(node, "constructor") if node.type == "new_expression" else None
    return maker is not None and code.text(maker) == b"Promise"


def settles(code: Code, name: Node) -> bool:
    """Whether a name is one of the functions that `new Promise` gives to its executor."""
    bound = binding(code, name) if name.type == "identifier" else None
    return bound is not None and is_settler(code, bound)


def is_settler(code: Code, bound: Binding) -> bool:
    """Whether what a name means is one of the functions that `new Promise` gives to its executor."""
    held = code.parent(bound.holder) if bound.kind == "parameter" else None
    made = code.parent(held) if held is not None and held.type == "arguments" else None
    return made is not None and is_promise_by_hand(code, made)
