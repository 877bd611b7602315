"""What a request may run, what outlives it, and what is taken out of a collection again."""

import math
import re
from collections.abc import Iterator

from patcher.analysis.facts.code import Code, Question, arguments, contains, field, once_a_node, unwrap
from patcher.analysis.facts.functions import assigned, is_this
from patcher.analysis.facts.laziness import is_constructor, is_eager, running_function
from patcher.analysis.facts.lifetimes import Lifetime, constructions, lifetime, put_away, routes
from patcher.analysis.facts.out_of_service import in_browser, off_the_way
from patcher.analysis.facts.scopes import binding, function_name, is_module, parameters
from patcher.analysis.facts.slots import Slot, once_a_slot, slot_of, stored_into, uses
from patcher.analysis.facts.stored_values import runs_in_root
from patcher.analysis.handle_names import WEB_STREAMS
from patcher.analysis.names import (
    ANSWERS,
    COLLECTS,
    CONNECTIONS,
    INCOMING,
    LONG_DELAYS,
    OWN_REQUESTS,
    SETS_UP,
    TAKES_OUT,
)
from patcher.syntax.tree import Node

_DEEPEST = 3  # of functions that call each other when a file is loaded
LONG_MS = 10_000  # a timer of this length and more outlives its request by far
_PRODUCT = re.compile(rb"[\d_.e+\s*()]+")


def in_request(code: Code, node: Node) -> bool:
    """Whether `node` may run while a request is served: not at load, at the start or end, in a constructor, in a
    browser or in the root."""
    if is_eager(code, node) or starts_or_ends(code, node) or in_browser(code, node) or in_root(code, node):
        return False
    return not any(
        called_at_load(code, function) or _listens(code, function) for function in _run_together(code, node)
    )


@once_a_node
def _listens(code: Code, function: Node) -> bool:
    """Whether a function itself makes a server listen on a port, and so runs before there are requests: not one that
    answers a request."""
    return not answers(code, function) and any(
        code.function(word) == function
        and (callee := code.parent(word)) is not None
        and (call := code.parent(callee)) is not None
        and field(call, "function") == callee
        and _PORTED.search(b" ".join(map(code.text, arguments(call)))) is not None
        for word in code.words(b"listen", function)
    )


_PORTED = re.compile(rb"port\b|^\d{2,5}\b", re.I)


def starts_or_ends(code: Code, node: Node) -> bool:
    """Whether the function around `node` is called as one that starts or ends the program, and none within it that has
    `node` serves requests."""
    return off_the_way(next(_names_around(code, node), b""))


def in_root(code: Code, node: Node) -> bool:
    """Whether a call around `node` runs in the root, where no request is."""
    return any(
        above.type == "call_expression" and runs_in_root(code, above) for above in code.ancestors(node)
    )


def _names_around(code: Code, node: Node) -> Iterator[bytes]:
    """What the functions around `node` are called by those who call them, up to one that serves a request, whatever its
    name; the methods that a stream calls have none: `new ReadableStream({ start(controller) { … } })`."""
    for function in code.functions(node):
        if answers(code, function):
            return
        name = function_name(code, function)
        if name and not _is_of_stream(code, function):
            yield name


def answers(code: Code, function: Node) -> bool:
    """Whether a function is given a request with what answers it, or with its connection: `register(req, res)`,
    `setupConnection(conn, req)`; one that is kept for a path may be given the request alone:
    `app.get("/", (ctx) => …)`. A callback that is given an answer alone may be who asked: `get(url, (res) => …)`."""
    names = parameters(code, function)
    own = {name for name in names if name in OWN_REQUESTS}
    others = {name for name in names if name in ANSWERS or name in CONNECTIONS}
    if own and len(own | others) > 1:
        return True
    held = code.parent(function)
    if held is None or held.type != "arguments":
        return bool(own & others)
    call = code.parent(held) if any(name in INCOMING for name in own) else None
    return call is not None and call.type == "call_expression" and routes(code, call, function)


