"""Emitters that live longer than the call which listens to them: of the module, of a pool, of what lives on."""

import re

from patcher.analysis.doubt import SURE, Doubt, how_many
from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.functions import assigned, callee_function, returned
from patcher.analysis.facts.lasting import handed, handed_lasting
from patcher.analysis.facts.lifetimes import Lifetime, lifetime, made_once, short_class
from patcher.analysis.facts.request_path import in_request, outliving
from patcher.analysis.facts.scopes import Binding, binding, function_name, is_module
from patcher.analysis.facts.slots import Shape, Slot, this_owner
from patcher.analysis.names import ENDINGS, STREAM_EVENTS
from patcher.syntax.tree import Node

_CONTAINER = re.compile(rb"new \w*Map\b|\{|Object\.create\(")
_EMITS = re.compile(rb"Emitter|EventTarget|Subject|Observable|Client|Server")


def lives_on(code: Code, emitter: Node, call: Node) -> Doubt | None:
    """The doubt whether an emitter lives longer than the call, SURE when it does; None when it does not."""
    bound = binding(code, emitter) if emitter.type == "identifier" else None
    if bound is not None and bound.kind == "parameter" and _is_built_with_lasting(code, bound):
        return SURE
    if not in_request(code, call):
        return None
    if emitter.type == "this":
        return _of_itself(code, emitter)
    if bound is None and code.text(emitter) == b"process":
        return SURE
    if bound is not None and bound.kind in ("import", "parameter"):
        return SURE if bound.kind == "import" or handed_lasting(code, bound) else None
    if bound is not None and bound.kind == "variable" and not is_module(code, bound.owner):
        return SURE if _is_put_back(code, bound) or _is_read_from_lasting(code, bound) else None
    slot = outliving(code, emitter, call)
    return None if slot is None else _of_slot(code, slot, call)


def _is_put_back(code: Code, bound: Binding) -> bool:
    """Whether a variable holds something of a pool, to which its function gives it back."""
    function, word = bound.owner, code.text(bound.name)
    text = code.text(function) if function is not None else b""
    return (
        re.search(
            rb"(?<![\w$.])%b\s*[?!]*\.release\(|\.release\w*\(\s*%b\s*[,)]"
            % (re.escape(word), re.escape(word)),
            text,
        )
        is not None
    )


def _is_read_from_lasting(code: Code, bound: Binding) -> bool:
    """Whether all that a variable is given is what a variable or a collection of the module has: `pools.get(name)`."""
    values = [unwrap(value) for value in assigned(code, bound)]
    given = [inner for value in values for inner in _gives(code, value)]
    return bool(given) and all(_is_lasting(code, value) for value in given)


def _gives(code: Code, value: Node) -> list[Node]:
    """What an expression gives: for a call of a function of the file what that returns."""
    callee = field(value, "function") if value.type == "call_expression" else None
    function = callee_function(code, callee) if callee is not None and callee.type == "identifier" else None
    return [unwrap(given) for given in returned(code, function)] if function is not None else [value]


def _is_lasting(code: Code, value: Node) -> bool:
    head = value
    if value.type == "call_expression":
        callee = field(value, "function")
        if callee is None or code.text(field(callee, "property")) != b"get":
            return False
        head = field(callee, "object") or value
    elif value.type == "subscript_expression":
        head = field(value, "object") or value
    bound = binding(code, head) if head.type == "identifier" else None
    if bound is None or bound.kind != "variable" or not is_module(code, bound.owner):
        return False
    return head == value or any(_CONTAINER.match(code.text(made)) for made in assigned(code, bound))


def _of_slot(code: Code, slot: Slot, call: Node) -> Doubt | None:
    """The same for a slot: a field may be a stream that ends with its object, unless the event is not a stream's."""
    if lifetime(code, slot, call) is Lifetime.MODULE or (
        slot.owner is not None and made_once(code, slot.owner)
    ):
        return SURE
    event = code.text(arguments(call)[0]).strip(b"'\"`")
    ends = event in ENDINGS or event in STREAM_EVENTS or re.fullmatch(rb"[\w-]+", event) is None
    return None if ends or slot.shape is not Shape.FIELD else how_many(f"is there one `{slot.text}`")


def _of_itself(code: Code, this: Node) -> Doubt | None:
    """The same for an emitter that listens to itself: one that the file makes when it is loaded lives on."""
    body = this_owner(code, this)
    declared = code.parent(body) if body is not None and body.type == "class_body" else None
    if body is None or declared is None or short_class(code, body):
        return None
    heritage = next((child for child in declared.children if child.type == "class_heritage"), None)
    if _EMITS.search(code.text(heritage)) is None:
        return None
    name = code.text(field(declared, "name")).decode("utf-8", "replace")
    return SURE if made_once(code, body) else how_many(f"is there one `{name or 'this'}`")


def _is_built_with_lasting(code: Code, parameter: Binding) -> bool:
    """Whether every maker of a class, each in a function, hands its constructor a variable of the module."""
    if function_name(code, parameter.holder) != b"constructor":
        return False
    given = handed(code, parameter)
    return bool(given) and all(
        each.type == "identifier"
        and (bound := binding(code, each)) is not None
        and (bound.kind == "import" or is_module(code, bound.owner))
        and not is_module(code, code.function(each))
        for each in given
    )
