"""Whether what is read before a store decides if the store runs: a condition, or a branch that leaves."""

import re

from patcher.analysis.facts.code import Code, Question, contains, field
from patcher.analysis.facts.scopes import Binding, binding
from patcher.analysis.facts.slots import stored_into
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_EXIT = re.compile(rb"\b(?:return|throw|continue|break)\b")
_RETURN = re.compile(rb"\breturn\b")


def guards(code: Code, use: Node, store: Node, hops: int) -> bool:
    """Whether reading `use` decides if `store` runs: a condition around or before it, or a variable that is
    given the slot's content and then tested."""
    here, above = use, code.parent(use)
    while above is not None and above.type not in FUNCTIONS:
        kind = above.type
        if kind in ("if_statement", "ternary_expression") and field(above, "condition") == here:
            return contains(above, store) or _leaves(code, above)
        if (
            kind == "binary_expression"
            and field(above, "left") == here
            and contains(field(above, "right"), store)
        ):
            return True
        if kind == "variable_declarator" and field(above, "value") == here:
            return hops < 2 and _alias_guards(code, field(above, "name"), above, store, hops)
        given = kind == "assignment_expression" and field(above, "right") == here and hops < 2
        if given and _alias_guards(code, field(above, "left"), above, store, hops):
            return True
        if kind == "return_statement":
            return _in_branch(code, above, store)
        here, above = above, code.parent(above)
    return False


_LAST_GUARD = Question[tuple[int, int, int], int]()  # of hops, a store and a variable


def _alias_guards(code: Code, name: Node | None, declared: Node, store: Node, hops: int) -> bool:
    """Whether the variable that `declared` gives the slot's content to is read before `store`, and decides."""
    bound = binding(code, name) if name is not None and name.type == "identifier" else None
    if bound is None or not contains(code.function(declared), store):
        return False
    answers, key = _LAST_GUARD.answers(code), (hops, store.id, bound.name.id)
    last = answers.get(key)
    if last is None:
        last = answers[key] = _last_guard(code, bound, store, hops)
    return declared.end_byte <= last


def _last_guard(code: Code, bound: Binding, store: Node, hops: int) -> int:
    """Where the last use of a variable before `store` begins that decides if `store` runs; -1 for none.

    A variable of a block that `store` is not in decides by leaving the function: `if (on) { const hit = ...; if (hit)
    return hit }`.
    """
    inside = contains(bound.scope, store)
    for use in reversed(code.words(code.text(bound.name), bound.scope)):
        is_before = use.end_byte <= store.start_byte and stored_into(code, use) is None
        if is_before and (guards(code, use, store, hops + 1) if inside else _returns_if(code, use)):
            return use.start_byte
    return -1


def _returns_if(code: Code, use: Node) -> bool:
    """Whether the function is left where the variable `use` has something: `if (hit) return hit`."""
    here, above = use, code.parent(use)
    while above is not None and above.type in ("parenthesized_expression", "binary_expression"):
        here, above = above, code.parent(above)
    return (
        above is not None
        and above.type == "if_statement"
        and field(above, "condition") == here
        and _RETURN.search(code.text(field(above, "consequence"))) is not None
    )


def _leaves(code: Code, statement: Node) -> bool:
    """Whether a branch of an `if` leaves, so that what follows depends on its condition."""
    return _EXIT.search(code.text(field(statement, "consequence"))) is not None


def _in_branch(code: Code, node: Node, store: Node) -> bool:
    return any(a.type == "if_statement" and not contains(a, store) for a in code.ancestors(node))