def _is_of_stream(code: Code, function: Node) -> bool:
    above = code.parent(function)
    literal = code.parent(above) if above is not None and above.type == "pair" else above
    given = code.parent(literal) if literal is not None and literal.type == "object" else None
    made = code.parent(given) if given is not None and given.type == "arguments" else None
    return made is not None and code.text(field(made, "constructor")) in WEB_STREAMS


def _run_together(code: Code, node: Node) -> Iterator[Node]:
    """The function that `node` is in, and while that is a callback those around it: they may run in one call. What a
    function returns, or a method of an object that it makes, runs later."""
    for function in code.functions(node):
        yield function
        above = code.parent(function)
        if above is None or above.type != "arguments" or answers(code, function):
            return


def sets_up(code: Code, node: Node) -> bool:
    """Whether a function around `node` is, by its name, called once to set something up: one that answers is not."""
    return any(name in SETS_UP for name in _names_around(code, node))


def serves_one(code: Code, owner: Node | None) -> bool:
    """Whether the file makes instances of a class for single requests only, and puts none of them away."""
    if owner is None or owner.type != "class_body":
        return False
    made = constructions(code, owner)
    return bool(made) and all(in_request(code, new) for new in made) and not put_away(code, owner)


_CALLS_AT_LOAD = Question[tuple[bytes, int, bool], list[Node]]()  # of a name


def called_at_load(code: Code, function: Node | None, depth: int = 0) -> bool:
    """Whether the file calls `function` when it is loaded, in a constructor, or in a function that is called so."""
    name = function_name(code, function) if function is not None else b""
    if function is None or not name:
        return False
    inner = depth < _DEEPEST and not is_module(code, code.function(function))
    return any(not contains(function, use) for use in _calls_at_load(code, name, depth, inner))


def _calls_at_load(code: Code, name: bytes, depth: int, inner: bool) -> list[Node]:
    """The uses of `name` that call it at load; with `inner` also those in a function that is called so."""
    answers, key = _CALLS_AT_LOAD.answers(code), (name, depth, inner)
    if key not in answers:
        answers[key] = [use for use in code.words(name) if _is_call_at_load(code, use, depth, inner)]
    return answers[key]


def _is_call_at_load(code: Code, use: Node, depth: int, inner: bool) -> bool:
    above = code.parent(use)
    if above is not None and above.type == "member_expression" and is_this(code.text(field(above, "object"))):
        use, above = above, code.parent(above)
    if above is None or above.type != "call_expression" or field(above, "function") != use:
        return False
    caller = running_function(code, use)
    if is_module(code, caller) or (caller is not None and is_constructor(code, caller)):
        return True
    return inner and called_at_load(code, caller, depth + 1)


def outliving(code: Code, target: Node, node: Node) -> Slot | None:
    """The slot that `target` means, when it outlives the call in which `node` runs; None when it does not."""
    target = unwrap(target)
    if target.type not in ("identifier", "member_expression", "subscript_expression"):
        return None
    slot = slot_of(code, target)
    if slot is None or slot.keyed:
        return None
    return slot if lifetime(code, slot, node) in _LONG else None


_AROUND = frozenset({"parenthesized_expression", "as_expression", "member_expression", "await_expression"})
_LONG = frozenset({Lifetime.MODULE, Lifetime.INSTANCE, Lifetime.CLOSURE})


@once_a_slot
def taken_out(code: Code, slot: Slot) -> bool:
    """Whether the file takes anything out of the collection in `slot`, or gives it another."""
    for use in uses(code, slot):
        above = code.parent(use)
        if above is None:
            continue
        if above.type == "member_expression" and code.text(field(above, "property")) in TAKES_OUT:
            return True
        if above.type == "member_expression" and code.text(field(above, "property")) == b"length":
            outer = code.parent(above)
            if outer is not None and outer.type == "assignment_expression" and field(outer, "left") == above:
                return True
        if above.type == "subscript_expression" and _deleted(code, above):
            return True
        if stored_into(code, use) is not None and code.function(use) is not None:
            function = code.function(use)
            if function is None or function_name(code, function) != b"constructor":
                return True
    return False


