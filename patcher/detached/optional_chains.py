"""`a?.b().c` is over where there is no `a`: its beginning cannot be worked out apart from the rest."""

from patcher.analysis.facts.code import Code, field
from patcher.syntax.tree import Node


def whole_of_chain(code: Code, node: Node) -> Node:
    """All of the chain that `node` begins, when a `?.` in `node` may end it; else `node` itself."""
    return code.chain(node) if _may_end(node) else node


def _may_end(node: Node) -> bool:
    here: Node | None = node
    while here is not None and here.type != "parenthesized_expression":
        if any(child.type == "optional_chain" for child in here.children):
            return True
        here = field(here, "function") or field(here, "object")
    return False
