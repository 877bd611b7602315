"""Whether a store happens at most once, on first use: that is when the slot keeps the first request.

A store that every call repeats keeps only the last caller, and one in a constructor or at module load keeps
nobody; neither is what this looks for.
"""

import re
from enum import StrEnum

from patcher.analysis.facts.calls import calls_by_name
from patcher.analysis.facts.chains import follows, waits_first, waits_for_last
from patcher.analysis.facts.code import WRAPPERS, Code, Question, arguments, contains, field, unwrap
from patcher.analysis.facts.conditions import guards
from patcher.analysis.facts.functions import assigned, returned
from patcher.analysis.facts.lifetimes import made_once
from patcher.analysis.facts.scopes import (
    binding,
    function_name,
    is_called,
    is_module,
    parameters,
)
from patcher.analysis.facts.slots import Shape, Slot, normal, slot_of, stored_into, uses
from patcher.analysis.facts.stored_values import runs_in_root
from patcher.analysis.names import (
    CHAINS,
    ITERATORS,
    LOOKS_UP,
    TAKES_OUT,
)
from patcher.syntax.tree import Node


class Laziness(StrEnum):
    """How often a store happens."""

    GUARDED = "guarded"
    REFRESHED = "refreshed"
    CHAINED = "chained"
    EVERY_CALL = "every call"
    EAGER = "eager"


_CHOICES = frozenset(
    {"binary_expression", "ternary_expression", "switch_statement", "try_statement", "catch_clause"}
)


def running_function(code: Code, node: Node) -> Node | None:
    """The function on whose call `node` runs: callbacks that run at once are looked through."""
    function = code.function(node)
    while function is not None and _runs_at_once(code, function):
        function = code.function(function)
    return function


def _runs_at_once(code: Code, function: Node) -> bool:
    if is_called(code, function):
        return True
    above = code.parent(function)
    if above is None or above.type != "arguments":
        return False
    call = code.parent(above)
    if call is None:
        return False
    if call.type == "new_expression":
        return code.text(field(call, "constructor")).endswith(b"Promise")
    callee = field(call, "function")
    if callee is None:
        return False
    return code.text(field(callee, "property")) in ITERATORS or runs_in_root(code, call)


_EAGER = Question[int, bool]()  # of a function


def is_eager(code: Code, store: Node) -> bool:
    """Whether a store runs when its module is loaded or its object is built."""
    function = running_function(code, store)
    while function is not None and _then_callback(code, function):
        function = running_function(code, function)
    if function is None:
        return True
    answers = _EAGER.answers(code)
    if function.id not in answers:
        answers[function.id] = (
            is_module(code, function)
            or is_constructor(code, function)
            or _built_with(code, function)
            or _called_at_load(code, function)
        )
    return answers[function.id]


def _called_at_load(code: Code, function: Node) -> bool:
    """Whether the module calls `function` itself, in any case, when it is loaded: `init().catch(report)`."""
    name = field(function, "name")
    if function.type != "function_declaration" or name is None or parameters(code, function):
        return False
    return any(
        is_module(code, code.function(call))
        and not any(above.type in _CHOICES or above.type == "if_statement" for above in code.ancestors(call))
        for call in calls_by_name(code, code.text(name), method=False)
    )


def _built_with(code: Code, function: Node) -> bool:
    """Whether the constructor of its class calls `function` in any case: what it stores is there from the start."""
    body = code.parent(function)
    if body is None or body.type != "class_body":
        return False
    name = code.text(field(function, "name"))
    return any(
        maker.type == "method_definition"
        and any(_runs(code, call, maker) for call in code.words(name, maker))
        for word in code.words(b"constructor", body)
        if (maker := code.parent(word)) is not None and code.parent(maker) == body
    )


def _runs(code: Code, name: Node, maker: Node) -> bool:
    """Whether `name` is that of a method which the constructor `maker` calls on `this` as a statement of its own."""
    member = code.parent(name)
    call = code.parent(member) if member is not None else None
    if member is None or call is None or call.type != "call_expression" or field(call, "function") != member:
        return False
    return (
        code.text(field(member, "object")) == b"this"
        and running_function(code, call) == maker
        and not _conditional(code, call, maker)
        and not any(above.type in _CHOICES for above in code.ancestors(call) if contains(maker, above))
    )


def made_at_load(code: Code, value: Node | None) -> bool:
    """Whether a value is a variable that was given its only content at module load: no request made it."""
    if value is None or value.type != "identifier":
        return False
    bound = binding(code, value)
    if bound is None or bound.kind != "variable" or not is_module(code, bound.owner):
        return False
    made = assigned(code, bound)
    return len(made) == 1 and contains(bound.holder, made[0])