def _deleted(code: Code, entry: Node) -> bool:
    above = code.parent(entry)
    return above is not None and above.type == "unary_expression" and code.text(above).startswith(b"delete")


def put_into(code: Code, value: Node) -> tuple[Node, Slot, bool] | None:
    """The call that puts `value` into a collection that lives on: the call, the collection, whether it has keys.

    `value` is an expression or a local variable that was given it: `const t = setTimeout(…); this.timers.push(t)`.
    """
    here, above = _whole(code, value)
    if above is None:
        return None
    if above.type == "arguments":
        call = code.parent(above)
        return _putting(code, call, here) if call is not None and call.type == "call_expression" else None
    if above.type == "assignment_expression" and (name := field(above, "left")) is not None:
        if name.type == "subscript_expression" and _is_entry(code, name):
            holder = outliving(code, _outermost(name), value)
            return None if holder is None else (above, holder, True)
        return _put_later(code, name, value)
    name = field(above, "name") if above.type == "variable_declarator" else None
    return None if name is None else _put_later(code, name, value)


def _is_entry(code: Code, target: Node) -> bool:
    """Whether a target is an entry of a collection under a key, and not a property or an index that is written out."""
    slot = slot_of(code, target)
    return (slot is not None and slot.keyed) or _outermost(target) != field(target, "object")


def _outermost(entry: Node) -> Node:
    """The collection of which `entry` is an entry, or an entry of one: `calls` for `calls[procedure][id]`."""
    holder = field(entry, "object") or entry
    while holder.type == "subscript_expression":
        holder = field(holder, "object") or holder
    return holder


def _whole(code: Code, value: Node) -> tuple[Node, Node | None]:
    """`value` with what is around it and gives the same thing, as in `setTimeout(…).unref()`, and what holds it."""
    here, above = value, code.parent(value)
    while above is not None and (above.type in _AROUND or field(above, "function") == here):
        here, above = above, code.parent(above)
    return here, above


def _put_later(code: Code, name: Node, value: Node) -> tuple[Node, Slot, bool] | None:
    """The call that puts the local variable `name`, which was given `value`, into a collection."""
    bound = binding(code, name) if name.type == "identifier" else None
    if bound is None or bound.kind != "variable" or is_module(code, bound.owner):
        return None
    for use in code.words(code.text(name), bound.scope):
        given = code.parent(use)
        held = _object_with(code, use)
        if held is not None and code.function(use) == code.function(value):
            found = put_into(code, held)
            if found is not None:
                return found
        call = code.parent(given) if given is not None and given.type == "arguments" else None
        if (
            call is not None
            and call.type == "call_expression"
            and code.function(call) == code.function(value)
        ):
            found = _putting(code, call, use)
            if found is not None:
                return found
    return None


def _object_with(code: Code, use: Node) -> Node | None:
    """The object literal of which a variable is a part: `{ worker, since: Date.now() }`."""
    above = code.parent(use)
    if above is not None and above.type == "pair" and field(above, "value") == use:
        above = code.parent(above)
    elif use.type != "shorthand_property_identifier":
        return None
    return above if above is not None and above.type == "object" else None


def _putting(code: Code, call: Node, value: Node) -> tuple[Node, Slot, bool] | None:
    callee, given = field(call, "function"), arguments(call)
    if callee is None or callee.type != "member_expression" or value not in given:
        return None
    name, holder = code.text(field(callee, "property")), field(callee, "object")
    keyed = name == b"set" and len(given) > 1 and value == given[1]
    if holder is None or not (keyed or (name in COLLECTS and len(given) == 1)):
        return None
    slot = outliving(code, holder, call)
    return None if slot is None else (call, slot, keyed)


