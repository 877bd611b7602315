"""Where what is stored comes from: the expressions that make it, through local variables and helpers of the file.

A promise or timer carries the async context in which it was *made*, so it does not matter where it is stored. This
finds the makers, and whether all of them run in the root, where no request is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from patcher.analysis.facts.calls import call_of, named
from patcher.analysis.facts.code import Code, arguments, contains, field, once_a_file, unwrap
from patcher.analysis.facts.functions import is_async
from patcher.analysis.facts.promises import Evidence, evidence, named_promise
from patcher.analysis.facts.scopes import Binding, binding, function_name, is_called, means
from patcher.analysis.facts.slots import Slot, normal
from patcher.analysis.names import ROOT_CALLS
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_DEPTH = 6
_EMPTY = frozenset({b"undefined", b"null", b"void 0", b"false", b"true", b"0"})
_NAMES = frozenset({"identifier", "shorthand_property_identifier"})
_LITERAL_PARTS = frozenset({"pair", "method_definition", "spread_element"})
_MADE = frozenset({"call_expression", "new_expression", "await_expression"})
_ARMS = {"ternary_expression": ("consequence", "alternative"), "binary_expression": ("left", "right")}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was not made by an expression of this file; `reason` says by whom."""

    node: Node
    reason: str


Origin = Node | Elsewhere


def runs_in_root(code: Code, node: Node) -> bool:
    """Whether `node` is a call that runs a function in another async context than the caller's, or awaits one."""
    node = unwrap(node)
    if node.type == "await_expression" and node.named_children:
        node = unwrap(node.named_children[0])
    if node.type != "call_expression":
        return False
    callee = field(node, "function")
    return callee is not None and code.text(callee)[-60:] in ROOT_CALLS


def made_in_root(code: Code, value: Node, slot: Slot | None = None) -> bool:
    """Whether whatever makes what `value` gives runs in the root."""
    if not _names_a_root(code):
        return False
    found = list(origins(code, value, slot))
    return bool(found) and all(
        not isinstance(origin, Elsewhere) and runs_in_root(code, origin) for origin in found
    )


@once_a_file
def _names_a_root(code: Code) -> bool:
    return b"runInAsyncScope" in code.source or b"nextfixRoot" in code.source


def origins(code: Code, value: Node, slot: Slot | None = None, depth: int = 0) -> Iterator[Origin]:
    """The expressions that make what `value` gives, whole: a chain with all of its links.

    Args:
        code: the file.
        value: what is stored.
        slot: where it is stored; what was in it already is not made anew.
        depth: how many variables and helpers were followed to come here.
    """
    value = unwrap(value)
    if depth > _DEPTH:
        yield Elsewhere(value, "it comes through too many variables")
    elif code.text(value) in _EMPTY or (slot is not None and _reads(code, value, slot)):
        return
    elif value.type in _NAMES:
        yield from _named(code, value, slot, depth + 1)
    elif parts := _followed(code, value):
        for part in parts:
            yield from origins(code, part, slot, depth)
    else:
        yield from _made(code, value)


def _followed(code: Code, value: Node) -> list[Node]:
    """The parts of `value` that make what it gives, one by one; none when it makes it itself."""
    parts: list[Node | None] = []
    if value.type in ("assignment_expression", "augmented_assignment_expression"):
        parts = [field(value, "right")]
    elif value.type == "sequence_expression":
        parts = [value.named_children[-1]]
    elif value.type == "object":
        parts = [*_parts(code, value)]
    elif value.type in _ARMS and _chooses(code, value):
        parts = [field(value, side) for side in _ARMS[value.type]]
    return [part for part in parts if part is not None]


def _made(code: Code, value: Node) -> Iterator[Origin]:
    """`value` itself, when it makes something."""
    if value.type in ("member_expression", "subscript_expression"):
        yield Elsewhere(value, f"{_shown(code, value)} was made elsewhere")
    elif value.type not in ("string", "number", "regex", "true", "false", "template_string", *FUNCTIONS):
        yield value


def _shown(code: Code, node: Node) -> str:
    text = code.text(node).decode("utf-8", "replace")
    return f"`{text[:40]}`" if "\n" not in text[:40] else "what is stored"


def _chooses(code: Code, value: Node) -> bool:
    """Whether a choice has an arm that is a name or another choice: its arms are followed one by one."""
    if value.type == "binary_expression" and code.text(field(value, "operator")) not in (b"||", b"??", b"&&"):
        return False
    arms = [unwrap(arm) for side in _ARMS[value.type] if (arm := field(value, side)) is not None]
    return any(
        arm.type in ("identifier", "member_expression", "subscript_expression", *_ARMS) for arm in arms
    )


