"""The plan for a cache of promises: values in a Map of their own, promises only while they are in flight."""

import re
from collections.abc import Sequence

from patcher.analysis.facts.code import Code, contains, field
from patcher.analysis.facts.slots import Shape, Slot, stored_into
from patcher.analysis.facts.stores import Store
from patcher.fix.async_functions import all_async, function_at
from patcher.fix.declarations import beside, fresh, home_of, undocumented
from patcher.fix.declared_types import value_type
from patcher.fix.memo_plan import slot_text
from patcher.fix.places import MemoPlace, check_made, holding, in_order, place_of, places, written
from patcher.fix.slot_plan import Plan, UnsafeError, line_of
from patcher.fix.statement_ends import ends_statements
from patcher.fix.uses import concerns_of, every_use, in_run
from patcher.rule import Rewrite
from patcher.syntax.tree import Dialect, Node
from patcher.text.edits import Edit

_KEY = re.compile(rb"[\w$.#]+|\"[^\"]*\"|'[^']*'")


def plan_keyed(code: Code, store: Store, shapes: Sequence[Rewrite], style: str, dialect: Dialect) -> Plan:
    """The edits that let values take the place of the promises in a cache.

    Args:
        code: the whole file.
        store: the store of one entry.
        shapes: the rewrites of its family.
        style: `documented` or `single-flight`.
        dialect: the grammar of the file.

    Raises:
        UnsafeError: with the reason, when anything could behave differently.
    """
    if store.node.type != "call_expression":
        raise UnsafeError(
            "the cache is a plain object, whose other keys are not known; a Map could be rewritten"
        )
    slot = Slot(**{**store.slot.__dict__, "keyed": False})
    text = slot_text(code, slot, _container(store.node))
    home = home_of(code, slot, dialect)
    if home.type is not None:
        raise UnsafeError("the type of the cache is declared apart from its Map")
    kind, types = _made(code, home.value)
    found = places(code, shapes, slot, text)
    holding(found, store.node)
    made = [check_made(code, place, style) for place in found]
    for place in found:
        _check_key(code, place)
    _check_uses(code, slot, found, home.node)
    name = fresh(code, slot.word, b"Results")
    words = {b"SLOT": text, b"RESULT": text[: len(text) - len(slot.word)] + name}
    settling = [(place.span, promise, False) for place, promise in zip(found, made, strict=True)]
    edits, concerns = all_async(code, settling, _promises(code, types))
    declared = [(name, slot.scope.start_byte, slot.scope.end_byte)]
    for place in found:
        function = function_at(code, place.span, awaits=False)
        names = _locals(code, function)
        declared += [(names[word], function.start_byte, function.end_byte) for word in (b"BOX", b"VALUE")]
        edits.append(written(code, place, {**words, **names}, style))
    held = value_type(code, types[1]) if types else b""
    if style == "documented":
        undocumented(code, home)
        edits += [Edit(types[1].start_byte, types[1].end_byte, held)] if types else []
    else:
        semicolon = b";" if ends_statements(code) else b""
        arguments = b"<%b, %b>" % (code.text(types[0]), held) if types else b""
        edits += beside(code, home, slot, name, b"", semicolon, b"new %b%b()" % (kind, arguments))
    return Plan(tuple(edits), (*concerns, *concerns_of(code, slot, home)), names=tuple(declared))


def _locals(code: Code, function: Node) -> dict[bytes, bytes]:
    """The names of the two variables that a rewritten function needs."""
    box, value = (fresh(code, word, b"", function) for word in (b"known", b"value"))
    boxed = b"{ value }" if value == b"value" else b"{ value: %b }" % value
    return {b"BOX": box, b"VALUE": value, b"BOXED": boxed}


def _container(call: Node) -> Node | None:
    callee = field(call, "function")
    return field(callee, "object") if callee is not None else None


def _made(code: Code, value: Node | None) -> tuple[bytes, list[Node]]:
    """The class and the type arguments of the cache, when it is made empty where it is declared.

    Raises:
        UnsafeError: for any other cache, whose entries something else may count, order or throw out.
    """
    kind = (
        code.text(field(value, "constructor"))
        if value is not None and value.type == "new_expression"
        else b""
    )
    given = field(value, "arguments") if value is not None else None
    if kind not in (b"Map", b"WeakMap") or given is None or given.named_child_count:
        raise UnsafeError("the cache is no Map that is made empty where it is declared")
    held = field(value, "type_arguments") if value is not None else None
    types = list(held.named_children) if held is not None else []
    if types and len(types) != 2:
        raise UnsafeError("the type of the cache is not followed")
    return kind, types


def _promises(code: Code, types: Sequence[Node]) -> bool:
    return bool(types) and code.text(types[1]).startswith(b"Promise<")


def _check_key(code: Code, place: MemoPlace) -> None:
    """Refuse a key whose second reading could differ from the first."""
    term = place.match.bound["KEY"].terms[0]
    key = code.source[term.start : term.end]
    if _KEY.fullmatch(key) is None:
        raise UnsafeError(f"its key is computed anew each time: {key.decode('utf-8', 'replace')}")
    for word in code.words(key):
        if place.span[0] <= word.start_byte < place.span[1] and stored_into(code, word) is not None:
            raise UnsafeError(f"line {line_of(word)} changes the key")


def _check_uses(code: Code, slot: Slot, found: Sequence[MemoPlace], home: Node | None) -> None:
    ordered = in_order(found)
    for use in every_use(code, slot):
        place = place_of(ordered, use)
        if place is None and (home is None or not contains(home, use)):
            raise UnsafeError(f"line {line_of(use)} uses the cache too")
        if place is not None and (
            (place.made is not None and contains(place.made, use)) or in_run(place, use)
        ):
            raise UnsafeError(f"line {line_of(use)} uses the cache while an entry is made")
    if slot.shape not in (Shape.VARIABLE, Shape.FIELD):
        raise UnsafeError("other modules can reach the cache")