def _then_callback(code: Code, function: Node) -> bool:
    above = code.parent(function)
    call = code.parent(above) if above is not None and above.type == "arguments" else None
    callee = field(call, "function") if call is not None else None
    return callee is not None and code.text(field(callee, "property")) in CHAINS


def is_constructor(code: Code, function: Node) -> bool:
    """Whether a function is a class's constructor or an ES5 constructor function."""
    name = function_name(code, function)
    if function.type == "method_definition":
        return name == b"constructor"
    if function.type not in ("function_declaration", "function_expression") or not name[:1].isupper():
        return False
    body = code.text(field(function, "body"))
    return b"this." in body or b"_this" in body or b"classCallCheck" in body


def laziness(code: Code, slot: Slot, store: Node) -> Laziness:
    """How often `store` puts something into `slot`."""
    if is_eager(code, store):
        return Laziness.EAGER
    if store.type == "augmented_assignment_expression":
        return Laziness.GUARDED
    inside = running_function(code, store)
    if store.type == "call_expression" and _redefines_itself(code, slot, store, inside):
        return Laziness.GUARDED
    target = field(store, "left") if store.type == "assignment_expression" else store
    reads = [
        u
        for u in uses(code, slot, inside)
        if contains(inside, u) and not contains(target, u) and stored_into(code, u) is None
    ]
    asked = any(u.end_byte <= store.start_byte and guards(code, u, store, 0) for u in reads)
    if (
        asked
        or (inside is not None and _flagged(code, store, inside))
        or _asked_before_it_settled(code, slot, store, inside)
    ):
        return Laziness.GUARDED
    right = field(store, "right") if store.type == "assignment_expression" else None
    if right is not None and any(
        _is_own_default(code, slot, made) for made in _given_by(code, unwrap(right))
    ):
        return Laziness.GUARDED
    if right is not None and any(follows(code, u, right) or waits_first(code, u, right) for u in reads):
        return Laziness.CHAINED
    if any(u.end_byte <= store.start_byte and waits_for_last(code, slot, u) for u in reads) or (
        right is not None
        and any(contains(right, u) and waits_for_last(code, slot, u) for u in uses(code, slot, right))
    ):
        return Laziness.CHAINED
    if slot.keyed and inside is not None and _asked_by_caller(code, slot, store, inside):
        return Laziness.GUARDED
    branch = _branch(code, store, inside)
    if branch is not None and any(
        u.start_byte >= store.end_byte and _given(code, u) and not contains(branch, u) for u in reads
    ):
        return Laziness.REFRESHED
    return Laziness.EVERY_CALL


def _asked_before_it_settled(code: Code, slot: Slot, store: Node, inside: Node | None) -> bool:
    """Whether an entry is put into a collection when its promise settles, by a function that looked for it first:
    `const hit = m.get(k); if (hit) return hit; const p = load(k); p.then(() => m.set(k, p))`."""
    if not slot.keyed or store.type != "call_expression":
        return False
    while inside is not None and _then_callback(code, inside):
        inside = running_function(code, inside)
        if any(
            u.end_byte <= store.start_byte and _looks_up(code, u) and guards(code, u, store, 0)
            for u in uses(code, slot, inside)
        ):
            return True
    return False


_RAISED = re.compile(rb"(?<![\w$.#])((?:this\.)?[\w$#]+)\s*=\s*(?:true|!0)\b")
_LOWERED = rb"(?<![\w$.#])%b\s*=\s*(?:false|!1|null|undefined)\b"


def _flagged(code: Code, store: Node, inside: Node) -> bool:
    """Whether `store` happens once because a flag is raised with it that it was asked before, and that nothing lowers
    again: `if (!ready) { ready = true; client = open() }`."""
    for raised in _RAISED.finditer(code.source, inside.start_byte, inside.end_byte):
        target = code.at(raised.start(1), raised.end(1))
        slot = slot_of(code, target) if target is not None else None
        if slot is None or slot.keyed or (slot.root is not None and slot.root.owner == inside):
            continue
        if slot.shape is Shape.FIELD and (slot.owner is None or not made_once(code, slot.owner)):
            continue
        asked = (use for use in uses(code, slot, inside) if use.end_byte <= store.start_byte)
        if not any(stored_into(code, use) is None and guards(code, use, store, 0) for use in asked):
            continue
        lowered = re.finditer(_LOWERED % re.escape(raised[1]), code.source)
        places = (code.at(match.start(), match.start() + 1) for match in lowered)
        if not any(place is not None and _runs_later(code, place) for place in places):
            return True
    return False


