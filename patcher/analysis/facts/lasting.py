"""Whether an expression is something that lives as long as the process, also when a caller of the file hands it on."""

from patcher.analysis.facts.calls import call_of, new_of
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import assigned, is_this
from patcher.analysis.facts.scopes import Binding, binding, function_name, is_module
from patcher.analysis.facts.slots import slot_of
from patcher.syntax.tree import Node

_MOST_HOPS = 3
_MOST_CALLS = 40
_MADE = frozenset({"new_expression", "call_expression", "await_expression", "member_expression"})


def handed_lasting(code: Code, bound: Binding, hops: int = 0) -> bool:
    """Whether a call of the file hands a parameter something of the module: as an argument, or as its default.

    Calls are known by the name of the function, or of the class for a constructor.
    """
    if bound.kind != "parameter" or hops > _MOST_HOPS:
        return False
    default = _default(code, bound)
    if default is not None and is_lasting(code, default, hops + 1):
        return True
    return any(is_lasting(code, each, hops + 1) for each in handed(code, bound))


def handed(code: Code, bound: Binding) -> list[Node]:
    """What the calls of the file hand over for a parameter."""
    place = _place(bound)
    if bound.kind != "parameter" or place < 0:
        return []
    return [each for call in _calls(code, bound.holder) for each in arguments(call)[place : place + 1]]


def is_lasting(code: Code, value: Node, hops: int = 0) -> bool:
    """Whether a value is what a variable of the module has, an import, or a field that is given such a thing."""
    value = unwrap(value)
    if hops > _MOST_HOPS:
        return False
    if value.type == "identifier":
        bound = binding(code, value)
        if bound is None or bound.kind in ("function", "class", "caught"):
            return False
        if bound.kind == "import":
            return True
        if bound.kind == "parameter":
            return handed_lasting(code, bound, hops)
        return is_module(code, bound.owner) and any(
            unwrap(made).type in _MADE for made in assigned(code, bound)
        )
    holder = field(value, "object") if value.type == "member_expression" else None
    if holder is None or not is_this(code.text(holder)):
        return False
    slot = slot_of(code, value)
    word = field(value, "property")
    if slot is None or slot.owner is None or word is None:
        return False
    return any(is_lasting(code, given, hops + 1) for given in _given_to_field(code, word, slot.owner))


def _default(code: Code, bound: Binding) -> Node | None:
    pattern = code.parent(bound.name)
    if pattern is None or pattern.type == "formal_parameters":
        return None
    return field(pattern, "right") or field(pattern, "value")


def _place(bound: Binding) -> int:
    """At which place the function of a parameter takes it; -1 for a part of a pattern."""
    held = field(bound.holder, "parameters")
    for place, each in enumerate(held.named_children if held is not None else ()):
        if contains(each, bound.name):
            whole = field(each, "pattern") or field(each, "left") or each
            return place if whole == bound.name else -1
    return -1


def _calls(code: Code, function: Node) -> list[Node]:
    """The calls of a function, or the `new` expressions of the class whose constructor it is, by name."""
    name = function_name(code, function)
    if name == b"constructor":
        body = code.parent(function)
        declared = code.parent(body) if body is not None else None
        own = field(declared, "name") if declared is not None else None
        name = code.text(own) if own is not None else b""
    if len(name) < 2:
        return []
    uses = code.words(name)[:_MOST_CALLS]
    return [call for use in uses if (call := call_of(code, use) or new_of(code, use)) is not None]


def _given_to_field(code: Code, word: Node, owner: Node) -> list[Node]:
    """What a field is given in its class: by assignments, where it is declared, and as a parameter of the constructor
    that TypeScript makes a field of."""
    found = []
    for use in code.words(code.text(word), owner):
        above = code.parent(use)
        if above is None:
            continue
        if above.type in ("required_parameter", "optional_parameter") and any(
            child.type in ("accessibility_modifier", "readonly") for child in above.children
        ):
            found.append(use)
        elif above.type in ("field_definition", "public_field_definition"):
            found.extend(value for value in (field(above, "value"),) if value is not None)
        elif above.type == "member_expression":
            store = code.parent(above)
            right = field(store, "right") if store is not None and field(store, "left") == above else None
            found.extend([right] if right is not None else [])
    return found
