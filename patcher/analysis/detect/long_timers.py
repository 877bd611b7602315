"""Timers that run on after the request that started them: intervals, polls that re-arm themselves, long timeouts.

A running timer has the async context of whoever started it, on every Node, whether or not anything keeps its handle.
"""

import re
from dataclasses import replace

from patcher.analysis.detect.limit_timers import limit_left
from patcher.analysis.detect.request_timers import built_interval, kept_interval
from patcher.analysis.detect.site_parts import called_at, shown, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import Doubt
from patcher.analysis.facts.calls import call_of, calls_by_name
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.analysis.facts.lifetimes import takes_request
from patcher.analysis.facts.out_of_service import off_the_way
from patcher.analysis.facts.request_path import (
    LONG_MS,
    called_at_load,
    in_request,
    milliseconds,
    outliving,
    put_into,
    sets_up,
    taken_out,
)
from patcher.analysis.facts.scopes import binding, function_name, is_module, parameters
from patcher.analysis.facts.settlement import role
from patcher.analysis.facts.slots import Slot
from patcher.analysis.handle_names import TIMER_OWNERS
from patcher.analysis.names import CLEARS, DELAY_LIMITS
from patcher.analysis.prefilter.hints import occurrences
from patcher.analysis.prefilter.reverse import path_before
from patcher.analysis.prefilter.tokens import TIMERS
from patcher.retention.kinds import Growth
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_DECLARATIONS = ("method_definition", "function_declaration")
_FEW = 3
_CHOICES = frozenset(
    {"if_statement", "ternary_expression", "catch_clause", "switch_statement", "binary_expression"}
)


def long_timer_places(source: bytes) -> list[int]:
    """Where a timer is started that is one of the platform."""
    found = (
        here + len(token) - 1
        for token in TIMERS.tokens
        for here in occurrences(source, token)
        if source[here - 1 : here] != b"." or path_before(source, here)[:-1] in TIMER_OWNERS
    )
    return sorted(set(found))


def long_timers(code: Code, places: list[int]) -> list[Judged]:
    """The timers at `places` that run on after their request."""
    found = []
    for place in places:
        call = called_at(code, place)
        if (
            call is None
            or call.type != "call_expression"
            or not arguments(call)
            or not _is_global(code, call)
        ):
            continue
        made = _interval(code, call) if _name(code, call) == b"setInterval" else _timeout(code, call)
        if made is not None:
            found.append(made)
    return found


def _name(code: Code, call: Node) -> bytes:
    return code.text(field(call, "function")).rpartition(b".")[2]


def _is_global(code: Code, call: Node) -> bool:
    owner = code.text(field(call, "function")).rpartition(b".")[0]
    return not owner or owner in TIMER_OWNERS


def _interval(code: Code, call: Node) -> Judged | None:
    """An interval that is put into a collection, or that a request handler starts and nobody stops."""
    built = built_interval(code, call)
    if built is not None or not in_request(code, call) or sets_up(code, call):
        return built
    put = put_into(code, call)
    if put is not None:
        _, slot, keyed = put
        growth: Growth = "one a key" if keyed else "one a request"
        return (
            None if taken_out(code, slot) else site(code, "request-interval", call, slot.text + "[…]", growth)
        )
    above = code.parent(call)
    while above is not None and above.type in ("member_expression", "call_expression"):
        above = code.parent(above)
    if above is None or above.type != "expression_statement":
        return kept_interval(code, call)
    function = code.function(call)
    return site(code, "request-interval", call, "setInterval") if takes_request(code, function) else None


