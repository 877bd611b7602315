"""What a function gives may be run by whoever steps through it: the body of a generator runs where `next` is called."""

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.scopes import binding, means
from patcher.analysis.names import CHAINS
from patcher.syntax.tree import Node

_PASSES = frozenset({"parenthesized_expression", "as_expression", "non_null_expression"})
_STEPS = frozenset({"spread_element", "yield_expression", "array_pattern"})


def is_stepped(code: Code, made: Node, *, waited: bool = False) -> bool:
    """Whether what `made` gives is stepped through, or asked by a method of its own, where `made` stands.

    Args:
        code: the file.
        made: the call, or a variable that holds what it gave.
        waited: whether that was awaited: an array, mostly, if it is not stepped through with `for await`.
    """
    here, above = made, code.parent(made)
    while above is not None and above.type in (*_PASSES, "await_expression"):
        waited = waited or above.type == "await_expression"
        here, above = above, code.parent(above)
    if above is None:
        return False
    if above.type == "for_in_statement" and field(above, "right") == here:
        return not waited or any(child.type == "await" for child in above.children)
    if above.type == "member_expression" and field(above, "object") == here:
        return not waited and code.text(field(above, "property")) not in CHAINS
    if above.type == "variable_declarator" and field(above, "value") == here:
        return _is_variable_stepped(code, above, waited=waited)
    return above.type in _STEPS and not waited


def _is_variable_stepped(code: Code, declared: Node, *, waited: bool) -> bool:
    name = field(declared, "name")
    bound = binding(code, name) if name is not None and name.type == "identifier" else None
    if name is None or bound is None:
        return name is not None and name.type in _STEPS and not waited
    uses = (use for use in code.words(code.text(name), bound.scope) if use != name)
    return any(is_stepped(code, use, waited=waited) for use in uses if means(code, use, bound))
