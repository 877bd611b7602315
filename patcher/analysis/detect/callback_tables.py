"""Callbacks that a function is given and puts under a key of its own making, where whoever answers leaves them.

`pending[id] = callback`: the answer looks the callback up and calls it, and the entry stays.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from patcher.analysis.detect.emptying import hands_over, is_weak, names_emptying
from patcher.analysis.detect.site_parts import site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, arguments, field
from patcher.analysis.facts.lifetimes import takes_request
from patcher.analysis.facts.request_path import put_into
from patcher.analysis.facts.scopes import binding
from patcher.analysis.facts.slots import Slot, once_a_slot
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_CALLER_S = rb"(?:[\w$]{1,40}\.)?(?:cb|callback|done|reply|resolve|handler|on[A-Z]\w{0,20})"
_SET = re.compile(rb"\.set\((?=[^,()]{1,60},\s*%b\s*\))" % _CALLER_S)
_STORED = re.compile(rb"\]\s?=(?![=>])(?=\s?%b\s*[;\n}])" % _CALLER_S)
_ANSWERS = re.compile(rb"(?<![\w$.])(?:req|res|request|response|reply|ctx|socket)\b\s*[.(,)]")
_SERIAL = re.compile(rb"\+\+|(?i:uuid|nanoid|random|serial|next_?id|unique|cuid|ulid)|\.(?:now|toString)\(")
_LOOKED_UP = re.compile(
    rb"(?:\.get\([^()]{0,80}(?:\([^()]*\))?[^()]{0,20}\)|\[[^\[\]]{1,80}\])(?!\s*=(?![=>]))"
)
_NAMED = re.compile(rb"(?:const|let|var)\s+([\w$]+)\s*(?::[^=\n]{0,40})?=\s*(?:this\.|[\w$]+\.)*$")
_CALLED_THERE = re.compile(rb"[?!]?\.?\(")


def callback_places(source: bytes) -> Iterator[int]:
    """Where a callback may be put under a key: `pending[id] = cb`, `calls.set(id, callback)`."""
    for pattern in (_SET, _STORED):
        for match in pattern.finditer(source):
            yield match.start()


def kept_callback(code: Code, put: Node, maker: Node) -> Judged | None:
    """A callback of the caller under a key of its own, which whoever answers looks up, calls and leaves there."""
    value = field(put, "right") or next(iter(arguments(put)[1:2]), None)
    key = _key(put)
    if value is None or key is None or not _is_of_caller(code, value) or not _is_fresh(code, key, maker):
        return None
    found = put_into(code, value)
    if found is None or found[0] != put or is_weak(code, found[1]) or hands_over(code, found[1]):
        return None
    slot = found[1]
    if not _is_left_by_answers(code, slot):
        return None
    made = site(code, "kept-waiter", put, slot.text + "[…]")
    return replace(made, keeps="request") if _answers_request(code, value) else made


def _answers_request(code: Code, value: Node) -> bool:
    """Whether a caller of the file hands over a callback that answers its request: `{ reply: () => res.end() }`."""
    word = field(value, "property")
    for use in code.words(code.text(word)) if word is not None else []:
        pair = code.parent(use)
        given = field(pair, "value") if pair is not None and pair.type == "pair" else None
        served = given is not None and given.type in FUNCTIONS and takes_request(code, code.function(given))
        if served and _ANSWERS.search(code.text(given)) is not None:
            return True
    return False


def _key(put: Node) -> Node | None:
    if put.type == "assignment_expression":
        left = field(put, "left")
        return field(left, "index") if left is not None and left.type == "subscript_expression" else None
    return next(iter(arguments(put)[:1]), None)


def _is_of_caller(code: Code, value: Node) -> bool:
    """Whether a value is a parameter, or a member of one: `options.reply`."""
    head = value
    while head.type == "member_expression":
        head = field(head, "object") or head
    bound = binding(code, head) if head.type == "identifier" else None
    return bound is not None and bound.kind == "parameter"


def _is_fresh(code: Code, key: Node, maker: Node) -> bool:
    """Whether a key is made by the function that uses it: a serial number, a random one."""
    if _SERIAL.search(code.text(key)) is not None:
        return True
    written = re.escape(code.text(key))
    given = re.search(rb"(?<![\w$.])%b\s*=(?![=>])\s*([^;\n]{1,120})" % written, code.text(maker))
    return given is not None and _SERIAL.search(given[1]) is not None


@once_a_slot
def _is_left_by_answers(code: Code, slot: Slot) -> bool:
    """Whether some function looks an entry up by its key and calls it, and none that does takes anything out."""
    answering = {function.id: function for function in _answering(code, slot)}
    return bool(answering) and not any(names_emptying(code, each, slot) for each in answering.values())


def _answering(code: Code, slot: Slot) -> Iterator[Node]:
    """The functions that look an entry up by its key and call it."""
    for place in code.places(slot.word):
        after = place + len(slot.word)
        looked = _LOOKED_UP.match(code.source, after)
        function = code.function(node) if looked and (node := code.at(place, after)) is not None else None
        if looked is None or function is None or _is_timed(code, function):
            continue
        named = _NAMED.search(code.source, max(0, place - 80), place)
        called = named is not None and re.search(
            rb"(?<![\w$.])%b(?:\?\.)?\(" % re.escape(named[1]), code.text(function)
        )
        if called or _CALLED_THERE.match(code.source, looked.end()) is not None:
            yield function


def _is_timed(code: Code, function: Node) -> bool:
    """Whether a function is the callback of a timeout, which is for when no answer came."""
    held = code.parent(function)
    call = code.parent(held) if held is not None and held.type == "arguments" else None
    return call is not None and code.text(field(call, "function")).endswith(b"setTimeout")
