"""One store, judged: which family it belongs to, or none.

The order of the questions is the order of their price: what is stored, when, for how long, and whether it is
emptied when it settles.
"""

from dataclasses import dataclass
from typing import Literal

from patcher.analysis.detect.held import holds_promise, initial_values, source_of
from patcher.analysis.doubt import SURE, Doubt, how_many
from patcher.analysis.facts.calls import call_of, calls_by_name
from patcher.analysis.facts.code import Code, Question, arguments, contains, field, unwrap
from patcher.analysis.facts.endless import runs_on
from patcher.analysis.facts.functions import assigned, returned
from patcher.analysis.facts.laziness import Laziness, laziness
from patcher.analysis.facts.lifetimes import Lifetime, escapes, lifetime, made_once, put_away, request_like
from patcher.analysis.facts.out_of_service import in_browser, is_dead, shutdown_slot
from patcher.analysis.facts.promises import Evidence, evidence
from patcher.analysis.facts.request_path import serves_one, starts_or_ends
from patcher.analysis.facts.scopes import (
    binding,
    function_name,
    is_module,
    named_function,
    parameters,
)
from patcher.analysis.facts.settlement import Clearing, clearing, makers, stashed_resolvers
from patcher.analysis.facts.slots import Shape, Slot, slot_of, uses
from patcher.analysis.facts.stored_values import made_in_root
from patcher.analysis.facts.stores import Store, stores_at
from patcher.analysis.names import HANDED_ON, LONG_KEYS, REACT_CACHE
from patcher.retention.kinds import Growth, Kept
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Judged:
    """A store that belongs to a family: the node that stores, and the slot's name and scope; `growth` says how many
    requests are kept where that differs from the family, `keeps` what kind of thing does it."""

    family: str
    node: Node
    function: str
    slot: str
    scope: Node
    owner: str = ""
    doubt: Doubt = SURE
    growth: Growth | Literal[""] = ""
    maker: str = ""
    keeps: Kept | None = None


_FAMILIES = {
    Lifetime.MODULE: "kept-promise-module",
    Lifetime.INSTANCE: "kept-promise-field",
    Lifetime.CLOSURE: "kept-promise-closure",
}


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
        lasting = when in (Laziness.GUARDED, Laziness.CHAINED) and holds_promise(code, store)
        family = _keyed(code, store) if lasting else ""
        return "promise-tail-chain" if family and when is Laziness.CHAINED else family
    where = lifetime(code, slot, store.node)
    if where is Lifetime.SHORT and when is Laziness.CHAINED and _is_made_at_load(code, slot):
        where = Lifetime.CLOSURE  # a lock: there is one for each of what it guards, or one for the process
    if where is Lifetime.SHORT or (when is Laziness.EVERY_CALL and where is not Lifetime.ENTRY):
        return ""
    if not holds_promise(code, store) or _is_signal(code, store):
        return ""
    if where is Lifetime.ENTRY:
        return _entry(code, store, when)
    if when is Laziness.CHAINED:
        # In a closure the last link goes when that does; an object may live as long as a module.
        lasting = where is not Lifetime.CLOSURE or _is_made_at_load(code, slot)
        lasting = lasting and not serves_one(code, slot.owner)
        return "promise-tail-chain" if lasting and _settled(code, store) is not Clearing.SETTLED else ""
    family = "refreshed-promise" if when is Laziness.REFRESHED else _FAMILIES[where]
    return _unless_settled(code, store, "background-loop" if runs_on(code, store.value) else family)


def _is_signal(code: Code, store: Store) -> bool:
    """Whether a promise takes the place of one that was awaited, for somebody else to resolve: whoever waits for data
    makes the next signal, in a loop of its own, and none is asked whether it is there."""
    if not stashed_resolvers(code, store.value):
        return False
    before = [
        use
        for use in uses(code, store.slot, code.function(store.node))
        if use.end_byte <= store.node.start_byte
    ]
    above = [code.parent(use) for use in before]
    return bool(above) and all(one is not None and one.type == "await_expression" for one in above)


def _is_made_at_load(code: Code, slot: Slot) -> bool:
    """Whether the file calls the function that a variable belongs to when it is loaded, and keeps what that gives."""
    owner = slot.root.owner if slot.root is not None else None
    name = function_name(code, owner) if slot.shape is Shape.VARIABLE else b""
    for call in calls_by_name(code, name, method=False):
        kept = code.parent(call)
        if kept is not None and kept.type == "variable_declarator" and is_module(code, code.function(call)):
            return True
    return False


_SETTLED = Question[tuple[int, bytes], Clearing]()  # of a store, by its node and its slot


def _settled(code: Code, store: Store) -> Clearing:
    answers, key = _SETTLED.answers(code), (store.node.id, store.slot.path)
    if key not in answers:
        answers[key] = clearing(code, store.slot, store.node, _origin(code, store))
    return answers[key]


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
    return (
        starts_or_ends(code, store.node)
        or shutdown_slot(store.slot.word)
        or in_browser(code, store.node)
        or any(in_browser(code, field(made, "body") or made) for made in makers(code, _origin(code, store)))
        or is_dead(code, store.node)
    )


def _keyed(code: Code, store: Store) -> str:
    slot = store.slot
    container = Slot(**{**slot.__dict__, "keyed": False})
    where = lifetime(code, source_of(code, container), store.node)
    if where in (Lifetime.SHORT, Lifetime.ENTRY) or not _long_keys(code, store):
        return ""
    return _unless_settled(code, store, "kept-promise-keyed")