def _timeout(code: Code, call: Node) -> Judged | None:
    armed = _rearmed(code, call)
    if armed is not None:
        return armed
    if not in_request(code, call):
        return None
    given = arguments(call)
    delay = milliseconds(code, given[1] if len(given) > 1 else None)
    is_long = delay is not None and delay >= LONG_MS
    put = put_into(code, call)
    if put is not None:
        return _collected(code, call, put[1], is_long=is_long, keyed=put[2])
    if (is_long or _is_given(code, given[1:])) and (_raced(code, call) or _settles_deferred(code, call)):
        made = site(code, "long-timeout", call, "setTimeout")
        return made if is_long else replace(made, doubt=Doubt(f"how long is `{shown(code, given[1])}`?"))
    if sets_up(code, call):
        return None
    left = (_left_behind(code, call) or _forgets(code, call, given[0])) if is_long else None
    return left or limit_left(code, call)


def _left_behind(code: Code, call: Node) -> Judged | None:
    """A long timeout that a request handler starts, and whose handle it drops."""
    above = code.parent(call)
    while above is not None and above.type in ("member_expression", "call_expression"):
        above = code.parent(above)
    dropped = above is not None and above.type == "expression_statement"
    if not dropped or not takes_request(code, code.function(call)):
        return None
    return site(code, "long-timeout", call, "setTimeout")


def _is_given(code: Code, delay: list[Node]) -> bool:
    """Whether a delay is one that a function is given and calls a timeout."""
    bound = binding(code, delay[0]) if delay and delay[0].type == "identifier" else None
    return bound is not None and bound.kind == "parameter" and code.text(delay[0]) in DELAY_LIMITS


def _collected(code: Code, call: Node, slot: Slot, *, is_long: bool, keyed: bool) -> Judged | None:
    """A timeout that is put into a collection: it runs long, or its handle stays there when it is done."""
    text = slot.text + "[…]"
    if is_long and not keyed:
        return site(code, "long-timeout", call, text)
    if not keyed or _taken_out_by(code, call, slot):
        return None
    return site(code, "kept-timer-entry", call, text)


def _taken_out_by(code: Code, call: Node, slot: Slot) -> bool:
    """Whether the callback of a timer, written in place or by its name, takes its entry out of the collection."""
    callback = unwrap(arguments(call)[0])
    function = callback if callback.type in FUNCTIONS else callee_function(code, callback)
    word = slot.path.rpartition(b".")[2]
    text = code.text(function or callback)
    if word + b".delete(" in text or word + b"[" in text or word + b".clear(" in text:
        return True
    called = re.findall(rb"this\.([\w$#]+)\(|(?<![\w$.])([\w$]+)\(", text)
    bodies = (
        code.text(above)
        for name in {first or second for first, second in called[:20]}
        for use in code.words(name)[:40]
        if (above := code.parent(use)) is not None and above.type in _DECLARATIONS
    )
    return any(word + end in body for body in bodies for end in (b".delete(", b".clear(", b"["))


def _raced(code: Code, call: Node) -> bool:
    """Whether a timeout settles a promise of a race, and nobody clears it."""
    executor = code.function(call)
    held = code.parent(executor) if executor is not None else None
    made = code.parent(held) if held is not None and held.type == "arguments" else None
    if executor is None or made is None or made.type != "new_expression":
        return False
    if code.text(field(made, "constructor")) != b"Promise":
        return False
    outer = code.function(made)
    text = code.text(outer) if outer is not None else b""
    if outer is None or (text in CLEARS and not _cleared_on_success_only(code, outer)):
        return False
    if text in CLEARS:
        return b".race(" in text
    if b".race(" not in text and not _settled_by_others(code, executor, call):
        return False
    above = code.parent(call)
    if above is None or above.type not in ("assignment_expression", "variable_declarator"):
        return True
    name = field(above, "name")
    return name is not None and name.type == "identifier" and not _handed_on(code, name)


def _handed_on(code: Code, name: Node) -> bool:
    """Whether the variable `name` of a timer is put, given or returned anywhere: who gets it may clear the timer."""
    bound = binding(code, name)
    return bound is None or any(
        use != name and (above := code.parent(use)) is not None and above.type in _HANDS_ON
        for use in code.words(code.text(name), bound.scope)
    )


