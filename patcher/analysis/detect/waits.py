"""Waiting for what does not end: a race with a promise of the process's life, a listener on a signal that lives on, a
callback on a stream that lives on.

Each call leaves a reaction or a callback behind, which keeps the context of its request until the thing ends: one
request more with every call, on every Node.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from patcher.analysis.detect.held import initial_values
from patcher.analysis.detect.site_parts import (
    EMITTERS,
    PROMISED_TIMERS,
    called_at,
    comes_from,
    executor_of,
    places_of,
    shown,
    site,
)
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import SURE, Doubt
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import assigned, callee_function, returned
from patcher.analysis.facts.lifetimes import Lifetime, escapes, lifetime, request_like, takes_request
from patcher.analysis.facts.request_path import LONG_MS, in_request, milliseconds, outliving, sets_up
from patcher.analysis.facts.scopes import Binding, binding, is_module, parameters
from patcher.analysis.facts.slots import Shape, Slot, slot_of
from patcher.analysis.handle_names import CALLBACKS, RACES, STREAM_MODULES, STREAM_WAITS
from patcher.analysis.names import CHAINS, CLEARS, DELAY_LIMITS, ENDS_LATE, LATE_EVENTS, ONE_USE, UNLISTENS
from patcher.analysis.prefilter.hints import occurrences
from patcher.analysis.prefilter.tokens import ABORTS, REACTIONS
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_RACES, _STREAMS = ([name + b"(" for name in meaning.words] for meaning in (RACES, STREAM_WAITS))
_LATE_NAME = re.compile(rb"(?:%b)\w*(?:\.promise)?(?:\(\))?$" % ENDS_LATE.pattern, re.IGNORECASE)
_NAME = 60
_HOW_LONG = "how long is `{}`?"


def wait_places(source: bytes) -> list[int]:
    """Where a race is run, a signal is listened to, or a stream waited for."""
    found = {*places_of(source, _RACES), *places_of(source, _STREAMS, STREAM_MODULES)}
    for token in REACTIONS.tokens:
        for place in occurrences(source, token):
            end = place - 1 if source[place - 1 : place] == b"?" else place
            if _LATE_NAME.search(source, max(0, end - _NAME), end) is not None:
                found.add(place + len(token) - 1)
    if b"'abort'" in source or b'"abort"' in source:
        found.update(places_of(source, ABORTS.tokens))
    return sorted(found)


def waits(code: Code, places: list[int]) -> list[Judged]:
    """The waits at `places` that leave something behind for every request."""
    return [made for place in places if (made := _judge(code, place)) is not None]


def _judge(code: Code, place: int) -> Judged | None:
    call = called_at(code, place)
    callee = field(call, "function") if call is not None else None
    if call is None or callee is None or not in_request(code, call):
        return None
    text = code.text(callee)
    if text in RACES:
        return _race(code, call)
    if text.endswith((b".then", b".finally")):
        return _then(code, call, callee)
    if b"addEventListener" in text:
        return _listener(code, call, callee)
    return _stream(code, call, callee) if text.rpartition(b".")[2] in STREAM_WAITS else None


def _race(code: Code, call: Node) -> Judged | None:
    given = arguments(call)
    group = unwrap(given[0]) if given else None
    for entry in group.named_children if group is not None and group.type == "array" else ():
        sleeps = _sleeps_long(code, _head(code, unwrap(entry)))
        if sleeps is not None:
            return replace(site(code, "long-timeout", call, shown(code, entry)), doubt=sleeps)
        promise = _head(code, unwrap(entry))
        if _waits_for_end(code, promise):
            return site(code, "long-lived-race", call, shown(code, promise))
        slot = _shared(code, promise, call)
        if slot is not None and _ends_late(code, promise, slot):
            return site(code, "long-lived-race", call, shown(code, promise))
    return None


def _then(code: Code, call: Node, callee: Node) -> Judged | None:
    """A reaction that a handler puts on a promise which ends late: `shutdown.then(() => res.end())`."""
    promise = unwrap(field(callee, "object") or callee)
    if not any(takes_request(code, function) for function in code.functions(call)):
        return None
    slot = _shared(code, promise, call)
    if slot is None or not _ends_late(code, promise, slot):
        return None
    return site(code, "long-lived-race", call, shown(code, promise))


def _waits_for_end(code: Code, entry: Node) -> bool:
    """Whether an entry of a race is `once(emitter, event)` of an emitter that lives on, without a signal."""
    callee = field(entry, "function") if entry.type == "call_expression" else None
    given = arguments(entry) if callee is not None else []
    if callee is None or not len(given) >= 2 or b"signal" in code.text(entry):
        return False
    return comes_from(code, callee, b"once", EMITTERS) and outliving(code, given[0], entry) is not None


def _sleeps_long(code: Code, entry: Node, depth: int = 0, *, known: bool = False) -> Doubt | None:
    """The doubt whether an entry of a race sleeps for long, SURE when it does; None when it does not sleep.

    It is a call of a function of the file that starts a timeout which nobody clears, or of `setTimeout` of
    timers/promises.
    """
    callee = field(entry, "function") if entry.type == "call_expression" else None
    if callee is None:
        return None
    function = callee_function(code, callee)
    known = known or any(_is_long(code, given) for given in arguments(entry))
    if function is None:
        waits = comes_from(code, callee, b"setTimeout", PROMISED_TIMERS)
        return SURE if waits and known and b"signal" not in code.text(entry) else None
    text = code.text(function)
    if text in CLEARS or b"signal" in text:
        return None
    timeout = text.find(b"setTimeout(")
    if timeout >= 0:
        call = called_at(code, function.start_byte + timeout + len(b"setTimeout"))
        delay = arguments(call)[1:2] if call is not None else []
        if known or (delay and _is_long(code, delay[0])):
            return SURE
        limited = bool(delay) and code.text(delay[0]) in DELAY_LIMITS
        return Doubt(_HOW_LONG.format(shown(code, delay[0]))) if limited else None
    made = [_head(code, unwrap(value)) for value in returned(code, function)] if depth < 2 else []
    inner = [
        doubt for value in made if (doubt := _sleeps_long(code, value, depth + 1, known=known)) is not None
    ]
    return min(inner, key=lambda doubt: doubt.text, default=None)


def _is_long(code: Code, given: Node) -> bool:
    """Whether an argument is a number, a constant or a field of the file, that is a long time in milliseconds."""
    known = milliseconds(code, given)
    return known is not None and known >= LONG_MS


def _head(code: Code, entry: Node) -> Node:
    """The promise at the head of `p.then(…).catch(…)`."""
    while entry.type == "call_expression":
        callee = field(entry, "function")
        inner = field(callee, "object") if callee is not None else None
        if inner is None or code.text(field(callee, "property") if callee else None) not in CHAINS:
            return entry
        entry = unwrap(inner)
    return entry


def _shared(code: Code, promise: Node, call: Node) -> Slot | None:
    """The slot of a promise that is older than the call: of the module, a field, an option of an outer function."""
    if promise.type not in ("identifier", "member_expression"):
        return None
    slot = slot_of(code, promise)
    if slot is None or slot.keyed:
        return None
    root = slot.root
    if root is not None and root.owner is not None and root.owner == code.function(call):
        return None
    if root is not None and code.text(root.name) in ONE_USE:
        return None
    if lifetime(code, slot, call) is Lifetime.SHORT and not _is_of_subscription(code, slot, call):
        return None
    return slot


def _is_of_subscription(code: Code, slot: Slot, call: Node) -> bool:
    """Whether a promise belongs to a function that hands out an object of which every call races with it."""
    owner, racing = (slot.root.owner if slot.root is not None else None), code.function(call)
    if owner is None or racing is None or racing == owner or not escapes(code, racing, owner):
        return False
    return not any(request_like(name) for name in parameters(code, owner))


def _ends_late(code: Code, promise: Node, slot: Slot) -> bool:
    """Whether only an event of the process, a shutdown or nothing settles a promise."""
    made = _made(code, slot.root) if slot.root is not None and promise.type == "identifier" else []
    executors = _executors(code, made)
    if executors:
        return all(map(_ends_by_event, executors))
    if slot.shape is Shape.FIELD:
        executors = _executors(code, initial_values(code, slot))
        if executors and all(map(_ends_by_event, executors)):
            return True
    word = slot.word
    if word in (b"promise", b"signal"):  # of what it is: `this.#stop.promise`
        word = slot.path.rpartition(b".")[0].rpartition(b".")[2]
    return word in ENDS_LATE and not made


def _executors(code: Code, made: list[Node]) -> list[bytes]:
    texts = (code.text(unwrap(value)) for value in made)
    return [text for text in texts if text.startswith((b"new Promise", b"(new Promise"))]


def _ends_by_event(made: bytes) -> bool:
    """Whether `new Promise(…)` is settled by the event of an end, or by nothing."""
    return made in LATE_EVENTS or (b"resolve" not in made and b"=>" in made and b"{}" in made)


def _made(code: Code, bound: Binding) -> list[Node]:
    return [] if bound.kind != "variable" else [unwrap(value) for value in assigned(code, bound)]


def _listener(code: Code, call: Node, callee: Node) -> Judged | None:
    """A listener for an abort that settles a promise of the call, on a signal that lives on, and is never removed."""
    given, signal = arguments(call), field(callee, "object")
    if len(given) < 2 or code.text(given[0]).strip(b"'\"`") != b"abort" or signal is None:
        return None
    if any(b"signal:" in code.text(option).replace(b" ", b"") for option in given[2:]):
        return None
    executor = executor_of(code, call)
    outer = code.function(executor) if executor is not None else None
    if executor is None or outer is None or code.text(outer) in UNLISTENS:
        return None
    if not _lives_on(code, signal, outer, call):
        return None
    return site(code, "long-lived-race", call, shown(code, signal))


def _lives_on(code: Code, signal: Node, outer: Node, call: Node) -> bool:
    """Whether a signal outlives the call: one of the module or a field, also as the default of a parameter."""
    bound = binding(code, signal) if signal.type == "identifier" else None
    if bound is not None and bound.kind == "parameter":
        pattern = code.parent(bound.name)
        default = (field(pattern, "right") or field(pattern, "value")) if pattern is not None else None
        return default is not None and contains(outer, default) and outliving(code, default, call) is not None
    return outliving(code, signal, call) is not None and (
        bound is None or is_module(code, bound.owner) or bound.kind == "import"
    )


def _stream(code: Code, call: Node, callee: Node) -> Judged | None:
    """`finished` or `pipeline` on a stream of the module: every call adds a callback that waits for its end."""
    if callee.type == "member_expression" and b"stream" not in code.text(callee).lower():
        return None
    if sets_up(code, call) or (callee.type == "identifier" and not _from_stream(code, callee)):
        return None
    given = [
        unwrap(each) for each in arguments(call) if each.type not in FUNCTIONS and not _calls_back(code, each)
    ]
    if any(b"signal" in code.text(each) for each in given if each.type == "object"):
        return None
    above = code.parent(call)
    if code.text(callee).endswith(b"finished") and above is not None and above.type == "variable_declarator":
        return None  # the function that takes the listeners away
    for each in given:
        slot = outliving(code, each, call)
        if slot is not None and lifetime(code, slot, call) is Lifetime.MODULE:
            return site(code, "shared-stream", call, shown(code, each))
    return None


def _calls_back(code: Code, given: Node) -> bool:
    """Whether what is handed over is, by its name, a function that is called at the end: `utils.noop`."""
    return CALLBACKS.search(code.text(given).rpartition(b".")[2]) is not None


def _from_stream(code: Code, name: Node) -> bool:
    bound = binding(code, name)
    return bound is not None and any(
        code.text(above)[-60:] in STREAM_MODULES for above in _statements(code, bound.name)
    )


def _statements(code: Code, node: Node) -> Iterator[Node]:
    return (
        a
        for a in code.ancestors(node)
        if a.type in ("import_statement", "lexical_declaration", "variable_declaration")
    )
