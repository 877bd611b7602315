"""Listeners that requests put on what lives on: an emitter of the module, the process, a signal of the caller, a socket
that is used again.

A listener has no context of its own; it keeps what it calls: the response, or the function that settles the promise of
its request.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from patcher.analysis.detect.emitters import lives_on
from patcher.analysis.detect.site_parts import called_at, executor_of, shown, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import SURE, Doubt
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function, returned
from patcher.analysis.facts.lasting import handed
from patcher.analysis.facts.lifetimes import (
    constructions,
    request_like,
)
from patcher.analysis.facts.request_path import in_request, sets_up
from patcher.analysis.facts.scopes import Binding, binding, is_module
from patcher.analysis.facts.slots import this_owner
from patcher.analysis.handle_names import CALLBACKS
from patcher.analysis.names import (
    ENDINGS,
    LISTENS,
    LISTENS_ON,
    OWN_REQUESTS,
    STOPS_LISTENING,
    UNLISTENS,
)
from patcher.retention.kinds import Kept
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_LISTENS = re.compile(
    rb"\.(?:on|once|use|addListener|prependListener|addEventListener|subscribe)(?:\?\.)?\((?=[^;]{0,600}?(?:(?<![\w$.])(?:req|request|res|response|reply|ctx|resolve|reject|done|fulfil|cb|callback|finish|handler)(?![\w$])|this\.[\w$#]+|\.abort\())"
)
_SUBSCRIBES = re.compile(
    rb"(?<![\w$.])subscribe\((?=[^;]{0,600}?(?:(?<![\w$.])(?:req|request|res|response|reply|ctx|resolve|reject|done|fulfil|cb|callback|finish|handler)(?![\w$])))"
)
_STOPS = re.compile(
    rb"[?!]*\.(?:%b)\((?!\s*[^,()]{0,60},\s*(?:async\s*)?(?:\([\w$,\s]*\)\s*=>|[\w$]+\s*=>|function\b|[\w$.]+\.bind\())"
    % b"|".join(sorted(STOPS_LISTENING.words))
)
_EVENT = re.compile(rb"\s*[\"']([^\"'\n]{1,60})[\"']\s*,")
_STOPS_ITSELF = re.compile(rb"\bthis" + _STOPS.pattern)
_USES_REQUEST = re.compile(rb"(?<![\w$.])(?:req|request|res|response|ctx)(?=[.,)])")
_GOES_THROUGH = re.compile(rb"for await\s*\([^)]*\bof\s+this\.|(?<![\w$.])(?:pipeline|finished)\(\s*this\.")
_INTERCEPTORS = re.compile(rb"\.interceptors\.(?:request|response)$")
_KEEPS_ALIVE = re.compile(rb"keepAlive\s*:\s*(?:true|!0)")
_SIGNAL = re.compile(rb"(?i)(?:^|[._\[\]?!])(?:\w*signal)$")
_GIVES_END = Doubt("does it give the function that ends the subscription? Nobody has it then")
_OF_CALLER = Doubt("does the signal of the caller live longer than this call?")
_NEVER_COMES = Doubt("what if its event never comes? Then nobody takes it away")
_USED_AGAIN = Doubt("is the socket used again, by an agent that keeps connections alive?")


def listener_places(source: bytes) -> list[int]:
    """Where something is listened to by a function that may keep a request."""
    found = [match.end() - 1 for match in _LISTENS.finditer(source)]
    if b"subscribe(" in source:
        found += [match.end() - 1 for match in _SUBSCRIBES.finditer(source)]
    return sorted(set(found))


def listeners(code: Code, places: list[int]) -> list[Judged]:
    """The listeners at `places` that stay when their request is over."""
    return [made for place in places if (made := _judge(code, place)) is not None]


def _judge(code: Code, place: int) -> Judged | None:
    call = called_at(code, place)
    callee = field(call, "function") if call is not None else None
    emitter = _emitter(code, callee) if callee is not None and callee.type == "member_expression" else None
    if call is not None and callee is not None and callee.type == "identifier":
        return _dropped(code, call, callee)
    if call is None or callee is None or emitter is None:
        return None
    given, name = arguments(call), code.text(field(callee, "property"))
    event = code.text(given[0]).strip(b"'\"`") if given else b""
    if event == b"abort":
        return _abort(code, call, emitter, given)
    if any(b"signal" in code.text(each) for each in given[1:] if each.type == "object"):
        return None
    listener = _listener(given, name)
    stays = _stays_on(code, call, emitter, name, given) if listener is not None else None
    if listener is None or stays is None:
        return None
    made = _on_socket(code, call, emitter, listener) or _on_emitter(code, call, emitter, listener)
    if made is None or not stays:
        return made
    return replace(made, doubt=made.doubt or stays, keeps=made.keeps or "reaction")


def _dropped(code: Code, call: Node, callee: Node) -> Judged | None:
    """A subscription whose end a request throws away: `subscribe(key, (data) => res.write(data))` as a statement, of a
    function that gives back another, or that another file has."""
    above, given = code.parent(call), arguments(call)
    if above is None or above.type != "expression_statement" or not given or not in_request(code, call):
        return None
    function, bound = callee_function(code, callee), binding(code, callee)
    gives = function is not None and any(unwrap(each).type in FUNCTIONS for each in returned(code, function))
    if sets_up(code, call) or not (gives or (bound is not None and bound.kind == "import")):
        return None
    kind = _captures(code, unwrap(given[-1]), call)
    if kind is None:
        return None
    made = replace(
        site(code, "kept-listener", call, shown(code, callee)), keeps=None if kind == "promise" else kind
    )
    return made if gives else replace(made, doubt=_GIVES_END)


def _emitter(code: Code, callee: Node) -> Node | None:
    """What is listened to; the calls before it in a chain give it back: `socket.once("a", go).once("b", fail)`."""
    emitter = field(callee, "object")
    while emitter is not None and emitter.type == "call_expression":
        inner = field(emitter, "function")
        name = code.text(field(inner, "property")) if inner is not None else b""
        if inner is None or inner.type != "member_expression" or name not in LISTENS:
            return emitter
        emitter = field(inner, "object")
    return emitter


def _listener(given: list[Node], name: bytes) -> Node | None:
    if name in (b"subscribe", b"use") and len(given) in (1, 2) and given[0].type in FUNCTIONS:
        return unwrap(given[0])
    return unwrap(given[1]) if len(given) > 1 else None


def _stays_on(code: Code, call: Node, emitter: Node, name: bytes, given: list[Node]) -> Doubt | None:
    """The doubt whether a listener stays after its call, SURE when it does; None when it does not."""
    if name == b"use":
        return SURE if _INTERCEPTORS.search(code.text(emitter)) is not None else None
    if name not in LISTENS and name not in LISTENS_ON:
        return None
    event = code.text(given[0]).strip(b"'\"`")
    once = name == b"once" or any(b"once" in code.text(each) for each in given[2:] if each.type == "object")
    if not once or event in ENDINGS or event.startswith(b"SIG") or code.text(emitter) == b"process":
        return SURE
    return _NEVER_COMES if executor_of(code, call) is not None and _is_own(code, given[0]) else None


def _is_own(code: Code, event: Node) -> bool:
    """Whether an event has a name of its own for each call: an id that the function was given or has made."""
    head = event
    while head.type in ("member_expression", "template_string", "template_substitution", "binary_expression"):
        inner = field(head, "object") or (head.named_children[-1] if head.named_children else None)
        if inner is None:
            return False
        head = inner
    bound = binding(code, head) if head.type == "identifier" else None
    return bound is not None and bound.kind in ("parameter", "variable") and not is_module(code, bound.owner)


def _on_emitter(code: Code, call: Node, emitter: Node, listener: Node) -> Judged | None:
    """A listener on an emitter of the module, of the process, or of an object that lives on."""
    if sets_up(code, call) or _is_result_used(code, call):
        return None
    doubt = lives_on(code, emitter, call)
    if doubt is None:
        return None
    kind = _captures(code, listener, call)
    if kind is None or _is_taken_away(code, emitter, arguments(call)[0]):
        return None
    executor = executor_of(code, call)
    if kind == "promise" and executor is not None and _settles_alone(code, executor, call):
        kind = "reaction"  # of whoever waits for a promise that nothing else settles
    made = site(code, "kept-listener", call, shown(code, emitter))
    return replace(made, doubt=doubt, keeps=None if kind == "promise" else kind)


def _is_result_used(code: Code, call: Node) -> bool:
    """Whether somebody has what the call gives: a function that takes the listener away, or a subscription."""
    above = code.parent(call)
    name = code.text(field(call, "function")).rpartition(b".")[2]
    return name == b"subscribe" and (above is None or above.type != "expression_statement")


def _captures(code: Code, listener: Node, call: Node, depth: int = 0) -> Kept | None:
    """What a listener keeps of its request: the request itself, the promise that it settles, the timer that it clears;
    None for none of these."""
    function = listener if listener.type in FUNCTIONS else callee_function(code, listener)
    if function is None:
        return "promise" if listener.type == "identifier" and _settles(code, listener) else None
    if not any(contains(outer, function) for outer in code.functions(call)):
        return None
    found: Kept | None = None
    timed = False
    for use in _used(code, function):
        bound = binding(code, use)
        if bound is None or contains(function, bound.name) or is_module(code, bound.owner):
            continue
        if bound.kind == "parameter" and code.text(use) in OWN_REQUESTS:
            return "request"
        given = code.text(use) in CALLBACKS and contains(bound.holder, call)
        if bound.kind == "parameter" and (given or _is_settler(code, use, bound.holder)):
            found = _captures_handed(code, bound) if given and found is None and depth < 2 else "promise"
        timed = timed or (
            bound.kind == "variable" and b"setTimeout(" in code.text(field(bound.holder, "value"))[:40]
        )
        inner = callee_function(code, use) if bound.kind in ("variable", "function") and depth < 2 else None
        if inner is not None and inner != function:
            found = _captures(code, inner, call, depth + 1) or found
    if found == "promise" and timed:
        return "timer"
    return found or (_kept_by_instance(code, function) if _is_of_one_use(code, function) else None)


def _captures_handed(code: Code, bound: Binding) -> Kept:
    """What the functions keep that the file's callers hand over for a parameter: a promise, where they do not say."""
    for value in handed(code, bound):
        held = code.parent(value)
        call = code.parent(held) if held is not None else None
        if call is not None and value.type in FUNCTIONS and _captures(code, value, call, 2) == "request":
            return "request"
    return "promise"


