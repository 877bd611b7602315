"""One store, judged: which family it belongs to, or none.

The order of the questions is the order of their price: what is stored, when, for how long, and whether it is
emptied when it settles.
"""

import re
from dataclasses import dataclass

from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.endless import runs_on
from patcher.analysis.facts.functions import assigned, returned
from patcher.analysis.facts.laziness import (
    Laziness,
    in_browser,
    laziness,
    made_at_load,
    off_the_way,
    shutdown_slot,
)
from patcher.analysis.facts.lifetimes import Lifetime, escapes, lifetime, request_like
from patcher.analysis.facts.origins import made_in_root
from patcher.analysis.facts.promises import Evidence, awaited_or_chained, evidence, named_promise
from patcher.analysis.facts.scopes import (
    binding,
    function_name,
    is_module,
    means,
    named_function,
    parameters,
)
from patcher.analysis.facts.settlement import Clearing, clearing
from patcher.analysis.facts.slots import Shape, Slot, normal, slot_of, stored_into, uses
from patcher.analysis.facts.stores import Store, stores_at
from patcher.syntax.kinds import FUNCTIONS
from patcher.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Judged:
    """A store that belongs to a family: the node that stores, and the slot's name and scope; `growth` says how many
    requests are kept where that differs from the family."""

    family: str
    node: Node
    function: str
    slot: str
    scope: Node
    growth: str = ""


_FAMILIES = {
    Lifetime.MODULE: "kept-promise-module",
    Lifetime.INSTANCE: "kept-promise-field",
    Lifetime.CLOSURE: "kept-promise-closure",
}
_HANDED = frozenset({b"context", b"ctx", b"info", b"contextValue"})
_LONG_KEY = re.compile(
    rb"(?:config|configuration|options?|settings|client|server|app|application|compiler|compilation|schema|class|ctor"
    rb"|constructor|type|module|plugin|env|environment|target|fn|func|function|loader|component|registry|owner|this|fetch|agent|pool|connection|driver)$",
    re.I,
)


def judge(code: Code, node: Node) -> Judged | None:
    """The site at `node`, an assignment or a call that stores; None when it keeps no request."""
    for store in stores_at(code, node):
        family = _family(code, store)
        if family and not made_in_root(code, store.value, store.slot):
            return judged(code, store, family)
    return None


def _family(code: Code, store: Store) -> str:
    slot = store.slot
    when = laziness(code, slot, store.node)
    if when is Laziness.EAGER or _off_the_way(code, store):
        return ""
    if slot.keyed:
        return _keyed(code, store) if when is Laziness.GUARDED and _promise(code, store) else ""
    where = lifetime(code, slot, store.node)
    if where is Lifetime.SHORT or (when is Laziness.EVERY_CALL and where is not Lifetime.ENTRY):
        return ""
    if not _promise(code, store):
        return ""
    if where is Lifetime.ENTRY:
        return _entry(code, store, when)
    if when is Laziness.CHAINED:
        return "promise-tail-chain" if _settled(code, store) is not Clearing.SETTLED else ""
    family = "refreshed-promise" if when is Laziness.REFRESHED else _FAMILIES[where]
    return _unless_settled(code, store, "background-loop" if runs_on(code, store.value) else family)


def _settled(code: Code, store: Store) -> Clearing:
    return clearing(code, store.slot, store.node, _origin(code, store))


def _origin(code: Code, store: Store) -> Node:
    """The expression that made what is stored, when it went through a local variable."""
    value = store.value
    bound = binding(code, value) if value.type == "identifier" else None
    if bound is None or bound.kind != "variable":
        return value
    before = [made for made in assigned(code, bound) if made.end_byte <= store.node.end_byte]
    return unwrap(before[-1]) if before else value


def _unless_settled(code: Code, store: Store, family: str) -> str:
    cleared = _settled(code, store)
    if cleared is Clearing.SETTLED:
        return ""
    return "error-only-reset" if cleared is Clearing.ERROR_ONLY and not store.slot.keyed else family


def _off_the_way(code: Code, store: Store) -> bool:
    _, name = named_function(code, store.node)
    return off_the_way(name) or shutdown_slot(store.slot.word) or in_browser(code, store.node)


