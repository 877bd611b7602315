"""Handles, contexts, streams and intervals that the first request makes, wherever the file keeps them.

`handles`, `kept_contexts` and `timers` judge them where they are stored; this follows them there: through a helper, a
constructor, an object, a setter, or a function that runs another once.
"""

import re
from dataclasses import replace

from patcher.analysis.detect.handle_makers import left_open
from patcher.analysis.detect.keeping import ONE, Keeping, keeping
from patcher.analysis.detect.makers import has_makers, made_kind, maker_places
from patcher.analysis.detect.site_parts import called_at, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import Doubt
from patcher.analysis.facts.code import Code, arguments, contains, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.analysis.facts.lifetimes import made_once
from patcher.analysis.facts.out_of_service import in_browser, is_dead
from patcher.analysis.facts.request_path import in_request, in_root, starts_or_ends
from patcher.analysis.facts.scopes import is_module
from patcher.analysis.facts.slots import Shape
from patcher.analysis.names import CLEARS
from patcher.retention.kinds import Kept
from patcher.syntax.tree import Node

_PACKS = re.compile(rb"^[^(]*\bcreate\w*(?:zip|flate|compress)|^new \w*CompressionStream")
_FAMILIES: dict[Kept, str] = {
    "handle": "lazy-handle",
    "context": "kept-context",
    "web-stream": "stream-in-cache",
    "live-timer": "lazy-interval",
}
_WRITTEN_BY_HAND = 256 * 1024  # bytes that a file has at most which is no bundle
_START = 24  # characters in which a call says what it calls
_FIRST = Doubt("is the first one made while a request is served, or when the program starts?")


def lazy_places(source: bytes) -> list[int]:
    """Where something is made that carries the context of its maker."""
    return maker_places(source)


def needs_whole(source: bytes, places: list[int]) -> bool:
    """Whether all of a file has to be parsed, as what it makes at `places` may go through any function of it: in a
    bundle that is not worth its time."""
    return bool(places) and len(source) <= _WRITTEN_BY_HAND and has_makers(source)


def lazily_made(code: Code, places: list[int]) -> list[Judged]:
    """The things made at `places` that a slot or a collection keeps after the request that made them."""
    return [made for place in places if (made := _judge(code, place)) is not None]


def _judge(code: Code, place: int) -> Judged | None:
    call = called_at(code, place)
    kind = made_kind(code, call) if call is not None else None
    if call is None or kind is None or _is_elsewhere(code, call):
        return None
    kept = keeping(code, call)
    if kept is None and kind == "handle" and in_request(code, call):
        return left_open(code, call)
    if kept is None or in_root(code, kept.node) or (kind == "live-timer" and _stops(code, call, kept)):
        return None
    if kind == "handle" and _is_of_one_stream(code, call, kept):
        return None
    return _site(code, call, kind, kept)


def _stops(code: Code, call: Node, kept: Keeping) -> bool:
    """Whether a timer stops itself, or is stored where it is started, which `timers` judges."""
    if b"setInterval" not in code.text(call)[:_START]:
        return False
    given = arguments(call)
    callback = callee_function(code, unwrap(given[0])) if given else None
    return contains(kept.node, call) or (callback is not None and code.text(callback) in CLEARS)


def _is_of_one_stream(code: Code, call: Node, kept: Keeping) -> bool:
    """Whether what is made packs or unpacks bytes for an instance of which the file makes no single one: there is one
    for each connection or each answer."""
    packs = _PACKS.search(code.text(call)[:80]) is not None
    owner = kept.slot.owner
    return packs and kept.slot.shape is Shape.FIELD and (owner is None or not made_once(code, owner))


def _is_elsewhere(code: Code, call: Node) -> bool:
    """Whether no request runs `call`: at load, at the start or the end, in a browser, or in the root."""
    function = code.function(call)
    if function is None and not _in_class(code, call):
        return True
    if function is not None and is_module(code, function):
        return True
    return starts_or_ends(code, call) or in_browser(code, call) or in_root(code, call) or is_dead(code, call)


def _in_class(code: Code, call: Node) -> bool:
    return any(above.type == "class_body" for above in code.ancestors(call))


def _site(code: Code, call: Node, kind: Kept, kept: Keeping) -> Judged:
    apart = kind == "web-stream" or code.function(call) != code.function(kept.node)
    collected = kept.growth != ONE and apart
    made = site(code, _FAMILIES[kind], kept.node if collected else call, kept.text, kept.growth)
    if kind == "live-timer" and b"setInterval" not in code.text(call)[:_START]:
        made = replace(made, family="long-timeout")
    if kept.growth == ONE:
        made = replace(made, scope=kept.slot.scope)
    return replace(made, doubt=_FIRST) if kept.built else made
