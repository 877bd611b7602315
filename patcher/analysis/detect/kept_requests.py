"""Requests themselves, responses, sockets, stores and spans that are put into what lives on and never taken out.

`clients.push(res)`: no tracer is needed to keep that one, and no release of Node lets it go.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from patcher.analysis.detect.emptying import emptied, hands_over, is_weak
from patcher.analysis.detect.site_parts import called_at, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import SURE, Doubt, how_many
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.lifetimes import Lifetime, lifetime, made_once
from patcher.analysis.facts.promises import awaited_or_chained
from patcher.analysis.facts.request_path import in_request, put_into, sets_up
from patcher.analysis.facts.scopes import binding, is_module, parameters
from patcher.analysis.facts.slots import Shape, Slot, slot_of, stored_into, uses
from patcher.analysis.names import ANSWERS, OWN_REQUESTS, STORE_READERS
from patcher.retention.kinds import Growth
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_WORDS = rb"(?<![\w$.])(?:_?(?:req|request|res|response|reply|ctx|socket|ws|conn|connection|client|peer))(?![\w$:(])"
_MADE = rb"(?:%b)\(" % b"|".join(sorted(STORE_READERS.words))
_PUT = re.compile(rb"\.(?:push|unshift|add|set)\((?=[^;]{0,160}?(?:%b|%b))" % (_WORDS, _MADE))
_STORE = re.compile(
    rb"=(?![=>])(?<![=!<>]=)\s*(?:\{[^{};]{0,80}?)?(?:%b(?!\s*[.?\[])|(?:[\w$]{1,40}\.){0,3}%b)"
    % (_WORDS, _MADE)
)
_OBJECT = re.compile(
    rb"=\s*(?:(?:await\s+)?new\s+[\w$.]{1,80}\((?=[^;]{0,160}?%b)|\{(?=[^{};]{0,120}?%b))" % (_WORDS, _WORDS)
)
_DECLARED = re.compile(rb"(?:const|let|var)\s+([\w$]{1,60})\s*$")
# What declares variables of its own, with a name or a pattern.
_DECLARES = re.compile(rb"\b(?:const|let|var)\s+(?:[\w$]{1,60}|\{[^{}]*\}|\[[^\[\]]*\])\s*$")
_NEAR = 120
_REACH = 600
_OPEN = Doubt("does another file take it out again? This one does not")
_NO_HANDLER = "is `{}` the request that a server serves, or one that is sent?"
_SERVES = re.compile(
    rb"\.on\(\s*['\"](?:connection|upgrade|request|stream|secureConnection)['\"]|createServer\("
)


def request_places(source: bytes) -> list[int]:
    """Where a request, or what belongs to one, may be put into a collection or a variable that lives on."""
    found = {match.end() - 1 for match in _PUT.finditer(source)}
    found.update(
        match.start()
        for match in _STORE.finditer(source)
        if _DECLARES.search(source, max(0, match.start() - _NEAR), match.start()) is None
    )
    for made in _OBJECT.finditer(source):
        declared = _DECLARED.search(source, max(0, made.start() - _NEAR), made.start())
        if declared is None:
            continue
        put = re.compile(
            rb"\.(?:push|unshift|add|set)\((?=[^;(){}]{0,80}(?<![\w$.])%b\s*[,)}])" % re.escape(declared[1])
        )
        found.update(match.end() - 1 for match in put.finditer(source, made.end(), made.end() + _REACH))
    return sorted(found)


def kept_requests(code: Code, places: list[int]) -> list[Judged]:
    """The requests, stores and spans at `places` that stay after they were answered."""
    return [made for place in places if (made := _judge(code, place)) is not None]


def _judge(code: Code, place: int) -> Judged | None:
    put = _put_at(code, place)
    if put is None or awaited_or_chained(code, put) or not in_request(code, put):
        return None
    for value in [*_held(code, put), *_made_with(code, put)]:
        found = _kept_in(code, value, put)
        if found is not None:
            return _stays(code, put, value, *found)
    return None


def _put_at(code: Code, place: int) -> Node | None:
    if code.source[place : place + 1] == b"(":
        return called_at(code, place)
    here = code.at(place, place + 1)
    while here is not None and here.type not in ("assignment_expression", "statement_block"):
        here = code.parent(here)
    return here if here is not None and here.type == "assignment_expression" else None


def _held(code: Code, put: Node) -> list[Node]:
    """What belongs to a request in what is put: parameters that are one, and calls that give its store or span."""
    part = field(put, "right") if put.type == "assignment_expression" else field(put, "arguments")
    if part is None:
        return []
    found = []
    for match in _USED.finditer(code.source, part.start_byte, part.end_byte):
        name = code.at(match.start(1), match.end(1))
        if name is not None and name.type in ("identifier", "shorthand_property_identifier"):
            found.append(name)
    for match in _READ.finditer(code.source, part.start_byte, part.end_byte):
        call = called_at(code, match.end() - 1)
        if call is not None:
            found.append(call)
    return [value for value in found if _belongs(code, value, part)]


def _made_with(code: Code, put: Node) -> Iterator[Node]:
    """The variables in what is put that hold an object which was made with a request and keeps it."""
    part = field(put, "arguments")
    for match in _USED.finditer(code.source, part.start_byte, part.end_byte) if part is not None else ():
        name = code.at(match.start(1), match.end(1))
        bound = binding(code, name) if name is not None and "identifier" in name.type else None
        value = field(bound.holder, "value") if bound is not None and bound.kind == "variable" else None
        made = (
            unwrap(value.named_children[0] if value.type == "await_expression" else value)
            if value is not None
            else None
        )
        if name is not None and made is not None and made.type == "object":
            yield from [name] if any(_belongs(code, each, name) for each in _parts(made)) else []
        if name is None or made is None or made.type != "new_expression":
            continue
        given = [each for each in arguments(made) if each.type == "identifier" and _belongs(code, each, name)]
        if given and _keeps_given(code, made, arguments(made).index(given[0])):
            yield name


def _parts(made: Node) -> Iterator[Node]:
    """The variables that an object literal has: `{ stream: socket, res }`."""
    for pair in made.named_children[:20]:
        value = field(pair, "value") if pair.type == "pair" else pair
        if value is not None and value.type in ("identifier", "shorthand_property_identifier"):
            yield value


def _keeps_given(code: Code, new: Node, place: int) -> bool:
    """Whether a class of the file keeps what its constructor is given at `place` in a field."""
    made = field(new, "constructor")
    bound = binding(code, made) if made is not None and made.type == "identifier" else None
    body = field(bound.holder, "body") if bound is not None and bound.kind == "class" else None
    for word in code.words(b"constructor", body) if body is not None else ():
        maker = code.parent(word)
        names = parameters(code, maker) if maker is not None and maker.type == "method_definition" else []
        if maker is not None and place < len(names):
            return (
                re.search(rb"this\.[\w$#]+\s*=\s*%b\b" % re.escape(names[place]), code.text(maker))
                is not None
            )
    return False


_USED = re.compile(rb"(?<![\w$.])([\w$]+)(?![\w$]|\s*[.(\[?:])")
_READ = re.compile(_MADE)


def _belongs(code: Code, value: Node, part: Node) -> bool:
    """Whether a value is a request that its function was given, or a store: not what only a callback inside has."""
    if value.type == "call_expression":
        return not any(contains(part, function) for function in code.functions(value))
    bound = binding(code, value)
    if bound is None or bound.kind != "parameter" or contains(part, bound.holder):
        return False
    return code.text(value) in OWN_REQUESTS or _is_connected(code, bound.holder)


def _is_connected(code: Code, function: Node) -> bool:
    """Whether a function is called for each connection: `server.on("connection", (client) => …)`."""
    held = code.parent(function)
    call = code.parent(held) if held is not None and held.type == "arguments" else None
    return call is not None and _SERVES.search(code.text(call)[:80]) is not None


def _kept_in(code: Code, value: Node, put: Node) -> tuple[Slot, Growth] | None:
    """The slot that `put` puts `value` into, by itself or as part of an object, and how many it keeps."""
    here: Node | None = value
    while here is not None and here != put:
        if here.type in ("identifier", "object", "array", "call_expression", *FUNCTIONS):
            found = put_into(code, here)
            if found is not None and found[0] == put:
                return found[1], "one a key" if found[2] else "one a request"
        above = code.parent(here)
        if above is not None and above.type == "arguments" and code.parent(above) != put:
            return None  # what a function makes of it
        here = above
    return _variable(code, value, put)


def _variable(code: Code, value: Node, put: Node) -> tuple[Slot, Growth] | None:
    """The variable of the module that is given a request, and nothing else ever."""
    left, right = field(put, "left"), field(put, "right")
    if put.type != "assignment_expression" or left is None or right is None or left.type != "identifier":
        return None
    slot = slot_of(code, left)
    if slot is None or unwrap(right) != value or lifetime(code, slot, put) is not Lifetime.MODULE:
        return None
    given = [assignment for use in uses(code, slot) if (assignment := stored_into(code, use)) is not None]
    return (slot, "one for the process") if given == [put] else None


def _stays(code: Code, put: Node, value: Node, slot: Slot, growth: Growth) -> Judged | None:
    single = growth == "one for the process"
    if sets_up(code, put) or (not single and emptied(code, slot)) or is_weak(code, slot):
        return None
    made = site(code, "kept-request", put, slot.text + ("" if single else "[…]"), growth)
    return replace(made, doubt=_doubt(code, value, slot))


def _doubt(code: Code, value: Node, slot: Slot) -> Doubt:
    if slot.shape is Shape.FIELD and (slot.owner is None or not made_once(code, slot.owner)):
        return how_many(f"is there one object that has `{slot.text}`")
    made_elsewhere = (slot.root is not None and slot.root.kind == "import") or b"." in slot.path.removeprefix(
        b"this."
    )
    if made_elsewhere or hands_over(code, slot) or _is_exported(code, slot):
        return _OPEN
    if value.type == "call_expression":
        return SURE
    bound = binding(code, value)
    if bound is not None and bound.kind == "variable":
        return SURE
    names = parameters(code, bound.holder) if bound is not None else []
    served = code.text(value) == b"ctx" or any(name in ANSWERS for name in names)
    if bound is not None and (held := code.parent(bound.holder)) is not None and held.type == "arguments":
        call = code.parent(held)
        served = served or (call is not None and _SERVES.search(code.text(call)[:80]) is not None)
    return SURE if served else Doubt(_NO_HANDLER.format(code.text(value).decode("utf-8", "replace")))


def _is_exported(code: Code, slot: Slot) -> bool:
    """Whether other modules have the collection too."""
    declared = slot.root.holder if slot.root is not None else None
    if declared is None or not is_module(code, code.function(declared)):
        return False
    statement = code.parent(declared)
    outer = code.parent(statement) if statement is not None else None
    return (outer is not None and outer.type == "export_statement") or any(
        (above := code.parent(use)) is not None
        and (above.type in ("export_specifier", "pair") or above.type == "assignment_expression")
        and field(above, "left") != use
        for use in uses(code, slot)
    )
