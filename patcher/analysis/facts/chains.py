"""Chains: a promise that is put behind the one that its slot held before, as a queue or a lock does."""

from patcher.analysis.facts.code import WRAPPERS, Code, contains, field, unwrap
from patcher.analysis.facts.functions import assigned
from patcher.analysis.facts.promises import awaited_or_chained
from patcher.analysis.facts.scopes import binding
from patcher.analysis.facts.slots import Slot
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node


def follows(code: Code, use: Node, right: Node) -> bool:
    """Whether `use` is the head of the chain `use.then(...)` that `right` is."""
    if not awaited_or_chained(code, use) or code.function(use) != code.function(right):
        return False
    return contains(right, use) or _continues(code, use, unwrap(right))


def waits_for_last(code: Code, slot: Slot, use: Node) -> bool:
    """Whether what the slot held before is waited for, directly or through a local variable: a lock, or a queue."""
    here = use
    if slot.keyed:
        above = code.parent(use)
        call = code.parent(above) if above is not None else None
        if above is not None and above.type == "subscript_expression" and field(above, "object") == use:
            here = above
        elif (
            above is not None
            and call is not None
            and call.type == "call_expression"
            and code.text(field(above, "property")) == b"get"
        ):
            here = call
        else:
            return False
    above = code.parent(here)
    while above is not None and (above.type in WRAPPERS or _is_default_of(above, here)):
        here, above = above, code.parent(above)
    if above is None:
        return False
    if above.type == "variable_declarator" and field(above, "value") == here:
        name = field(above, "name")
        bound = binding(code, name) if name is not None and name.type == "identifier" else None
        return bound is not None and any(
            awaited_or_chained(code, word)
            for word in code.words(code.text(bound.name), bound.scope)
            if word != bound.name
        )
    return slot.keyed and awaited_or_chained(code, here)


def _is_default_of(above: Node, here: Node) -> bool:
    """Whether `above` is `here`, or something else where that is empty: `here ?? x`, `here || x`, and what compilers
    write for the former, `(_a = here) !== null && _a !== void 0 ? _a : x`."""
    part = {"binary_expression": "left", "assignment_expression": "right", "ternary_expression": "condition"}
    return above.type in part and field(above, part[above.type]) == here


def waits_first(code: Code, use: Node, right: Node) -> bool:
    """Whether a value is the promise of an async function that is called at once and waits for what the slot held:
    `tail = (async () => { await tail; return job() })()`."""
    above, right = code.parent(use), unwrap(right)
    function = field(right, "function") if right.type == "call_expression" else None
    made = unwrap(function) if function is not None else None
    waits = above is not None and above.type == "await_expression"
    return waits and made is not None and made.type in FUNCTIONS and code.function(use) == made


def _continues(code: Code, use: Node, right: Node) -> bool:
    """Whether `right` is chained to a variable that was given the chain that begins with `use`."""
    if right.type != "call_expression":
        return False
    head = right
    while head.type in ("call_expression", "member_expression"):
        inner = field(head, "function") or field(head, "object")
        if inner is None:
            return False
        head = unwrap(inner)
    bound = binding(code, head) if head.type == "identifier" else None
    return (
        bound is not None
        and bound.kind == "variable"
        and any(contains(v, use) for v in assigned(code, bound))
    )
