"""What TypeScript's own words say of a slot: that it holds a promise, or a map of promises."""

import re

from patcher.analysis.facts.code import Code, contains, field
from patcher.analysis.facts.slots import Shape, Slot
from patcher.analysis.names import CONTAINER_TYPES, PROMISE_TYPES
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_DECLARING = ("variable_declarator", "required_parameter", "optional_parameter", "public_field_definition")


def declared_promise(code: Code, slot: Slot, store: Node) -> bool:
    """Whether the declaration of `slot` says that it holds a promise (for the entries of a container, that each does),
    or the function that stores into it and returns it says that it returns one without being async."""
    if b"Promise<" not in code.source:
        return False
    wanted = CONTAINER_TYPES if slot.keyed else PROMISE_TYPES
    if any(said in wanted for said in _said(code, slot)):
        return True
    return not slot.keyed and _returned_as_promise(code, slot, store)


def _said(code: Code, slot: Slot) -> list[bytes]:
    """The type annotations of the declarations of a slot, and the type arguments of what it is declared with."""
    found = []
    names = (
        [slot.root.name] if slot.shape is Shape.VARIABLE and slot.root is not None else code.words(slot.word)
    )
    for name in names:
        above = code.parent(name)
        if (
            above is None
            or above.type not in _DECLARING
            or (slot.owner is not None and not contains(slot.owner, above))
        ):
            continue
        found.append(code.text(field(above, "type")))
        value = field(above, "value")
        if slot.keyed and value is not None and value.type == "new_expression":
            kinds = next((child for child in value.named_children if child.type == "type_arguments"), None)
            found.append(code.text(field(value, "constructor")) + code.text(kinds))
    return found


def _returned_as_promise(code: Code, slot: Slot, store: Node) -> bool:
    function = next((above for above in code.ancestors(store) if above.type in FUNCTIONS), None)
    if function is None or any(child.type == "async" for child in function.children[:4]):
        return False
    if code.text(field(function, "return_type")) not in PROMISE_TYPES:
        return False
    pattern = re.compile(rb"\breturn\s+\(?" + re.escape(slot.path) + rb"\s*!?\s*\)?\s*[;\n}]")
    return pattern.search(code.text(function)) is not None
