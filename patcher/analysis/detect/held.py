"""What a store puts into its slot: whether that is a promise, and what the container is that it goes into."""

from patcher.analysis.facts.calls import calls_by_name
from patcher.analysis.facts.clears import awaited_variable
from patcher.analysis.facts.code import Code, contains, field, unwrap
from patcher.analysis.facts.declared import declared_promise
from patcher.analysis.facts.functions import assigned, is_async
from patcher.analysis.facts.laziness import made_at_load
from patcher.analysis.facts.promises import Evidence, awaited_or_chained, evidence, named_promise
from patcher.analysis.facts.scopes import Binding, binding, function_name, means
from patcher.analysis.facts.slots import (
    Shape,
    Slot,
    member_of,
    normal,
    once_a_slot,
    slot_of,
    stored_into,
    uses,
)
from patcher.analysis.facts.stores import Store
from patcher.analysis.names import CONTAINERS_MADE, LOOKS_UP
from patcher.analysis.prefilter.hints import FILLED
from patcher.syntax.tree import Node


def holds_promise(code: Code, store: Store) -> bool:
    """Whether what is stored is a promise, by itself or by what is done with it and with the slot."""
    value = _held_object(code, store.value)
    if value.type == "object":
        return _wrapped(code, value) if store.slot.keyed else _wraps_made(code, value)
    if made_at_load(code, value) or _put_back(code, store) or awaited_variable(code, value):
        return False
    known = evidence(code, value)
    if known is not Evidence.UNKNOWN:
        return known is Evidence.PROMISE
    return declared_promise(code, store.slot, store.node) or _seems_promise(code, store, value)


def _seems_promise(code: Code, store: Store, value: Node) -> bool:
    """Whether a value that the file does not tell is named or used like a promise."""
    if value.type == "identifier":
        if _local_chained(code, value):
            return True
        bound = binding(code, value)
        if bound is None or bound.kind != "variable":
            return False
    elif value.type not in ("call_expression", "binary_expression", "ternary_expression"):
        return False
    if _gives_other(code, value):
        return False
    if named_promise(store.slot.word) or (value.type == "identifier" and named_promise(code.text(value))):
        return True
    if store.slot.keyed and not _is_made_here(code, store.slot):
        return False
    return any(
        _used_as_promise(code, use, store.slot) or _given_as_promise(code, use, store.slot)
        for use in uses(code, store.slot)
    )


def _gives_other(code: Code, value: Node) -> bool:
    """Whether a value is a choice that ends in what is made there and is no promise: `cache[name] || new Map()`."""
    last = unwrap(field(value, "right") or value) if value.type == "binary_expression" else value
    return last != value and evidence(code, last) is Evidence.VALUE


def _given_as_promise(code: Code, use: Node, slot: Slot) -> bool:
    """Whether a function fills the slot where it is empty and gives it, and the file awaits or chains what it gives."""
    function = code.function(use)
    name = function_name(code, function)
    if slot.keyed or function is None or is_async(function) or len(name) < 3:
        return False
    text = code.text(function)
    if all(normal(match[1]) != slot.path for pattern in FILLED for match in pattern.finditer(text)):
        return False
    return any(
        not contains(function, call) and awaited_or_chained(code, call)
        for call in calls_by_name(code, name, most=40)
    )


def _is_made_here(code: Code, slot: Slot) -> bool:
    """Whether a container is one that the file makes: what another module gives may be a client of a store outside of
    the process, whose `get` is awaited whatever was put in."""
    container = Slot(**{**slot.__dict__, "keyed": False})
    source = source_of(code, container)
    return any(code.text(value)[:400] in CONTAINERS_MADE for value in initial_values(code, source))


def _held_object(code: Code, value: Node) -> Node:
    """The object literal that a variable was declared with and that is all it ever holds; `value` itself otherwise."""
    bound = binding(code, value) if value.type == "identifier" else None
    if bound is None or bound.kind != "variable" or field(bound.holder, "name") != bound.name:
        return value
    made = [unwrap(given) for given in assigned(code, bound)]
    objects = [given for given in made if given.type == "object"]
    others = [given for given in made if given.type != "object" and not _looks_up(code, given)]
    return objects[0] if len(objects) == 1 and not others else value


def _looks_up(code: Code, given: Node) -> bool:
    """Whether a variable is given what a collection has already, or nothing: `let entry = cache.get(key)`."""
    callee = field(given, "function") if given.type == "call_expression" else None
    return given.type in ("subscript_expression", "null", "undefined") or (
        callee is not None and code.text(field(callee, "property")) in LOOKS_UP
    )


def _wraps_made(code: Code, value: Node) -> bool:
    """Whether an object kept in a slot of its own holds a promise that is made right there: `{ promise: load() }`; one
    that comes with its `resolve` is settled, and mostly emptied, by others."""
    pairs = [pair for pair in value.named_children[:8] if pair.type == "pair"]
    if any(code.text(field(pair, "key")) in (b"resolve", b"reject") for pair in pairs):
        return False
    values = [unwrap(inner) for pair in pairs if (inner := field(pair, "value")) is not None]
    return any(
        inner.type == "call_expression" and evidence(code, inner) is Evidence.PROMISE for inner in values
    )


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


def source_of(code: Code, container: Slot) -> Slot:
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
        return _taken_apart(code, container, root)
    value = unwrap(value)
    if value.type == "call_expression":
        return _nested(code, container, value)
    if value.type == "augmented_assignment_expression" or _is_filled(value):
        value = unwrap(field(value, "left") or value)
    read = (
        slot_of(code, value)
        if value.type in ("member_expression", "identifier", "subscript_expression")
        else None
    )
    return container if read is None or read.keyed else read


def _is_filled(value: Node) -> bool:
    """Whether `value` reads a slot that it fills where it is empty: `slot ?? (slot = {})`."""
    right = field(value, "right") if value.type == "binary_expression" else None
    return right is not None and unwrap(right).type == "assignment_expression"


def _taken_apart(code: Code, container: Slot, root: Binding) -> Slot:
    """The field that `const { cache } = this` reads."""
    pattern = field(root.holder, "name")
    value = field(root.holder, "value")
    if pattern is None or value is None or pattern.type != "object_pattern" or value.type != "this":
        return container
    if root.name.type != "shorthand_property_identifier_pattern":
        return container
    return member_of(code, value, code.text(root.name)) or container


def _nested(code: Code, container: Slot, call: Node) -> Slot:
    """The outer container of `outer.get(key)`, when a new map is put there in its place where none was."""
    callee = field(call, "function")
    holder = field(callee, "object") if callee is not None else None
    if (
        callee is None
        or holder is None
        or code.text(field(callee, "property")) != b"get"
        or container.root is None
    ):
        return container
    outer = slot_of(code, holder)
    made = assigned(code, container.root)
    if outer is None or outer.keyed or not any(b"new " in code.text(value)[:60] for value in made[1:]):
        return container
    return outer


@once_a_slot
def initial_values(code: Code, slot: Slot) -> list[Node]:
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
