"""Which calls open a native handle, and who is given what they open: callers, and pools."""

import re
from collections.abc import Iterator
from dataclasses import replace

from patcher.analysis.detect.site_parts import executor_of, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import Doubt
from patcher.analysis.facts.calls import call_of, new_of
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function, returned
from patcher.analysis.facts.lifetimes import takes_request
from patcher.analysis.facts.request_path import in_request, put_into, sets_up
from patcher.analysis.facts.scopes import binding, function_name, is_module, parameters
from patcher.analysis.facts.slots import Slot
from patcher.analysis.handle_names import HANDLE_CALLS, HANDLE_CLASSES, MAY_END, STAYS_OPEN
from patcher.syntax.tree import Node

CLOSES = re.compile(
    rb"\.(?:close\w*|destroy\w*|end|terminate|disconnect|quit|kill|stop|release\w*|dispose|removeAllListeners)\??\.?\("
)
_ALIAS = re.compile(rb"^(?:node_?)?([a-z_]+?\d?)(?:_?\d+|\.default)*$")
_ENDS_ITSELF = Doubt("does it end by itself when its work is done?")
_HOW_OFTEN = Doubt("is it called for each request? Then each leaves an open client behind")
_MOST_HOPS = 2


def opens(code: Code, call: Node) -> bool:
    """Whether a call opens a handle, by the module that its function comes from."""
    if call.type == "new_expression":
        made = field(call, "constructor")
        name = code.text(made).rpartition(b".")[2]
        return name in HANDLE_CLASSES and code.source in HANDLE_CLASSES[name] and not is_own_class(code, made)
    callee = field(call, "function")
    if callee is None:
        return False
    if callee.type == "identifier":
        return _imported(code, callee)
    owner, _, name = code.text(callee).rpartition(b".")
    alias = _ALIAS.match(owner.lower())
    return alias is not None and alias[1] + b"." + name in HANDLE_CALLS


def is_own_class(code: Code, made: Node | None) -> bool:
    """Whether a class is one of the file's own."""
    bound = binding(code, made) if made is not None and made.type == "identifier" else None
    return bound is not None and bound.kind == "class"


def _imported(code: Code, name: Node) -> bool:
    """Whether a name was imported from the module of Node that has it."""
    bound = binding(code, name)
    if bound is None or bound.kind not in ("import", "variable"):
        return False
    called = b"." + code.text(name)
    wanted = [call.removesuffix(called) for call in HANDLE_CALLS.words if call.endswith(called)]
    statement = next(
        (a for a in code.ancestors(bound.name) if a.type in ("import_statement", "lexical_declaration")), None
    )
    if statement is None or (bound.kind == "variable" and b"require(" not in code.text(statement)[:400]):
        return False
    head = code.text(statement)[-80:]
    return any(re.search(rb"[\"'](?:node:)?" + module + rb"[\"']", head) for module in wanted)


def givers(code: Code, call: Node, hops: int = 0) -> Iterator[Node]:
    """The calls of the file that give what `call` opens: of a function that returns it, or a class that has it."""
    function = _giver(code, call)
    name = function_name(code, function)
    if function is None or len(name) < 2 or hops > _MOST_HOPS:
        return
    for use in code.words(name)[:40]:
        made = _calling(code, use)
        if made is None or contains(function, use) or made == call:
            continue
        yield made
        yield from givers(code, made, hops + 1)


def _giver(code: Code, call: Node) -> Node | None:
    """The function or the class that hands out what `call` gives."""
    function = code.function(call)
    if function is None:
        return None
    above = _above(code, call)
    if above is not None and above.type.endswith("assignment_expression"):
        left = code.text(field(above, "left"))
        made = function_name(code, function) == b"constructor" and left.startswith(b"this.")
        body = code.parent(function)
        return code.parent(body) if made and body is not None else None
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    if name is None:
        values = returned(code, function)
        return function if any(contains(value, call) and _is_same(value, call) for value in values) else None
    word = code.text(name)
    executor = executor_of(code, call)
    if (
        executor is not None
        and executor == function
        and re.search(rb"\b%b\(\s*%b\s*\)" % (_first(code, executor), re.escape(word)), code.text(executor))
    ):
        return code.function(executor)
    return function if any(_has(code, unwrap(value), word) for value in returned(code, function)) else None


def _first(code: Code, executor: Node) -> bytes:
    names = parameters(code, executor)
    return re.escape(names[0]) if names else rb"\0"


def _above(code: Code, call: Node) -> Node | None:
    above = code.parent(call)
    while above is not None and above.type in (
        "parenthesized_expression",
        "as_expression",
        "await_expression",
    ):
        above = code.parent(above)
    return above


def _is_same(value: Node, call: Node) -> bool:
    """Whether what a function returns is the handle, and not what one of its methods gives."""
    value = unwrap(value)
    while value.type in ("await_expression", "parenthesized_expression") and value.named_children:
        value = unwrap(value.named_children[0])
    return value == call or value.type in ("object", "array")


def _has(code: Code, value: Node, word: bytes) -> bool:
    """Whether a value is the variable `word`, or an object or a list with it."""
    if value.type in ("object", "array"):
        return any(code.text(field(part, "value") or part) == word for part in value.named_children[:20])
    return code.text(value) == word


def _calling(code: Code, use: Node) -> Node | None:
    """The call or `new` of the function or class that `use` names."""
    return call_of(code, use) or new_of(code, use)