def _promise(code: Code, store: Store) -> bool:
    """Whether what is stored is a promise, by itself or by what is done with it and with the slot."""
    value = store.value
    if value.type == "object":
        return store.slot.keyed and _wrapped(code, value)
    if made_at_load(code, value) or _put_back(code, store):
        return False
    known = evidence(code, value)
    if known is not Evidence.UNKNOWN:
        return known is Evidence.PROMISE
    if value.type == "identifier":
        if _local_chained(code, value):
            return True
        bound = binding(code, value)
        if bound is None or bound.kind != "variable":
            return False
    elif value.type != "call_expression" and value.type not in ("binary_expression", "ternary_expression"):
        return False
    if named_promise(store.slot.word) or (value.type == "identifier" and named_promise(code.text(value))):
        return True
    return any(_used_as_promise(code, use, store.slot) for use in uses(code, store.slot))


def _put_back(code: Code, store: Store) -> bool:
    """Whether a variable is stored that holds nothing but what the slot held before."""
    bound = binding(code, store.value) if store.value.type == "identifier" else None
    if bound is None or bound.kind != "variable":
        return False
    arms = [arm for made in assigned(code, bound) for arm in _arms(unwrap(made))]
    held = [arm for arm in arms if evidence(code, arm) is not Evidence.VALUE]
    return bool(held) and all(_reads(code, arm, store.slot) for arm in held)


def _reads(code: Code, value: Node, slot: Slot) -> bool:
    """Whether `value` is what the slot holds; for a keyed slot, what one of its entries does."""
    if slot.keyed and value.type == "call_expression":
        callee = field(value, "function")
        got = callee is not None and code.text(field(callee, "property")) == b"get"
        value = unwrap(field(callee, "object") or value) if got and callee is not None else value
    elif slot.keyed and value.type == "subscript_expression":
        value = unwrap(field(value, "object") or value)
    return normal(code.text(value)) == slot.path


def _arms(value: Node) -> list[Node]:
    if value.type != "ternary_expression":
        return [value]
    return [unwrap(arm) for side in ("consequence", "alternative") if (arm := field(value, side)) is not None]


def _wrapped(code: Code, value: Node) -> bool:
    """Whether an object literal put into a cache holds a promise: `{data: promise}`."""
    for pair in value.named_children[:20]:
        if pair.type == "shorthand_property_identifier" and named_promise(code.text(pair)):
            return True
        inner = field(pair, "value") if pair.type == "pair" else None
        if inner is None:
            continue
        inner = unwrap(inner)
        known = evidence(code, inner)
        if known is Evidence.PROMISE:
            return True
        if (
            known is Evidence.UNKNOWN
            and inner.type == "identifier"
            and (named_promise(code.text(inner)) or _local_chained(code, inner))
        ):
            return True
    return False


def _local_chained(code: Code, name: Node) -> bool:
    bound = binding(code, name)
    if bound is None or bound.kind == "import":
        return False
    return any(
        use != name and awaited_or_chained(code, use) and means(code, use, bound)
        for use in code.words(code.text(name), bound.scope)
    )


def _used_as_promise(code: Code, use: Node, slot: Slot) -> bool:
    if not slot.keyed:
        return awaited_or_chained(code, use)
    above = code.parent(use)
    if above is None:
        return False
    if above.type == "subscript_expression" and field(above, "object") == use:
        return awaited_or_chained(code, above)
    call = code.parent(above)
    if above.type == "member_expression" and call is not None and call.type == "call_expression":
        return code.text(field(above, "property")) == b"get" and awaited_or_chained(code, call)
    return False


def _keyed(code: Code, store: Store) -> str:
    slot = store.slot
    container = Slot(**{**slot.__dict__, "keyed": False})
    where = lifetime(code, _source(code, container), store.node)
    if where in (Lifetime.SHORT, Lifetime.ENTRY) or not _long_keys(code, store):
        return ""
    return _unless_settled(code, store, "kept-promise-keyed")


def _source(code: Code, container: Slot) -> Slot:
    """The slot that a local name for a container was read from: `const cache = this.cache`, or `cache = shared`
    as the default of a parameter."""
    root = container.root
    if container.shape is not Shape.VARIABLE or root is None:
        return container
    if root.kind == "parameter":
        pattern = code.parent(root.name)
        value = (
            field(pattern, "right") if pattern is not None and field(pattern, "left") == root.name else None
        )
    else:
        value = field(root.holder, "value") if field(root.holder, "name") == root.name else None
    if value is None or root.kind not in ("variable", "parameter"):
        return container
    value = unwrap(value)
    read = slot_of(code, value) if value.type in ("member_expression", "identifier") else None
    return container if read is None or read.keyed else read


