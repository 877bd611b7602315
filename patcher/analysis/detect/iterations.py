"""Loops that wait for the next event of an emitter, or for the next turn of an interval, which live on."""

import re

from patcher.analysis.detect.site_parts import PROMISED_TIMERS, comes_from, shown, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.lifetimes import takes_request
from patcher.analysis.facts.request_path import in_request, outliving, sets_up
from patcher.analysis.prefilter.hints import occurrences

_EMITTERS = re.compile(rb"[\"'](?:node:)?events[\"']")


def iteration_places(source: bytes) -> list[int]:
    """Where a loop waits for each turn, in a file that loads the module of emitters or of timers."""
    if b"for await" not in source or not (_EMITTERS.search(source) or PROMISED_TIMERS.search(source)):
        return []
    return list(occurrences(source, b"for await"))


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
    callee = field(call, "function") if call.type == "call_expression" else None
    given = arguments(call) if callee is not None else []
    if callee is None or not given or b"signal" in code.text(call):
        return None
    if comes_from(code, callee, b"on", _EMITTERS):
        lives_on = outliving(code, given[0], loop) is not None
        return site(code, "long-lived-race", loop, shown(code, given[0])) if lives_on else None
    if comes_from(code, callee, b"setInterval", PROMISED_TIMERS) and takes_request(code, code.function(loop)):
        ends = any(code.keyword(word, loop) for word in (b"break", b"return", b"throw"))
        return None if ends else site(code, "request-interval", loop, shown(code, call))
    return None