def _runs_later(code: Code, place: Node) -> bool:
    """Whether `place` runs when the module is loaded and the object built already, and declares nothing."""
    function = code.function(place)
    declares = code.parent(place)
    if function is None or (declares is not None and declares.type == "variable_declarator"):
        return False
    return not is_constructor(code, function)


def _asked_by_caller(code: Code, slot: Slot, store: Node, inside: Node) -> bool:
    """Whether a function that calls `inside`, where the entry is made, has looked for it before."""
    name = function_name(code, inside)
    if len(name) < 2 or store.type != "call_expression":
        return False
    for use in code.words(name):
        around = code.function(use)
        above = code.parent(use)
        if around is None or above is None or contains(inside, use) or around == inside:
            continue
        call = above if above.type == "call_expression" else code.parent(above)
        if call is not None and any(
            asked.end_byte <= use.start_byte and _looks_up(code, asked) for asked in uses(code, slot, around)
        ):
            return True
    return _asked_elsewhere(code, slot, store, inside)


def _asked_elsewhere(code: Code, slot: Slot, store: Node, inside: Node) -> bool:
    """Whether another function of the file looks for the entries that `inside` makes, and none takes any out."""
    if store.type != "call_expression" or not _hands_out(code, store, inside):
        return False
    others = [code.parent(use) for use in uses(code, slot)]
    named = [code.text(field(above, "property")) for above in others if above is not None]
    return any(name in LOOKS_UP for name in named) and not any(name in TAKES_OUT for name in named)


def _hands_out(code: Code, store: Node, inside: Node) -> bool:
    """Whether `inside` returns what it puts into the entry."""
    given = arguments(store)
    value = unwrap(given[-1]) if given else None
    return value is not None and any(
        code.text(unwrap(made)) == code.text(value) for made in returned(code, inside)
    )


def _looks_up(code: Code, container: Node) -> bool:
    """Whether an entry of `container` is asked for."""
    above = code.parent(container)
    return above is not None and (
        above.type == "subscript_expression" or code.text(field(above, "property")) in LOOKS_UP
    )


def _given_by(code: Code, right: Node) -> list[Node]:
    """A value, and what a local variable was given whose content it is: `const p = slot ?? load(); slot = p`."""
    bound = binding(code, right) if right.type == "identifier" else None
    if bound is None or bound.kind != "variable" or is_module(code, bound.owner):
        return [right]
    made = assigned(code, bound)
    return [right, *map(unwrap, made)] if len(made) == 1 else [right]


def _is_own_default(code: Code, slot: Slot, right: Node) -> bool:
    """Whether a store is `slot = slot || value`, which keeps what is there."""
    if right.type != "binary_expression" or code.text(field(right, "operator")) not in (b"||", b"??"):
        return False
    left = unwrap(field(right, "left") or right)
    if slot.keyed and left.type == "subscript_expression":
        left = unwrap(field(left, "object") or left)
    return normal(code.text(left)) == slot.path


def _redefines_itself(code: Code, slot: Slot, store: Node, inside: Node | None) -> bool:
    """Whether `store` is a `defineProperty` that a getter or a method puts its own result in its place with."""
    if inside is None or not code.text(field(store, "function")).endswith(b"defineProperty"):
        return False
    name = function_name(code, inside)
    if name != b"get":
        return name == slot.word
    outer = next((a for a in code.ancestors(inside) if a.type == "call_expression"), None)
    given = arguments(outer) if outer is not None else []
    return len(given) == 3 and code.text(given[1]).strip(b"'\"") == slot.word


def _branch(code: Code, store: Node, inside: Node | None) -> Node | None:
    """The innermost `if` around `store`; what is read within it is never what an earlier call put there."""
    for above in code.ancestors(store):
        if above == inside:
            return None
        if above.type == "if_statement" and not contains(field(above, "condition"), store):
            return above
    return None


def _conditional(code: Code, store: Node, inside: Node | None) -> bool:
    for above in code.ancestors(store):
        if above == inside:
            return False
        if above.type == "if_statement" and not contains(field(above, "condition"), store):
            return True
    return False


def _given(code: Code, use: Node) -> bool:
    """Whether `use` is returned or awaited."""
    here = use
    for above in code.ancestors(use):
        if above.type in ("return_statement", "await_expression"):
            return True
        if above.type not in WRAPPERS and above.type != "sequence_expression":
            return False
        here = above
    return here is None


__all__ = [
    "Laziness",
    "arguments",
    "is_constructor",
    "is_eager",
    "laziness",
    "running_function",
    "unwrap",
]