def _long_keys(code: Code, store: Store) -> bool:
    """Whether entries outlive a request: always, but for a WeakMap whose key may be the request."""
    weak = any(b"WeakMap" in code.text(value)[:400] for value in _initial(code, store.slot))
    if not weak:
        return True
    given = arguments(store.node) if store.node.type == "call_expression" else []
    return (
        bool(given) and _LONG_KEY.search(code.text(given[0])) is not None and not _made_here(code, given[0])
    )


def _made_here(code: Code, key: Node) -> bool:
    """Whether the key of an entry is a function or an object that the storing function has just made."""
    bound = binding(code, key) if key.type == "identifier" else None
    if bound is None or bound.kind not in ("variable", "function") or is_module(code, bound.owner):
        return False
    made = assigned(code, bound)
    return bound.kind == "function" or (
        bool(made) and all(unwrap(value).type in (*FUNCTIONS, "object", "new_expression") for value in made)
    )


def _initial(code: Code, slot: Slot) -> list[Node]:
    found = []
    for use in uses(code, slot):
        assignment = stored_into(code, use)
        value = field(assignment, "right") if assignment is not None else None
        above = code.parent(use)
        if above is not None and above.type == "variable_declarator":
            value = field(above, "value")
        if value is not None:
            found.append(value)
    if slot.shape in (Shape.FIELD, Shape.STATIC):
        for word in code.words(slot.word, slot.scope):
            above = code.parent(word)
            if above is not None and above.type in ("field_definition", "public_field_definition"):
                value = field(above, "value")
                found.extend([value] if value is not None else [])
    return found


def _entry(code: Code, store: Store, when: Laziness) -> str:
    """A promise on an object that the storing function was given or looked up, or makes and returns."""
    slot = store.slot
    root = slot.root
    if (
        root is None
        or slot.path.count(b".") + slot.path.count(b"[") != 1
        or request_like(root.name.text or b"")
    ):
        return ""
    if not _keeps_entries(code, store.node):
        return ""
    made = field(root.holder, "value") if root.kind == "variable" else None
    if made is not None and unwrap(made).type in ("object", "new_expression", "array"):
        return _state(code, store, unwrap(made))
    if when is not Laziness.GUARDED or any(contains(store.value, use) for use in uses(code, slot)):
        return ""
    return _unless_settled(code, store, "kept-promise-entry")


def _keeps_entries(code: Code, store: Node) -> bool:
    """Whether the objects that come to the storing function may outlive the call: not in a request handler
    or a resolver, and not in a helper that lives only as long as the call it is written in."""
    storing = code.function(store)
    if storing is None:
        return False
    for function in code.functions(store):
        names = parameters(code, function)
        if any(request_like(name) or name in _HANDED for name in names):
            return False
    outer = code.function(storing)
    return (
        is_module(code, outer)
        or outer is None
        or storing.type == "method_definition"
        or escapes(code, storing, outer)
    )


def _state(code: Code, store: Store, made: Node) -> str:
    """A state object made here, given its promise, and returned to a caller that keeps it."""
    function = code.function(store.node)
    if made.type != "object" or function is None or evidence(code, store.value) is not Evidence.PROMISE:
        return ""
    root = store.slot.root
    if root is None or not any(
        code.text(unwrap(given)) == root.name.text for given in returned(code, function)
    ):
        return ""
    if not _memoized_by_caller(code, function):
        return ""
    return _unless_settled(code, store, "kept-promise-state")


def _memoized_by_caller(code: Code, function: Node) -> bool:
    """Whether a function's result is kept: it is handed to another, or a call of it is stored lazily."""
    name = function_name(code, function)
    for use in code.words(name) if name else []:
        above = code.parent(use)
        if contains(function, use) or above is None:
            continue
        if above.type == "arguments":
            return True
        call = above if above.type == "call_expression" and field(above, "function") == use else None
        holder = code.parent(call) if call is not None else None
        if holder is not None and holder.type.endswith("assignment_expression"):
            left = field(holder, "left")
            slot = slot_of(code, left) if left is not None else None
            if slot is not None and laziness(code, slot, holder) is Laziness.GUARDED:
                return True
    return False


def judged(code: Code, store: Store, family: str) -> Judged:
    """The record of a store that belongs to `family`."""
    _, name = named_function(code, store.node)
    return Judged(family, store.node, name.decode("utf-8", "replace"), store.slot.text, store.slot.scope)
