"""Timers: a handle kept after its timer fired or was cleared, and an interval started by a request.

A timer carries the store of whoever started it, and a handle is not emptied by `clearTimeout`: the slot keeps
the last request that set it (before Node 24.20). An interval that a request starts keeps that request for as
long as it runs, on every Node, whether or not its handle is kept.
"""

import re

from patcher.analysis.detect.slot_families import Judged, judged
from patcher.analysis.facts.clears import clears
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.analysis.facts.laziness import Laziness, is_eager, laziness, running_function
from patcher.analysis.facts.lifetimes import Lifetime, lifetime
from patcher.analysis.facts.out_of_service import is_dead
from patcher.analysis.facts.request_path import starts_or_ends
from patcher.analysis.facts.scopes import function_name, named_function
from patcher.analysis.facts.slots import Shape, Slot, uses
from patcher.analysis.facts.stored_values import made_in_root
from patcher.analysis.facts.stores import Store, stores_at
from patcher.analysis.names import BACKGROUND, TIMER_STARTERS
from patcher.analysis.prefilter.guards import is_local
from patcher.analysis.prefilter.hints import occurrences
from patcher.analysis.prefilter.reverse import name_before
from patcher.analysis.prefilter.tokens import TIMERS
from patcher.syntax.tree import Node

_TIMER = re.compile(rb"\bset(?:Timeout|Interval)\(")
_NEAR = 40
_KEPT = re.compile(rb"(?:=|[=?:&|]\s?\(?|\()\s*(?:globalThis\.|global\.|timers?\d*(?:_\d)?\.)?$")


def timer_places(source: bytes) -> list[int]:
    """Where a timer is started whose handle is stored in a slot that outlives the function, as far as bytes tell."""
    found = []
    for token in TIMERS.tokens:
        for here in occurrences(source, token):
            if _KEPT.search(source, max(0, here - _NEAR), here) is not None:
                equals = source.rfind(b"=", max(0, here - _NEAR), here)
                if equals < 0 or not is_local(source, equals, name_before(source, equals)):
                    found.append(here)
    return found


def timers(code: Code, places: list[int]) -> list[Judged]:
    """The timers at `places` that keep a request."""
    found = []
    for place in places:
        call = code.call_at(place)
        site = _judge(code, call) if call is not None else None
        if site is not None:
            found.append(site)
    return found


def _judge(code: Code, call: Node) -> Judged | None:
    _, name = named_function(code, call)
    if is_eager(code, call) or starts_or_ends(code, call) or name in BACKGROUND or is_dead(code, call):
        return None
    store = _stored(code, call)
    if store is None or made_in_root(code, store.value, store.slot):
        return None
    if lifetime(code, store.slot, store.node) is Lifetime.SHORT:
        return None
    if _emptied_by_callback(code, call, store.slot):
        return None
    if b"setInterval" in code.text(field(call, "function")):
        return judged(code, store, "lazy-interval") if _started_once(code, store) else None
    if _begun_at_start(code, call):
        return None
    if store.slot.keyed or store.slot.shape is Shape.MEMBER or _forgotten(code, store):
        return None
    return judged(code, store, "kept-timer")


def _stored(code: Code, call: Node) -> Store | None:
    """The store of a timer's handle, through `.unref()` and parentheses."""
    here, above = call, code.parent(call)
    for _ in range(6):
        if above is None:
            return None
        if above.type.endswith("assignment_expression"):
            return next(
                (s for s in stores_at(code, above) if unwrap(s.value) == here or contains(s.value, call)),
                None,
            )
        if above.type not in (
            "parenthesized_expression",
            "member_expression",
            "call_expression",
            "as_expression",
        ):
            return None
        here, above = above, code.parent(above)
    return None


def _started_once(code: Code, store: Store) -> bool:
    """Whether an interval is started under a guard on its own slot, and not stopped by the same call."""
    return laziness(code, store.slot, store.node) is Laziness.GUARDED


def _forgotten(code: Code, store: Store) -> bool:
    """Whether the handle's slot is emptied in the timer's own callback, and wherever it is cleared."""
    if not _read_at_all(code, store.slot):
        return True
    emptied = [
        c
        for c in clears(code, store.slot)
        if not contains(c, store.node) and _TIMER.search(code.text(c)) is None
    ]
    inside = running_function(code, store.node)
    return any(contains(store.node, clear) for clear in emptied) or any(
        inside is None or not contains(inside, clear) or clear.start_byte > store.node.start_byte
        for clear in emptied
    )


def _begun_at_start(code: Code, call: Node) -> bool:
    """Whether a timer belongs to a function that starts something, to a constructor, or to a method that the
    constructor of its class calls, under whatever condition: whoever built the object is in its context."""
    for function in code.functions(call):
        name = function_name(code, function)
        if name == b"constructor" or name in TIMER_STARTERS:
            return True
        body = code.parent(function)
        if body is None or body.type != "class_body" or not name:
            continue
        for word in code.words(b"constructor", body):
            maker = code.parent(word)
            if maker is not None and code.parent(maker) == body:
                return bool(code.places(b"this." + name, maker.start_byte, maker.end_byte))
    return False


def _emptied_by_callback(code: Code, call: Node, slot: Slot) -> bool:
    """Whether the timer's own callback empties the slot: where it is written, by its name, through a function of the
    file that it calls, or by deleting the entry that the slot is part of."""
    given = arguments(call)
    callback = callee_function(code, unwrap(given[0])) if given else None
    if callback is None:
        return False
    owner = slot.path.rpartition(b".")[0]
    if owner not in (b"", b"this") and b"delete " + owner in code.text(callback).replace(
        b"delete  ", b"delete "
    ):
        return True
    for clear in clears(code, slot):
        if _TIMER.search(code.text(clear)) is not None:
            continue
        if contains(callback, clear):
            return True
        around, name = named_function(code, clear)
        if around is not None and len(name) > 2 and code.places(name, callback.start_byte, callback.end_byte):
            return not contains(around, call)
    return False


def _read_at_all(code: Code, slot: Slot) -> bool:
    return len(uses(code, slot)) > 1


__all__ = ["timer_places", "timers"]