def milliseconds(code: Code, delay: Node | None, depth: int = 0) -> float | None:
    """The delay of a timer in milliseconds, where the file says it; None where it does not.

    Products of numbers are worked out; a constant, a field, an entry of a constant object, and the default of an option
    or a parameter are looked up; a name that speaks of hours or of a time to live is taken for a long one.
    """
    if delay is None:
        return 0.0
    delay = unwrap(delay)
    text = code.text(delay)
    if delay.type in ("number", "binary_expression") and _PRODUCT.fullmatch(text) and b"**" not in text:
        return _product(text)
    if delay.type == "binary_expression":
        operator = code.text(field(delay, "operator"))
        if operator in (b"??", b"||"):
            return milliseconds(code, field(delay, "right"), depth + 1)
        if operator == b"*":
            factors = [_constant(code, field(delay, side)) for side in ("left", "right")]
            return None if None in factors else math.prod(factor for factor in factors if factor is not None)
    if delay.type in ("identifier", "member_expression"):
        given = _given(code, delay) if depth < _DEEPEST else None
        if given is not None:
            return milliseconds(code, given, depth + 1)
        if text in LONG_DELAYS:
            return float(LONG_MS)
    return None


_WORKED_OUT = frozenset({"number", "binary_expression"})


def _given(code: Code, name: Node) -> Node | None:
    """The only number that a variable, a field or an entry of an object is given; None where there are more."""
    if name.type == "identifier":
        bound = binding(code, name)
        if bound is None or bound.kind not in ("variable", "parameter"):
            return None
        made = assigned(code, bound) if bound.kind == "variable" else []
        pattern = code.parent(bound.name)
        default = field(pattern, "right") or field(pattern, "value") if pattern is not None else None
        if bound.kind == "parameter" or not made:
            made = [default] if default is not None and default != bound.name else []
    else:
        made = _entries(code, name)
    numbers = [value for value in map(unwrap, made) if value.type in _WORKED_OUT]
    return numbers[0] if len(numbers) == 1 == len(made) else None


def _entries(code: Code, member: Node) -> list[Node]:
    """What a field of a class is given, or what a constant object has under the name of a member of it."""
    word, holder = field(member, "property"), field(member, "object")
    if word is None or holder is None or (holder.type != "identifier" and not is_this(code.text(holder))):
        return []
    slot = slot_of(code, member)
    bound = binding(code, holder) if holder.type == "identifier" else None
    within = slot.scope if slot is not None and bound is None else bound.holder if bound is not None else None
    found: list[Node] = []
    for use in code.words(code.text(word), within) if within is not None else []:
        above = code.parent(use)
        if above is None or above.type not in _HOLDING:
            continue
        if above.type == "member_expression":
            above = code.parent(above)
            if (
                above is None
                or above.type != "assignment_expression"
                or not contains(field(above, "left"), use)
            ):
                continue
        value = field(above, "value") or field(above, "right")
        if value is not None:
            found.append(value)
    return found


_HOLDING = frozenset({"pair", "field_definition", "public_field_definition", "member_expression"})


def _constant(code: Code, factor: Node | None) -> float | None:
    """The number that a factor is: written out, a product, or a constant of the file."""
    if factor is None:
        return None
    factor = unwrap(factor)
    if factor.type == "identifier":
        bound = binding(code, factor)
        made = assigned(code, bound) if bound is not None and bound.kind == "variable" else []
        return milliseconds(code, made[0]) if len(made) == 1 and made[0].type != "identifier" else None
    return milliseconds(code, factor) if factor.type in _WORKED_OUT else None


def _product(text: bytes) -> float | None:
    found = 1.0
    try:
        for part in re.sub(rb"[()\s_]", b"", text).split(b"*"):
            found *= float(part)
    except ValueError:
        return None
    return found