def pooled(code: Code, call: Node) -> Slot | None:
    """The pool that what `call` gives is put into, by a function of the file that it is handed to later."""
    above = _above(code, call)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    function = code.function(call)
    if name is None or name.type != "identifier" or function is None:
        return None
    for use in code.words(code.text(name), function):
        given = code.parent(use)
        handing = code.parent(given) if given is not None and given.type == "arguments" else None
        callee = field(handing, "function") if handing is not None else None
        taker = callee_function(code, callee) if callee is not None else None
        if handing is None or taker is None or taker == function:
            continue
        place = arguments(handing).index(use) if use in arguments(handing) else -1
        names = parameters(code, taker)
        for inner in code.words(names[place], field(taker, "body")) if 0 <= place < len(names) else ():
            found = put_into(code, inner)
            if found is not None:
                return found[1]
    return None


_LISTENS = re.compile(rb"(?:(?:http|https|net|tls|http2)\.)?create(?:Secure)?Server\(")
_HANDS_ON = re.compile(
    rb"close|transfer|\[[^\]\n]*port[12]?\b|return[^;\n]*(?:port|[cC]hannel)"
    rb"|this\.\w+ ?= ?\w*(?:[cC]hannel|port)"
)
_ELSEWHERE = frozenset({"array", "return_statement", "pair", "assignment_expression", "arguments"})
_OVER = frozenset({*_ELSEWHERE, "shorthand_property_identifier", "variable_declarator", "spread_element"})


def left_open(code: Code, call: Node) -> Judged | None:
    """What a function opens, keeps to itself, and does not close."""
    function, text = code.function(call), code.text(call)
    if function is None:
        return None
    if text.startswith(b"new MessageChannel"):
        return _channel(code, call, function)
    listens = _LISTENS.match(text) is not None and b".listen(" in code.text(function)
    sure = text in STAYS_OPEN or listens
    if not (sure or text in MAY_END) or sets_up(code, call):
        return None
    if not any(takes_request(code, around) for around in code.functions(call)):
        return None
    above = _above(code, call)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    dropped = above is not None and above.type == "expression_statement"
    if not dropped and (name is None or name.type != "identifier"):
        return None
    if name is not None and not _keeps_to_itself(code, name, function):
        return None
    made = site(
        code, "lazy-handle", call, text.partition(b"(")[0].decode("utf-8", "replace"), "one a request"
    )
    return made if sure else replace(made, doubt=_ENDS_ITSELF)


def instance_left_open(code: Code, new: Node, opened: Node) -> Judged | None:
    """What the constructor of a class opens, where a handler makes an instance for itself and does not close it."""
    above, function = _above(code, new), code.function(new)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    if new.type != "new_expression" or above is None or function is None or not in_request(code, new):
        return None
    if not any(takes_request(code, around) for around in code.functions(new)) or sets_up(code, new):
        return None
    if name is not None and not _keeps_to_itself(code, name, function):
        return None
    if name is None and (above.type not in ("pair", "arguments") or CLOSES.search(code.source) is not None):
        return None
    what = code.text(opened).partition(b"(")[0].decode("utf-8", "replace")
    return replace(site(code, "lazy-handle", opened, what, "one a request"), doubt=_ENDS_ITSELF)


def given_left_open(code: Code, giving: Node, opened: Node) -> Judged | None:
    """What a function of the file opens and gives to a handler, in a file that closes nothing."""
    above, function = _above(code, giving), code.function(giving)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    if giving.type != "call_expression" or name is None or name.type != "identifier" or function is None:
        return None
    if not in_request(code, giving) or sets_up(code, giving) or CLOSES.search(code.source) is not None:
        return None
    if not any(takes_request(code, around) for around in code.functions(giving)):
        return None
    for use in code.words(code.text(name), function):
        held = code.parent(use)
        if use != name and held is not None and held.type in _OVER - {"arguments"}:
            return None
    what = code.text(opened).partition(b"(")[0].decode("utf-8", "replace")
    return replace(site(code, "lazy-handle", opened, what, "one a request"), doubt=_ENDS_ITSELF)


def channel_left_open(code: Code, new: Node) -> Judged | None:
    """A client that each call of a function makes for itself, and does not close: one that the function hands to others
    of the file counts where they get it."""
    what = code.text(field(new, "constructor")).decode("utf-8", "replace")
    for made in (new, *givers(code, new)):
        above, function = _above(code, made), code.function(made)
        name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
        if name is None or name.type != "identifier" or function is None or not in_request(code, made):
            continue
        if is_module(code, function) or sets_up(code, made) or not _keeps_to_itself(code, name, function):
            continue
        served = any(takes_request(code, around) for around in code.functions(made))
        found = site(code, "lazy-handle", new, what, "one a request")
        return found if served else replace(found, doubt=_HOW_OFTEN)
    return None


def _keeps_to_itself(code: Code, name: Node, function: Node) -> bool:
    """Whether a variable is neither closed nor handed on by its function."""
    for use in code.words(code.text(name), function):
        above = code.parent(use)
        if use == name or above is None:
            continue
        if above.type in _OVER:
            return False
        if above.type == "member_expression":
            call = code.text(code.parent(above))[:200]
            if CLOSES.search(call) is not None or b".unref" in call:
                return False
    return True


def _channel(code: Code, call: Node, function: Node) -> Judged | None:
    """A channel of which a function keeps both ports to itself, and closes neither."""
    above = code.parent(call)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    if name is None or _HANDS_ON.search(code.text(function)) is not None:
        return None
    own = [name] if name.type == "identifier" else name.named_children
    handed = any(
        (given := code.parent(use)) is not None and given.type in _ELSEWHERE
        for port in own
        for use in code.words(code.text(port), function)
    )
    return None if handed else site(code, "lazy-handle", call, "MessageChannel", "one a request")
