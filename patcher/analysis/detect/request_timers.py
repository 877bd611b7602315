"""Intervals that a request handler starts: in a variable or a field that nobody stops, or in an object of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace

from patcher.analysis.detect.site_parts import called_at, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import Doubt
from patcher.analysis.facts.calls import calls_by_name
from patcher.analysis.facts.code import Code, arguments, contains, field
from patcher.analysis.facts.lifetimes import Lifetime, constructions, lifetime, takes_request
from patcher.analysis.facts.request_path import in_request, in_root
from patcher.analysis.facts.scopes import binding, function_name
from patcher.analysis.facts.slots import slot_of
from patcher.analysis.names import STOPS_TIMER
from patcher.retention.kinds import Growth
from patcher.syntax.tree import Node

_WORDS = re.compile(rb"(?<![\w$.])[A-Za-z_$][\w$]*")
_LISTENS_FOR_END = re.compile(
    rb"\.(?:on|once|addEventListener)\((?=\s*[\"'](?:close|end|disconnect|aborted?)[\"'])"
)
_ASKS_FOR_END = re.compile(
    rb"(?i)\b(?:if|while)\s*\([^)]*(?:clos|end|abort|destroy|gone|done|cancel|disconnect|alive|active|open)"
)
_STARTS_LATE = Doubt("what if the connection ends during the `await` before? Then nothing stops the interval")
_ENDS = Doubt("what if the connection ends? The listener for that leaves the interval running")
_HANDED_ON = frozenset(
    {
        "return_statement",
        "pair",
        "shorthand_property_identifier",
        "array",
        "assignment_expression",
        "spread_element",
        "variable_declarator",
    }
)


def serves(code: Code, node: Node) -> bool:
    """Whether a function around `node` is given a request, or is called by one of the file that is."""
    if any(takes_request(code, function) for function in code.functions(node)):
        return True
    name = function_name(code, code.function(node))
    return len(name) > 2 and any(
        any(takes_request(code, around) for around in code.functions(call))
        for call in calls_by_name(code, name, most=40)
    )


def kept_interval(code: Code, call: Node) -> Judged | None:
    """An interval that a handler gives to a variable or a field, and that nobody stops."""
    above = code.parent(call)
    while above is not None and above.type in (
        "member_expression",
        "call_expression",
        "parenthesized_expression",
    ):
        above = code.parent(above)
    if above is None or not serves(code, call):
        return None
    if above.type == "variable_declarator":
        name, function = field(above, "name"), code.function(call)
        if name is None or function is None:
            return None
        made = site(code, "request-interval", call, "setInterval")
        if _is_forgotten(code, name, function):
            return made
        return replace(made, doubt=_ENDS) if _outlives_end(code, name, function, call) else None
    if above.type != "assignment_expression" or (left := field(above, "left")) is None:
        return None
    if _starts_late(code, call, left):
        return replace(site(code, "request-interval", call, "setInterval"), doubt=_STARTS_LATE)
    return _assigned(code, call, left)


def _starts_late(code: Code, call: Node, left: Node) -> bool:
    """Whether an interval is started after an `await` during which the end that stops it may have come already."""
    bound, function = binding(code, left) if left.type == "identifier" else None, code.function(call)
    if bound is None or function is None or bound.owner != function:
        return False
    waits = [wait for wait in code.keyword(b"await", function) if wait.end_byte < call.start_byte]
    stops = [use for use in code.words(code.text(left), function) if _is_stopped(code, use)]
    ends = [*_end_listeners(code, function)]
    stopping = [end for stop in stops for end in ends if contains(end, stop)]
    if not waits or not stops or len(stopping) < len(stops):
        return False
    if code.function(waits[-1]) != function or not all(
        end.end_byte < waits[-1].start_byte for end in stopping
    ):
        return False
    return _ASKS_FOR_END.search(code.source, waits[-1].end_byte, call.start_byte) is None


def _is_stopped(code: Code, use: Node) -> bool:
    held = code.parent(use)
    clears = code.parent(held) if held is not None and held.type == "arguments" else None
    return clears is not None and code.text(field(clears, "function")) in STOPS_TIMER


def _is_forgotten(code: Code, name: Node, function: Node) -> bool:
    """Whether the handle in a local variable is neither cleared nor handed on."""
    for use in code.words(code.text(name), function):
        above = code.parent(use)
        if use == name or above is None:
            continue
        if above.type in _HANDED_ON or (above.type == "arguments"):
            return False
        if above.type == "member_expression" and b"dispose" in code.text(above):
            return False
    return True


def _outlives_end(code: Code, name: Node, function: Node, call: Node) -> bool:
    """Whether nothing but the interval itself stops it, on a condition that the listener for the end has no part in."""
    uses = [use for use in code.words(code.text(name), function) if use != name]
    ends = [code.text(each) for each in _end_listeners(code, function)]
    conditions = []
    for use in uses:
        held = code.parent(use)
        clears = code.parent(held) if held is not None and held.type == "arguments" else None
        if (
            clears is None
            or not contains(call, use)
            or code.text(field(clears, "function")) not in STOPS_TIMER
        ):
            return False
        asked = [a for a in code.ancestors(clears) if a.type == "if_statement" and contains(call, a)]
        conditions += [code.text(field(each, "condition")) for each in asked[:1]]
    if not uses or not ends or len(conditions) < len(uses):
        return False
    asked_of = {word for text in conditions for word in _WORDS.findall(text)}
    return not any(word in asked_of for text in ends for word in _WORDS.findall(text))


def _end_listeners(code: Code, function: Node) -> Iterator[Node]:
    """The listeners for the end of a connection that a function adds."""
    for match in _LISTENS_FOR_END.finditer(code.source, function.start_byte, function.end_byte):
        listening = called_at(code, match.end() - 1)
        if listening is not None:
            yield from arguments(listening)[1:2]


def _assigned(code: Code, call: Node, left: Node) -> Judged | None:
    """An interval in a slot that lives on and is started by every call: the last one runs on, or all of them."""
    slot, function = slot_of(code, left), code.function(call)
    if slot is None or slot.keyed or function is None or lifetime(code, slot, call) is Lifetime.SHORT:
        return None
    if lifetime(code, slot, call) is Lifetime.ENTRY:
        return None
    stops = [
        place
        for word in STOPS_TIMER.words
        for place in code.places(word)
        if slot.word in code.source[place : place + 60 + len(slot.word)]
    ]
    inside = any(function.start_byte < place < call.start_byte for place in stops)
    if stops and not inside:
        return None
    growth: Growth = "one for the process" if inside else "one a request"
    return site(code, "request-interval", call, slot.text, growth)


def built_interval(code: Code, call: Node) -> Judged | None:
    """An interval that the constructor of a class starts of which each request makes an instance."""
    maker = code.function(call)
    while maker is not None and maker.type == "arrow_function":
        maker = code.function(maker)
    if in_root(code, call):
        return None
    body = code.parent(maker) if maker is not None and function_name(code, maker) == b"constructor" else None
    if body is None:
        return None
    made = constructions(code, body)
    served = [new for new in made if in_request(code, new) and serves(code, new)]
    if not made or len(served) < len(made):
        return None
    stops = {function_name(code, around) for around in _stopping(code, body)}
    if not all(_is_local(code, new, stops) for new in made):
        return None
    return site(code, "request-interval", call, "setInterval")


def _stopping(code: Code, body: Node) -> Iterator[Node]:
    """The methods of a class that stop a timer."""
    for word in STOPS_TIMER.words:
        for place in code.places(word, body.start_byte, body.end_byte):
            node = code.at(place, place + len(word))
            methods = (
                [f for f in code.functions(node) if f.type == "method_definition"] if node is not None else []
            )
            yield from methods[:1]


def _is_local(code: Code, new: Node, stops: set[bytes]) -> bool:
    """Whether an instance is for the function only that makes it, which calls none of its methods that stop."""
    above, function = code.parent(new), code.function(new)
    if above is None or function is None or above.type not in ("variable_declarator", "member_expression"):
        return above is not None and above.type == "await_expression"
    text = code.text(function)
    name = field(above, "name")
    if name is None:
        return True
    word = code.text(name)
    if any(
        (held := code.parent(use)) is not None and use != name and held.type in _HANDED_ON
        for use in code.words(word, function)
    ):
        return False
    return not any(word + b"." + stop in text for stop in stops)