_HANDS_ON = frozenset(
    {"arguments", "return_statement", "pair", "shorthand_property_identifier", "object", "array"}
    | {"assignment_expression", "variable_declarator", "spread_element", "arrow_function"}
)


def _cleared_on_success_only(code: Code, outer: Node) -> bool:
    """Whether a function clears its timeout in callbacks for the success of a promise, and nowhere else."""
    places = code.places(b"clearTimeout", outer.start_byte, outer.end_byte)
    nodes = [node for place in places if (node := code.at(place, place + 12)) is not None]
    return bool(nodes) and all(_runs_on_success(code, node, outer) for node in nodes)


def _runs_on_success(code: Code, node: Node, outer: Node) -> bool:
    for above in code.ancestors(node):
        if above == outer or above.type in ("finally_clause", "catch_clause"):
            return False
        if above.type in FUNCTIONS:
            held = code.parent(above)
            call = code.parent(held) if held is not None else None
            alone = call is not None and call.type == "call_expression" and len(arguments(call)) == 1
            return alone and role(code, above) == "fulfil"
    return False


def _settles_deferred(code: Code, call: Node) -> bool:
    """Whether a timeout whose handle is dropped rejects a deferred promise that its function settles otherwise too."""
    above, function = code.parent(call), code.function(call)
    text = code.text(function) if function is not None else b""
    rejected = _REJECTS.search(code.text(unwrap(arguments(call)[0])))
    if (
        function is None
        or rejected is None
        or above is None
        or above.type != "expression_statement"
        or text in CLEARS
    ):
        return False
    owner = re.escape(rejected[1])
    return re.search(rb"(?<![\w$])%b\.resolve\b" % owner, text) is not None


_REJECTS = re.compile(rb"(?<![\w$.])([\w$]+)\.reject(?![\w$])")


def _settled_by_others(code: Code, executor: Node, call: Node) -> bool:
    """Whether the executor of a promise settles it itself too, beside the timer: a race written by hand."""
    body = field(executor, "body")
    inside = [
        use
        for name in parameters(code, executor)
        for use in (code.words(name, body) if body is not None else [])
        if not contains(call, use)
    ]
    return any(call_of(code, use, method=False) is not None for use in inside)


def _forgets(code: Code, call: Node, callback: Node) -> Judged | None:
    """`setTimeout(() => map.delete(key), ttl)`: one running timer for each entry."""
    callback = unwrap(callback)
    body = unwrap(field(callback, "body") or callback) if callback.type in FUNCTIONS else None
    if body is not None and body.type == "statement_block" and 0 < len(body.named_children) <= _FEW:
        body = body.named_children[0]
    if body is not None and body.type == "expression_statement" and body.named_children:
        body = body.named_children[0]
    above = code.parent(call)
    dropped = above is not None and above.type in ("expression_statement", "member_expression", "pair")
    if body is None or body.type != "call_expression" or not dropped:
        return None
    callee = field(body, "function")
    holder = field(callee, "object") if callee is not None else None
    if holder is None or callee is None or code.text(field(callee, "property")) != b"delete":
        return None
    slot = outliving(code, holder, call)
    return None if slot is None else site(code, "long-timeout", call, shown(code, holder), "one a key")


def _rearmed(code: Code, call: Node) -> Judged | None:
    """A poll: a function of the module or a method that a request calls and that always starts its own timer again."""
    function = code.function(call)
    callback = unwrap(arguments(call)[0])
    while function is not None and not function_name(code, function):
        function = code.function(function)
    if function is None or not _is_own(code, callback, function) or _chosen(code, call, function):
        return None
    outer = code.function(function)
    if called_at_load(code, function):
        return None
    name = function_name(code, function)
    if outer is not None and not is_module(code, outer):
        own = takes_request(code, outer) and not sets_up(code, outer)
        shown_name = name.decode("utf-8", "replace")
        return site(code, "self-rearming-timer", call, shown_name, "one a request") if own else None
    callers = [
        use
        for use in code.words(name)
        if not contains(function, use)
        and (field(code.parent(use) or use, "function") is not None or _is_member(code, use))
    ]
    lazily = [use for use in callers if in_request(code, use) and not sets_up(code, use)]
    if not lazily or len(lazily) < len(callers):
        return None
    made = site(code, "self-rearming-timer", call, name.decode("utf-8", "replace"))
    stop = _stopped_by(code, call, function)
    return (
        replace(made, doubt=Doubt(f"does `{stop.decode('utf-8', 'replace')}` end it before long?"))
        if stop
        else made
    )


