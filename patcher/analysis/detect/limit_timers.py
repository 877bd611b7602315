"""Timeouts that set a limit for one call, and that nobody clears when it is done, or only when it succeeds.

Each runs on for as long as it was meant to wait, and keeps its request until then.
"""

import re
from dataclasses import replace

from patcher.analysis.detect.site_parts import executor_of, shown, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import Doubt
from patcher.analysis.facts.code import Code, arguments, contains, unwrap
from patcher.analysis.facts.functions import callee_function, is_async
from patcher.analysis.facts.request_path import LONG_MS, milliseconds
from patcher.analysis.facts.scopes import function_name
from patcher.analysis.names import BACKGROUND, CLEARS, DELAY_LIMITS
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

# What a limit does when it is reached: it aborts, rejects, or gives an error to whoever waits.
_GIVES_UP = re.compile(
    rb"\.abort\(|(?<![\w$])_?reject\w*\(|\.reject\(|[tT]ime\w*[oO]ut\w*Error\(|\w\(\s*new \w*Error\("
)
_EXITS = re.compile(rb"process\.(?:exit|kill|abort)|\.(?:kill|terminate|close)\(")
_SECONDS = re.compile(rb"\*\s*(?:1000|1e3|1_000|60)\b|\b(?:1000|1e3|1_000)\s*\*")
_FAILS = Doubt("how often does what is awaited fail? Then nothing clears the timer")


def limit_left(code: Code, call: Node) -> Judged | None:
    """A timeout at `call` that gives up on what a function waits for, and runs on when that is done."""
    given, function = arguments(call), code.function(call)
    if len(given) < 2 or function is None or not _gives_up(code, given[0]):
        return None
    outer = _named(code, call)
    if function_name(code, outer) in BACKGROUND:
        return None
    delay = milliseconds(code, given[1])
    made = site(code, "long-timeout", call, "setTimeout")
    if code.text(outer) in CLEARS:
        clears_late = delay is not None and delay >= LONG_MS and _cleared_after_await(code, call, outer)
        return replace(made, doubt=_FAILS) if clears_late else None
    is_raced = b".race(" in code.source and executor_of(code, call) is not None  # which `waits` judges
    if is_raced or not _is_dropped(code, call):
        return None
    if delay is not None:
        return made if delay >= LONG_MS else None
    text = code.text(given[1])
    if text not in DELAY_LIMITS and _SECONDS.search(text) is None:
        return None
    return replace(made, doubt=Doubt(f"how long is `{shown(code, given[1])}`?"))


def _gives_up(code: Code, callback: Node) -> bool:
    callback = unwrap(callback)
    function = callback if callback.type in FUNCTIONS else callee_function(code, callback)
    text = code.text(function or callback)
    if function is None:
        return text in (b"reject", b"abort") or text.startswith(b"reject.bind")
    return _GIVES_UP.search(text) is not None and _EXITS.search(text) is None


def _named(code: Code, call: Node) -> Node:
    """The innermost function around `call` that has a name, or else the outermost."""
    found = code.root
    for function in code.functions(call):
        found = function
        if function_name(code, function):
            break
    return found


def _is_dropped(code: Code, call: Node) -> bool:
    """Whether nobody gets the handle of a timer: it is a statement of its own, perhaps with `.unref()`."""
    above = code.parent(call)
    while above is not None and above.type in ("member_expression", "call_expression"):
        above = code.parent(above)
    return above is not None and above.type == "expression_statement"


def _cleared_after_await(code: Code, call: Node, outer: Node) -> bool:
    """Whether an async function clears its timer after it has waited, and where an error does not come by."""
    if not is_async(outer):
        return False
    places = code.places(b"clearTimeout", outer.start_byte, outer.end_byte)
    stops = [node for place in places if (node := code.at(place, place + 12)) is not None]
    waits = [wait for wait in code.keyword(b"await", outer) if code.function(wait) == outer]
    between = [w for w in waits if stops and call.start_byte < w.start_byte < stops[0].start_byte]
    return bool(between) and all(
        code.function(stop) == outer
        and not any(
            above.type in ("try_statement", "finally_clause", "catch_clause")
            for above in code.ancestors(stop)
            if contains(outer, above)
        )
        for stop in stops
    )