_NAMES = re.compile(rb"(?<![\w$.])[A-Za-z_$][\w$]*")
_MOST_NAMES = 60


def _used(code: Code, function: Node) -> Iterator[Node]:
    """The names that a function uses, the first of each."""
    body = field(function, "body")
    seen: set[bytes] = set()
    for match in _NAMES.finditer(code.source, body.start_byte, body.end_byte) if body is not None else ():
        if match[0] in seen or len(seen) > _MOST_NAMES:
            continue
        seen.add(match[0])
        node = code.at(match.start(), match.end())
        if node is not None and node.type in ("identifier", "shorthand_property_identifier"):
            yield node


def _settles(code: Code, name: Node) -> bool:
    bound = binding(code, name)
    return bound is not None and bound.kind == "parameter" and _is_settler(code, name, bound.holder)


def _is_settler(code: Code, name: Node, function: Node) -> bool:
    """Whether a parameter is one of the functions that the executor of a promise is given."""
    return executor_of(code, name) == function


def _kept_by_instance(code: Code, function: Node) -> Kept:
    """What an instance keeps that a listener uses: the request that it was given, or a function that uses it; a stream
    that it goes through, or else a promise."""
    body = next((above for above in code.ancestors(function) if above.type == "class_body"), function)
    given = [code.text(each) for new in constructions(code, body) for each in arguments(new)]
    if any(
        text in OWN_REQUESTS or (b"=>" in text and _USES_REQUEST.search(text) is not None) for text in given
    ):
        return "request"
    return "stream" if _GOES_THROUGH.search(code.text(body)) is not None else "promise"


