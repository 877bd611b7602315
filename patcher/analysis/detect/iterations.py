"""Loops that wait for the next event of an emitter, the next chunk of a stream, the next change of a file or the next
turn of an interval, which live on."""

import re

from patcher.analysis.detect.site_parts import EMITTERS, PROMISED_TIMERS, comes_from, shown, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.functions import assigned
from patcher.analysis.facts.lifetimes import Lifetime, lifetime, takes_request
from patcher.analysis.facts.request_path import in_request, outliving, sets_up
from patcher.analysis.prefilter.hints import occurrences
from patcher.syntax.tree import Node

_PROMISED_FILES = re.compile(rb"[\"'](?:node:)?fs(?:/promises)?[\"']")
_STREAMS = re.compile(
    rb"PassThrough|new (?:[\w$]+\.)?(?:Readable|Duplex|Transform)\b|createReadStream\(|stdin\b"
)


def iteration_places(source: bytes) -> list[int]:
    """Where a loop waits for each turn, in a file that loads a module which has what loops wait for."""
    if b"for await" not in source:
        return []
    modules = (EMITTERS, PROMISED_TIMERS, _PROMISED_FILES, _STREAMS)
    return list(occurrences(source, b"for await")) if any(m.search(source) for m in modules) else []


def iterations(code: Code, places: list[int]) -> list[Judged]:
    """The loops at `places` that wait on after their request."""
    return [made for place in places if (made := _judge(code, place)) is not None]


def _judge(code: Code, place: int) -> Judged | None:
    loop = code.at(place, place + 3)
    while loop is not None and loop.type == "for":
        loop = code.parent(loop)
    if loop is None or loop.type != "for_in_statement" or not in_request(code, loop) or sets_up(code, loop):
        return None
    call = unwrap(field(loop, "right") or loop)
    if call.type in ("identifier", "member_expression"):
        return _stream(code, loop, call)
    callee = field(call, "function") if call.type == "call_expression" else None
    given = arguments(call) if callee is not None else []
    if callee is None or not given or b"signal" in code.text(call):
        return None
    if comes_from(code, callee, b"on", EMITTERS):
        lives_on = outliving(code, given[0], loop) is not None
        return site(code, "long-lived-race", loop, shown(code, given[0])) if lives_on else None
    ends = any(code.keyword(word, loop) for word in (b"break", b"return", b"throw"))
    if ends or not takes_request(code, code.function(loop)):
        return None
    if comes_from(code, callee, b"setInterval", PROMISED_TIMERS):
        return site(code, "request-interval", loop, shown(code, call))
    if comes_from(code, callee, b"watch", _PROMISED_FILES):
        return site(code, "lazy-handle", loop, shown(code, call), "one a request")
    return None


def _stream(code: Code, loop: Node, stream: Node) -> Judged | None:
    """A handler that reads a stream of the module: it waits for the next chunk when its client has gone."""
    slot = outliving(code, stream, loop)
    if slot is None or slot.root is None or lifetime(code, slot, loop) is not Lifetime.MODULE:
        return None
    made = assigned(code, slot.root) if slot.root.kind == "variable" else []
    streams = any(_STREAMS.search(code.text(value)[:200]) for value in made)
    if not streams or not takes_request(code, code.function(loop)):
        return None
    return site(code, "long-lived-race", loop, shown(code, stream))
