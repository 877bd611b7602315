"""Bound functions and resources that keep the context of a request, and storages that each call makes."""

import re

from patcher.analysis.detect.site_parts import called_at, places_of, shown, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, arguments, field
from patcher.analysis.facts.laziness import Laziness, laziness
from patcher.analysis.facts.lifetimes import Lifetime, constructions, lifetime
from patcher.analysis.facts.request_path import in_request, outliving, put_into, taken_out
from patcher.analysis.facts.scopes import binding, function_name, is_module
from patcher.analysis.facts.slots import Slot, uses
from patcher.analysis.facts.stores import stores_at
from patcher.analysis.handle_names import CONTEXT_BINDERS, TRACER_MODULES
from patcher.analysis.names import LISTENS_ON, STOPS_LISTENING
from patcher.analysis.prefilter.tokens import RESOURCES
from patcher.retention.kinds import Growth
from patcher.syntax.tree import Node

_STORAGE = re.compile(rb"new (?:[\w$]{1,40}\.)?AsyncLocalStorage(?=[(<])")


def context_places(source: bytes) -> list[int]:
    """Where a context is bound, or a storage made."""
    if (
        not any(word in source for word in (b"AsyncResource", b"AsyncLocalStorage"))
        and source not in TRACER_MODULES
    ):
        return []
    found = {*places_of(source, (*(name + b"(" for name in CONTEXT_BINDERS.words), *RESOURCES.tokens))}
    for made in _STORAGE.finditer(source):
        opens = source.find(b"(", made.end(), made.end() + 200)
        if opens > 0:
            found.add(opens)
    return sorted(found)


def contexts(code: Code, places: list[int]) -> list[Judged]:
    """The contexts at `places` that something keeps, and the storages that calls make."""
    found = []
    for place in places:
        call = called_at(code, place)
        if call is not None and (built := _built_storage(code, call)) is not None:
            found.append(built)
        if call is None or not in_request(code, call):
            continue
        storage = _STORAGE.match(code.text(call)) is not None
        made = _storage(code, call) if storage else _bound(code, call)
        if made is not None:
            found.append(made)
    return found


def _bound(code: Code, call: Node) -> Judged | None:
    put = put_into(code, call)
    if put is not None:
        _, slot, keyed = put
        growth: Growth = "one a key" if keyed else "one a request"
        return None if taken_out(code, slot) else site(code, "kept-context", call, slot.text + "[…]", growth)
    kept = _lazily(code, call)
    if kept is not None:
        return kept
    return next((made for value in _named(code, call) if (made := _listening(code, value)) is not None), None)


def _named(code: Code, call: Node) -> list[Node]:
    """What binds a context, and the uses of the variable of a function that is given it."""
    above = code.parent(call)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    bound = binding(code, name) if name is not None and name.type == "identifier" else None
    if name is None or bound is None or is_module(code, bound.owner):
        return [call]
    return [use for use in code.words(code.text(name), bound.scope) if use != name]


def _listening(code: Code, value: Node) -> Judged | None:
    """A bound function that is put on an emitter which lives on, and never taken away."""
    given = code.parent(value)
    listening = code.parent(given) if given is not None and given.type == "arguments" else None
    if listening is None or listening.type != "call_expression":
        return None
    callee = field(listening, "function")
    if callee is None or code.text(field(callee, "property")) not in LISTENS_ON:
        return None
    emitter = field(callee, "object")
    shared = _shared(code, emitter, listening) if emitter is not None else None
    if shared is None or emitter is None or _stops(code, shared):
        return None
    return site(code, "kept-context", listening, shown(code, emitter))


def _lazily(code: Code, call: Node) -> Judged | None:
    """A context that the first caller binds, and that a slot keeps."""
    above = code.parent(call)
    while above is not None and above.type in _AROUND:
        above = code.parent(above)
    stores = (
        stores_at(code, above) if above is not None and above.type.endswith("assignment_expression") else []
    )
    for store in stores:
        lasting = lifetime(code, store.slot, store.node) in (Lifetime.MODULE, Lifetime.INSTANCE)
        if lasting and not store.slot.keyed and laziness(code, store.slot, store.node) is Laziness.GUARDED:
            return site(code, "kept-context", call, store.slot.text, "one for the process")
    return None


_AROUND = frozenset({"parenthesized_expression", "as_expression", "binary_expression"})


def _shared(code: Code, emitter: Node, node: Node) -> Slot | None:
    """The slot of an emitter that lives on; one that was imported does too."""
    bound = binding(code, emitter) if emitter.type == "identifier" else None
    if bound is not None and bound.kind == "import":
        return None
    return outliving(code, emitter, node)


def _stops(code: Code, slot: Slot) -> bool:
    return any(
        (above := code.parent(use)) is not None
        and above.type == "member_expression"
        and code.text(field(above, "property")) in STOPS_LISTENING
        for use in uses(code, slot)
    )


def _built_storage(code: Code, call: Node) -> Judged | None:
    """A storage in a field of a class of which each call of a function makes an instance."""
    if _STORAGE.match(code.text(call)) is None or arguments(call):
        return None
    body = next((above for above in code.ancestors(call) if above.type == "class_body"), None)
    above = code.parent(call)
    maker = code.function(call)
    in_field = above is not None and above.type in ("field_definition", "public_field_definition")
    if body is None or not (in_field or (maker is not None and function_name(code, maker) == b"constructor")):
        return None
    made = constructions(code, body)
    if not made or not all(in_request(code, new) and _is_thrown_away(code, new) for new in made):
        return None
    return site(code, "storage-per-call", call, shown(code, above or call).partition(" =")[0])


def _is_thrown_away(code: Code, new: Node) -> bool:
    above = code.parent(new)
    return above is not None and above.type in (
        "variable_declarator",
        "member_expression",
        "await_expression",
    )


def _storage(code: Code, call: Node) -> Judged | None:
    """A storage that each call makes: not one that is made on first use and kept."""
    above = code.parent(call)
    while above is not None and above.type in (
        "parenthesized_expression",
        "as_expression",
        "binary_expression",
    ):
        above = code.parent(above)
    if above is not None and above.type.endswith("assignment_expression"):
        stores = stores_at(code, above)
        if not stores or any(laziness(code, s.slot, s.node) is Laziness.GUARDED for s in stores):
            return None
    if above is not None and above.type == "pair":
        return None
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    if name is None or is_module(code, code.function(call)) or arguments(call):
        return None
    return site(code, "storage-per-call", call, shown(code, name))
