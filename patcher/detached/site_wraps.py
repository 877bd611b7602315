"""What of a site is made in the root: whatever makes the thing that its slot keeps."""

from collections.abc import Iterable, Iterator

from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.laziness import is_eager
from patcher.analysis.facts.promises import Evidence, evidence
from patcher.analysis.facts.slots import Slot, once_a_slot, stored_into, uses
from patcher.analysis.facts.stored_values import Elsewhere, origins, runs_in_root
from patcher.analysis.facts.stores import Store, stores_at
from patcher.detached.handed_on import handed_on
from patcher.detached.promise_wraps import deferred_wraps, promise_at, promise_wrap
from patcher.detached.race_wraps import is_race, late_wraps, race_wraps
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap, wrap
from patcher.syntax.tree import Node

_WAITS = frozenset({"long-lived-race", "long-timeout", "kept-waiter", "kept-listener"})
_COLLECTS = frozenset({b"add", b"push", b"unshift"})
_STARTS = (b"setTimeout(", b"setInterval(", b"setImmediate(")


def wraps_at(code: Code, node: Node, slot: str, family: str = "") -> list[Wrap]:
    """What to make in the root so that the slot of a site keeps no request.

    Args:
        code: the whole file.
        node: the site: the assignment or call that stores, or what starts the timer or opens the handle.
        slot: the slot, as findings name it.
        family: the family of the site.

    Raises:
        UnsafeError: when something of it was made elsewhere or must not be made in the root.
    """
    if family == "kept-request":
        raise UnsafeError(f"line {line_of(node)}: the request itself is kept, wherever what holds it is made")
    if family in _WAITS and (waits := _waits(code, node, slot, family)):
        return waits
    store = next((s for s in stores_at(code, node) if s.slot.text == slot), None)
    values = [store.value] if store is not None else [*_plain(code, node)]
    made = [wrap(code, maker) for maker in _makers(code, values, store.slot if store is not None else None)]
    if not made:
        raise UnsafeError("nothing here makes what is kept")
    for other in _other_stores(code, store) if store is not None else ():
        try:
            made += [wrap(code, maker) for maker in _makers(code, [other.value], other.slot)]
        except UnsafeError:
            if evidence(code, unwrap(other.value)) is Evidence.PROMISE:
                raise
    if store is not None:
        made += [wrap(code, chain) for chain in handed_on(code, store)]
    return list({found.node.id: found for found in made}.values())


def _waits(code: Code, node: Node, slot: str, family: str) -> list[Wrap]:
    """How what waits for something late is made in the root; empty for a site that is no such wait.

    Raises:
        UnsafeError: when it cannot be, or when something else keeps the request.
    """
    if is_race(code, node):
        return race_wraps(code, node, slot)
    made = promise_at(code, node)
    if made is not None:
        return [promise_wrap(code, made)] if family == "kept-waiter" else late_wraps(code, made, node)
    if family == "long-lived-race":
        raise UnsafeError("what outlives the request keeps who waits for it, wherever the wait begins")
    if family == "kept-listener":
        raise UnsafeError(f"line {line_of(node)}: the listener keeps what it calls, wherever it is added")
    return [*deferred_wraps(code, node)] if family == "long-timeout" else []


def _plain(code: Code, node: Node) -> Iterator[Node]:
    """What a site without an assignment makes: what is put into a collection, else the call itself."""
    if node.type == "variable_declarator" and (value := field(node, "value")) is not None:
        yield value
        return
    callee = field(node, "function") if node.type == "call_expression" else None
    name = code.text(field(callee, "property")) if callee is not None else b""
    if name in _COLLECTS or name in (b"set", b"defineProperty"):
        yield from arguments(node)[-1 if name == b"set" else 0 :]
    elif node.type in ("call_expression", "new_expression"):
        yield node
    else:
        raise UnsafeError("the store is written in a way that is not followed")


def _makers(code: Code, values: Iterable[Node], slot: Slot | None) -> Iterator[Node]:
    for value in values:
        for origin in origins(code, value, slot):
            if isinstance(origin, Elsewhere):
                raise UnsafeError(f"line {line_of(origin.node)}: {origin.reason}")
            if not runs_in_root(code, origin):
                yield origin


def _other_stores(code: Code, store: Store) -> Iterator[Store]:
    """What else is stored into the same slot in a request, and may keep it as well."""
    for node, other in _stores_in_requests(code, store.slot):
        if not contains(node, store.node) and not contains(store.node, node):
            yield other


@once_a_slot
def _stores_in_requests(code: Code, slot: Slot) -> list[tuple[Node, Store]]:
    """What is stored into `slot` in a request and may keep it, each with the node that stores."""
    storing = [node for use in uses(code, slot) if (node := _storing(code, use, slot)) is not None]
    return [
        (node, store)
        for node in storing
        if not is_eager(code, node)
        for store in stores_at(code, node)
        if store.slot.text == slot.text and _keeps(code, store.value)
    ]


def _storing(code: Code, use: Node, slot: Slot) -> Node | None:
    if not slot.keyed:
        return stored_into(code, use)
    above = code.parent(use)
    if above is None:
        return None
    if above.type == "subscript_expression":
        return stored_into(code, above)
    call = code.parent(above)
    if above.type == "member_expression" and call is not None and call.type == "call_expression":
        return call if code.text(field(above, "property")) == b"set" else None
    return None


def _keeps(code: Code, value: Node) -> bool:
    """Whether `value` may be a promise or a timer too."""
    inner = unwrap(value)
    if inner.type == "object":
        parts = [part for pair in inner.named_children[:20] if (part := field(pair, "value")) is not None]
        return any(evidence(code, part) is Evidence.PROMISE for part in parts)
    if inner.type in ("call_expression", "new_expression") and evidence(code, inner) is Evidence.UNKNOWN:
        return True
    return evidence(code, inner) is Evidence.PROMISE or code.text(inner).startswith(_STARTS)