def _long_keys(code: Code, store: Store) -> bool:
    """Whether entries outlive a request: always, but for a WeakMap whose key may be the request."""
    if not _is_weak(code, store):
        return True
    given = arguments(store.node) if store.node.type == "call_expression" else []
    return bool(given) and code.text(given[0]) in LONG_KEYS and not _made_here(code, given[0])


def _made_here(code: Code, key: Node) -> bool:
    """Whether the key of an entry is a function or an object that the storing function has just made."""
    bound = binding(code, key) if key.type == "identifier" else None
    if bound is None or bound.kind not in ("variable", "function") or is_module(code, bound.owner):
        return False
    made = assigned(code, bound)
    return bound.kind == "function" or (
        bool(made) and all(unwrap(value).type in (*FUNCTIONS, "object", "new_expression") for value in made)
    )


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
    if made is not None and _is_request_cache(code, unwrap(made)):
        return ""
    if made is not None and unwrap(made).type in ("object", "new_expression", "array"):
        return _state(code, store, unwrap(made))
    if when is not Laziness.GUARDED or any(contains(store.value, use) for use in uses(code, slot)):
        return ""
    return _unless_settled(code, store, "kept-promise-entry")


def _is_request_cache(code: Code, made: Node) -> bool:
    """Whether an object comes from a function made by `cache()` of React, which gives every request its own."""
    if made.type != "call_expression" or b"cache(" not in code.source or b"react" not in code.source:
        return False
    callee = unwrap(field(made, "function") or made)
    bound = binding(code, callee) if callee.type == "identifier" else None
    values = assigned(code, bound) if bound is not None and bound.kind == "variable" else []
    if (
        callee.type in ("subscript_expression", "member_expression")
        and (slot := slot_of(code, callee)) is not None
    ):
        values = [
            right
            for use in uses(code, slot)
            if (above := code.parent(use)) is not None
            for right in [field(code.parent(above) or above, "right") or field(above, "right")]
            if right is not None
        ]
    return any(code.text(value) in REACT_CACHE for value in values)


def _keeps_entries(code: Code, store: Node) -> bool:
    """Whether the objects that come to the storing function may outlive the call: not in a request handler
    or a resolver, and not in a helper that lives only as long as the call it is written in."""
    storing = code.function(store)
    if storing is None:
        return False
    for function in code.functions(store):
        names = parameters(code, function)
        if any(request_like(name) or name in HANDED_ON for name in names):
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
        call = call_of(code, use, method=False)
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
    owner, maker = _owner(code, store)
    return Judged(
        family,
        store.node,
        name.decode("utf-8", "replace"),
        store.slot.text,
        store.slot.scope,
        owner,
        _doubt(code, store, family, owner),
        growth=_growth(code, store, family),
        maker=maker,
    )


def _growth(code: Code, store: Store, family: str) -> Growth | Literal[""]:
    """How many requests a slot keeps where its family does not say it."""
    if not store.slot.keyed:
        return ""
    if family == "promise-tail-chain":
        return "one a key"
    # The keys of a WeakMap that outlive a request are few: a client, an application, a `fetch`.
    return "one for the process" if _is_weak(code, store) else ""


def _is_weak(code: Code, store: Store) -> bool:
    return any(b"WeakMap" in code.text(value)[:400] for value in initial_values(code, store.slot))


_PARTLY = {Clearing.SOMETIMES: "give nothing", Clearing.SUCCESS_ONLY: "fail"}


def _owner(code: Code, store: Store) -> tuple[str, str]:
    """The class whose field a store fills, or whose constructor has the variable, and the function of the module that
    has it, by name; empty where there is none."""
    slot = store.slot
    if slot.owner is not None:
        return class_name(code, slot.owner), ""
    function = slot.root.owner if slot.root is not None else None
    if function is None or function == code.function(store.node) or is_module(code, function):
        return "", ""
    if function_name(code, function) == b"constructor":
        return class_name(code, code.parent(function)), ""
    outer = code.function(function)
    made = function_name(code, function) if is_module(code, outer) else b""
    return "", made.decode("utf-8", "replace")


def class_name(code: Code, body: Node | None) -> str:
    """The name of the class that has this body; empty for what is none."""
    declared = code.parent(body) if body is not None and body.type == "class_body" else None
    own = field(declared, "name") if declared is not None else None
    return (code.text(own) or function_name(code, declared)).decode("utf-8", "replace")


def _doubt(code: Code, store: Store, family: str, owner: str) -> Doubt:
    """What this file does not say of a site: how many objects there are that have the slot."""
    if family == "kept-promise-entry":
        return how_many(f"is there one object that has `{store.slot.text}`")
    slot = store.slot
    if family.startswith(("kept-promise", "promise-tail")) and (cleared := _settled(code, store)) in _PARTLY:
        return Doubt(f"how often does the promise of `{slot.text}` {_PARTLY[cleared]}? Then it stays")
    if not slot.keyed or (
        slot.owner is not None and (not owner or made_once(code, slot.owner) or put_away(code, slot.owner))
    ):
        return SURE
    if slot.shape is Shape.FIELD and slot.owner is None:
        return how_many(f"this file does not say whose `{slot.text}` it is: is there one")
    if not owner:
        return SURE
    return how_many(f"this file does not make `{owner}`: is there one")