def _is_of_one_use(code: Code, function: Node) -> bool:
    """Whether a listener uses `this` of a class of which only functions that requests call make instances."""
    body = next((above for above in code.ancestors(function) if above.type == "class_body"), None)
    if body is None or function.type != "arrow_function" or b"this." not in code.text(function):
        return False
    made = constructions(code, body)
    return bool(made) and all(in_request(code, new) and not sets_up(code, new) for new in made)


def _is_taken_away(code: Code, emitter: Node, event: Node) -> bool:
    """Whether the file takes listeners of an event, or of one that it does not spell out, away from something that is
    called like the emitter."""
    word = code.text(emitter).rpartition(b".")[2].strip(b"?!")
    if emitter.type == "this":
        body = this_owner(code, emitter) or code.root
        stops = _STOPS_ITSELF.finditer(code.source, body.start_byte, body.end_byte)
    else:
        stops = (
            match
            for place in code.places(word)
            if (match := _STOPS.match(code.source, place + len(word))) is not None
        )
    own = code.text(event).strip(b"'\"`") if event.type == "string" else b""
    for match in stops:
        other = _EVENT.match(code.source, match.end())
        if not own or other is None or other[1] == own:
            return True
    return False


def _on_socket(code: Code, call: Node, emitter: Node, listener: Node) -> Judged | None:
    """A listener on the socket that a request which is sent was given: `call.once("socket", (socket) => …)`."""
    bound = binding(code, emitter) if emitter.type == "identifier" else None
    if bound is None or bound.kind != "parameter":
        return None
    held = code.parent(bound.holder)
    giving = code.parent(held) if held is not None and held.type == "arguments" else None
    given = arguments(giving) if giving is not None else []
    if len(given) < 2 or code.text(given[0]).strip(b"'\"`") != b"socket" or not in_request(code, call):
        return None
    if _captures(code, listener, call) is None or _is_taken_away(code, emitter, arguments(call)[0]):
        return None
    made = site(code, "kept-listener", call, shown(code, emitter))
    return made if _KEEPS_ALIVE.search(code.source) is not None else replace(made, doubt=_USED_AGAIN)


