"""The stores of a file: what an assignment, a `set` of a map or a `defineProperty` keeps, and in which slot."""

from dataclasses import dataclass

from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.promises import awaited_or_chained
from patcher.analysis.facts.scopes import binding
from patcher.analysis.facts.slots import Slot, keyed, property_of, slot_of
from patcher.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Store:
    """A store: the slot, the node that stores, and what is stored."""

    slot: Slot
    node: Node
    value: Node


def stores_at(code: Code, node: Node) -> list[Store]:
    """The stores that an assignment or a call makes."""
    if node.type in ("assignment_expression", "augmented_assignment_expression"):
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None or code.text(field(node, "operator")) not in (b"", b"||=", b"??="):
            return []
        slot = slot_of(code, left)
        return [] if slot is None else [Store(slot, node, _innermost(right))]
    if node.type == "call_expression":
        store = _call_store(code, node)
        return [] if store is None else [store]
    return []


def _innermost(right: Node) -> Node:
    """What `a = b = value` stores."""
    right = unwrap(right)
    while right.type == "assignment_expression":
        inner = field(right, "right")
        if inner is None:
            break
        right = unwrap(inner)
    return right


def _call_store(code: Code, call: Node) -> Store | None:
    callee, given = field(call, "function"), arguments(call)
    if callee is None or callee.type != "member_expression":
        return None
    name = code.text(field(callee, "property"))
    if name == b"set" and len(given) in (2, 3):
        return _entry(code, call, callee, given)
    return _property(code, call, given) if name == b"defineProperty" and len(given) == 3 else None


def _entry(code: Code, call: Node, callee: Node, given: list[Node]) -> Store | None:
    """What `map.set(key, value)` stores. A `set` that is waited for is that of a store outside the process."""
    holder = field(callee, "object")
    slot = keyed(slot_of(code, holder)) if holder is not None else None
    return None if slot is None or _is_waited_for(code, call) else Store(slot, call, unwrap(given[1]))


def _is_waited_for(code: Code, call: Node) -> bool:
    held = code.parent(call)
    outer = code.parent(held) if held is not None and held.type == "arguments" else None
    return awaited_or_chained(code, call) or (
        outer is not None and code.text(field(outer, "function")) == b"Promise.resolve"
    )


def _property(code: Code, call: Node, given: list[Node]) -> Store | None:
    """What `Object.defineProperty(owner, key, { value })` stores."""
    if given[2].type != "object":
        return None
    for entry in given[2].named_children[:8]:
        if code.text(field(entry, "key")) == b"value":
            value = field(entry, "value")
        elif code.text(entry) == b"value" and (bound := binding(code, entry)) is not None:
            value = bound.name
        else:
            continue
        slot = property_of(code, given[0], given[1])
        return None if slot is None or value is None else Store(slot, call, unwrap(value))
    return None