def _reads(code: Code, value: Node, slot: Slot) -> bool:
    """Whether `value` is what `slot` holds already; for a keyed slot, what one of its entries does."""
    if slot.keyed and value.type == "call_expression":
        callee = field(value, "function")
        if callee is None or code.text(field(callee, "property")) != b"get":
            return False
        value = unwrap(field(callee, "object") or value)
    elif slot.keyed and value.type == "subscript_expression":
        value = unwrap(field(value, "object") or value)
    return normal(code.text(value)) == slot.path


def _parts(code: Code, literal: Node) -> list[Node]:
    """The values of an object literal that may be promises or timers; none when none stands out."""
    values = [
        pair if pair.type == "shorthand_property_identifier" else unwrap(value)
        for pair in literal.named_children[:40]
        if (value := field(pair, "value") or pair).type != "comment"
    ]
    return [value for value in values if _stands_out(code, value)]


def _stands_out(code: Code, value: Node) -> bool:
    if value.type in _NAMES:
        bound = binding(code, value)
        return bound is not None and (named_promise(code.text(value)) or _holds_promise(code, bound))
    known = evidence(code, value)
    return value.type not in _LITERAL_PARTS and (
        known is Evidence.PROMISE
        or (value.type in _MADE and (known is Evidence.UNKNOWN or _starts_timer(code, value)))
    )


def _starts_timer(code: Code, call: Node) -> bool:
    text = code.text(call)
    return text.startswith((b"setTimeout(", b"setInterval(", b"setImmediate("))


def _holds_promise(code: Code, bound: Binding) -> bool:
    if bound.kind != "variable" or field(bound.holder, "name") != bound.name:
        return False
    return any(evidence(code, value) is Evidence.PROMISE for value, _ in _given(code, bound))


def _given(code: Code, bound: Binding) -> Iterator[tuple[Node, Node]]:
    """What a variable is given, each with the place where it is."""
    value = field(bound.holder, "value")
    if value is not None:
        yield value, bound.holder
    for use in code.words(code.text(bound.name), bound.scope):
        above = code.parent(use)
        if above is not None and above.type.endswith("assignment_expression") and field(above, "left") == use:
            right = field(above, "right")
            if right is not None and means(code, use, bound):
                yield right, above


def _named(code: Code, name: Node, slot: Slot | None, depth: int) -> Iterator[Origin]:
    bound = binding(code, name)
    shown = code.text(name).decode("utf-8", "replace")
    if bound is None or bound.kind not in ("variable", "parameter"):
        yield Elsewhere(name, f"`{shown}` was made elsewhere")
    elif bound.kind == "parameter":
        yield from _handed(code, name, bound, slot, depth)
    else:
        seen = False
        for value, place in _given(code, bound):
            if code.function(place) is None and not contains(place, name):
                continue  # made when the module was loaded
            seen = True
            yield from origins(code, value, slot, depth)
        if not seen:
            yield Elsewhere(name, f"`{shown}` is given its value where that cannot be followed")


def _handed(code: Code, name: Node, bound: Binding, slot: Slot | None, depth: int) -> Iterator[Origin]:
    """What the callers of a helper of this file hand to it."""
    shown = code.text(name).decode("utf-8", "replace")
    place = _position(bound)
    function = bound.holder
    called = function_name(code, function)
    calls = _calls(code, function, called) if place is not None and called else None
    if not calls:
        helper = called.decode("utf-8", "replace") or "a callback"
        yield Elsewhere(bound.name, f"the caller of `{helper}` makes `{shown}`")
        return
    for call in calls:
        given = arguments(call)
        if place is not None and place < len(given) and given[place].type != "spread_element":
            yield from origins(code, given[place], slot, depth)


def _position(bound: Binding) -> int | None:
    """Which parameter a name is; None for one inside a pattern."""
    held = field(bound.holder, "parameters")
    if held is None:
        return 0 if field(bound.holder, "parameter") == bound.name else None
    names = [child for child in held.named_children if child.type != "comment"]
    for place, child in enumerate(names):
        inner = field(child, "pattern") or field(child, "left") or child
        if inner == bound.name:
            return place
    return None


def _calls(code: Code, function: Node, called: bytes) -> list[Node] | None:
    """The calls of a function of this file, when it is used in no other way and not exported."""
    if is_called(code, function) or is_async(function):
        return None
    own = field(function, "name")
    holder = code.parent(function)
    found = []
    for use in code.words(called):
        above = code.parent(use)
        if above is None or use == own:
            continue
        if above.type == "variable_declarator" and field(above, "name") == use and above == holder:
            continue
        if (call := call_of(code, use)) is not None:
            found.append(call)
        elif named(code, use) == use:
            return None  # exported, handed on, or another variable with its name
    statement = (
        code.parent(holder) if holder is not None and holder.type == "variable_declarator" else function
    )
    outer = code.parent(statement) if statement is not None else None
    if outer is not None and outer.type == "export_statement":
        return None
    return found


__all__ = ["Elsewhere", "Origin", "made_in_root", "origins", "runs_in_root"]