def _abort(code: Code, call: Node, signal: Node, given: list[Node]) -> Judged | None:
    """A listener for an abort on a signal that the caller hands over, which is not taken away when all went well."""
    owner = _giver(code, signal)
    if owner is None or len(given) < 2 or not in_request(code, call) or code.text(owner) in UNLISTENS:
        return None
    if any(each.type == "object" and _ends_early(code, each, owner) for each in given[2:]):
        return None
    executor = executor_of(code, call)
    kind = _captures(code, unwrap(given[1]), call)
    if executor is not None and kind is not None:
        alone = _settles_alone(code, executor, call)
        made = site(code, "kept-listener", call, shown(code, signal))
        return replace(made, doubt=_OF_CALLER, keeps="reaction" if alone else None)
    if not _follows(code, unwrap(given[1]), owner):
        return None
    made = site(code, "kept-listener", call, shown(code, signal))
    return replace(made, doubt=_OF_CALLER, keeps="reaction")


def _giver(code: Code, signal: Node) -> Node | None:
    """The function that is given a signal: as a parameter, in its options, or in a list of signals."""
    text = code.text(signal)
    if _SIGNAL.search(text) is None:
        return None
    head = signal
    while head.type in ("member_expression", "non_null_expression", "parenthesized_expression"):
        head = field(head, "object") or head.named_children[0]
    bound = binding(code, head) if head.type == "identifier" else None
    if bound is not None and bound.kind == "variable" and bound.holder.type != "variable_declarator":
        return None
    if bound is not None and bound.kind == "variable" and not is_module(code, bound.owner):
        bound, head = _read_from(code, bound) or (bound, head)
    if bound is not None and bound.kind == "parameter":
        return None if request_like(code.text(head)) else bound.holder
    return _of_list(code, head)


def _read_from(code: Code, bound: Binding) -> tuple[Binding, Node] | None:
    """The parameter that a variable is read from: `const { signal } = options`, `const signal = options.signal`."""
    value = field(bound.holder, "value")
    while value is not None and value.type in ("member_expression", "non_null_expression"):
        value = field(value, "object") or value.named_children[0]
    given = binding(code, value) if value is not None and value.type == "identifier" else None
    return (given, given.name) if given is not None and given.kind == "parameter" else None


def _of_list(code: Code, name: Node) -> Node | None:
    """The function whose parameter is gone through by the loop that `name` is a turn of."""
    for loop in code.ancestors(name):
        if loop.type == "for_in_statement" and code.text(field(loop, "left")).endswith(code.text(name)):
            group = field(loop, "right")
            bound = binding(code, group) if group is not None and group.type == "identifier" else None
            return bound.holder if bound is not None and bound.kind == "parameter" else None
    return None


def _ends_early(code: Code, options: Node, owner: Node) -> bool:
    """Whether a listener is taken away by another signal: not one that is only aborted by this listener."""
    match = re.search(rb"signal\s*:\s*([\w$]+)\.signal", code.text(options))
    if match is None:
        return b"signal" in code.text(options)
    return not _hands_out(code, match[1], owner)


def _hands_out(code: Code, controller: bytes, owner: Node) -> bool:
    """Whether a function gives its caller nothing of a controller but the signal."""
    given = [code.text(unwrap(value)) for value in returned(code, owner)]
    return bool(given) and all(text == controller + b".signal" for text in given)


def _follows(code: Code, listener: Node, owner: Node) -> bool:
    """Whether a listener aborts a controller whose signal is all that its function gives."""
    function = listener if listener.type in FUNCTIONS else callee_function(code, listener)
    match = re.search(rb"([\w$]+)\.abort\(", code.text(function)) if function is not None else None
    return match is not None and _hands_out(code, match[1], owner)


def _settles_alone(code: Code, executor: Node, call: Node) -> bool:
    """Whether nothing but the listener settles the promise of an executor."""
    body = field(executor, "body")
    if body is None:
        return False
    held = field(executor, "parameters") or field(executor, "parameter")
    names = re.findall(rb"[A-Za-z_$][\w$]*", code.text(held)[:100])
    return all(
        any(contains(given, use) for given in arguments(call)) or _is_for_aborted(code, use, executor)
        for name in names
        for use in code.words(name, body)
    )


def _is_for_aborted(code: Code, use: Node, executor: Node) -> bool:
    """Whether something is done only when a signal was aborted before: `if (signal.aborted) return resolve()`."""
    return any(
        above.type == "if_statement" and b".aborted" in code.text(field(above, "condition"))
        for above in code.ancestors(use)
        if contains(executor, above)
    )