def _stopped_by(code: Code, call: Node, function: Node) -> bytes:
    """The name of a function that clears the timer of `call`, while the program runs on and without starting it again;
    empty for none."""
    above = code.parent(call)
    slot = field(above, "left") if above is not None and above.type == "assignment_expression" else None
    for place in code.places(b"clearTimeout") if slot is not None else ():
        node = code.at(place, place + 12)
        clear = code.parent(node) if node is not None else None
        if clear is None or clear.type != "call_expression":
            continue
        if [code.text(given) for given in arguments(clear)] != [code.text(slot)]:
            continue
        stop = code.function(clear)
        name = function_name(code, stop)
        starts = stop is not None and any(
            word in code.text(stop) for word in (b"setTimeout(", function_name(code, function) + b"(")
        )
        if name and stop != function and not starts and _at_any_time(code, name):
            return name
    return b""


def _at_any_time(code: Code, name: bytes) -> bool:
    """Whether the function `name` is not only called at the end of the program, as its name or its callers say."""
    callers = [
        function_name(code, code.function(use))
        for use in code.words(name)
        if (above := code.parent(use)) is not None and above.type not in _DECLARATIONS
    ]
    return not off_the_way(name) or any(caller and not off_the_way(caller) for caller in callers)


def _is_member(code: Code, use: Node) -> bool:
    above = code.parent(use)
    call = code.parent(above) if above is not None and above.type == "member_expression" else None
    return call is not None and call.type == "call_expression"


def _is_own(code: Code, callback: Node, function: Node) -> bool:
    """Whether a timer's callback is the function that starts it, or does nothing but call it."""
    if callback.type in FUNCTIONS:
        body = field(callback, "body")
        if body is not None and body.type == "statement_block":
            body = body.named_children[0] if len(body.named_children) == 1 else None
        while body is not None and body.type in (
            "expression_statement",
            "await_expression",
            "unary_expression",
        ):
            body = body.named_children[0] if body.named_children else None
        callback = body if body is not None else callback
        if callback.type == "call_expression":
            callback = field(callback, "function") or callback
    called = callee_function(code, callback)
    return called == function or (called is not None and _always_calls(code, called, function))


def _always_calls(code: Code, caller: Node, function: Node) -> bool:
    """Whether `caller` calls `function`, whatever happens: `refresh` for the `schedule` that starts its timer again."""
    name = function_name(code, function)
    return len(name) > 1 and any(
        callee_function(code, field(call, "function") or call) == function and not _chosen(code, call, caller)
        for call in calls_by_name(code, name, caller)
    )


def _chosen(code: Code, call: Node, function: Node) -> bool:
    """Whether a timer is started under a condition, or after a `return` that may come before it."""
    for above in code.ancestors(call):
        if above == function:
            break
        if above.type in _CHOICES:
            return True
        held = code.parent(above) if above.type in FUNCTIONS else None
        if held is not None and held.type == "arguments":
            outer = code.parent(held)
            callee = field(outer, "function") if outer is not None else None
            if code.text(field(callee, "property") if callee is not None else None) not in (
                b"finally",
                b"then",
            ):
                return True
    return any(
        code.function(leaves) == function and leaves.end_byte <= call.start_byte
        for leaves in code.keyword(b"return", function)
    )
