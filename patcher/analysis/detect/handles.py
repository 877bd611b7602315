"""Sockets, servers, sessions, workers, watchers, channels and resolvers that a request opens and something keeps.

Each is a native handle with the async context of whoever opened it, for as long as it is open, on every Node.
"""

import re
from dataclasses import replace

from patcher.analysis.detect.site_parts import called_at, places_of, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, arguments, field
from patcher.analysis.facts.laziness import Laziness, laziness
from patcher.analysis.facts.lifetimes import Lifetime, lifetime
from patcher.analysis.facts.request_path import in_request, put_into, sets_up, taken_out
from patcher.analysis.facts.scopes import binding
from patcher.analysis.facts.slots import uses
from patcher.analysis.facts.stores import Store, stores_at
from patcher.analysis.handle_names import HANDLE_CALLS, HANDLE_CLASSES, HANDLE_MODULES, SENDS
from patcher.syntax.tree import Node

_TOKENS = (
    *{b"." + call.rpartition(b".")[2] + b"(" for call in HANDLE_CALLS.words},
    *(b"new " + name + b"(" for name in HANDLE_CLASSES),
    b"dns.Resolver(",
    b"createConnection(",
    b"fork(",
    b"spawn(",
)
_AGENT = re.compile(rb"https?\d*(?:_\d)?(?:\.default)?\.Agent$")
_KEEPS_ALIVE = re.compile(rb"keepAlive\s*:\s*(?:true|!0)")
_ALIAS = re.compile(rb"^(?:node_?)?([a-z_]+?\d?)(?:_?\d+|\.default)*$")


def handle_places(source: bytes) -> list[int]:
    """Where something is opened that is a native handle, in a file that loads a module which has one."""
    found = set(places_of(source, _TOKENS, HANDLE_MODULES))
    if b".Agent(" in source and _KEEPS_ALIVE.search(source) is not None:
        found.update(places_of(source, (b".Agent(",)))
    return sorted(found)


def handles(code: Code, places: list[int]) -> list[Judged]:
    """The handles at `places` that a request opens and a slot or a collection keeps."""
    found = []
    for place in places:
        call = called_at(code, place)
        if call is None:
            continue
        agent = _is_agent(code, call)
        made = _agent(code, call) if agent else _judge(code, call) if _opens(code, call) else None
        if made is not None:
            found.append(made)
    return found


def _judge(code: Code, call: Node) -> Judged | None:
    if not in_request(code, call):
        return None
    put = put_into(code, call)
    if put is not None:
        _, slot, keyed = put
        if taken_out(code, slot):
            return None
        return site(code, "lazy-handle", call, slot.text + "[…]", "one a key" if keyed else "one a request")
    if _left_open(code, call):
        return site(code, "lazy-handle", call, "MessageChannel", "one a request")
    store = _stored(code, call)
    if store is None or store.slot.keyed or lifetime(code, store.slot, store.node) not in _LONG:
        return None
    if laziness(code, store.slot, store.node) is not Laziness.GUARDED or len(uses(code, store.slot)) < 2:
        return None
    made = site(code, "lazy-handle", call, store.slot.text)
    return replace(made, scope=store.slot.scope)


def _left_open(code: Code, call: Node) -> bool:
    """Whether a function makes a channel, keeps both of its ports to itself, and closes neither."""
    above, function = code.parent(call), code.function(call)
    name = field(above, "name") if above is not None and above.type == "variable_declarator" else None
    if name is None or function is None or not code.text(call).startswith(b"new MessageChannel"):
        return False
    if _HANDS_ON.search(code.text(function)) is not None:
        return False
    own = [name] if name.type == "identifier" else name.named_children
    return not any(
        (given := code.parent(use)) is not None and given.type in _ELSEWHERE
        for port in own
        for use in code.words(code.text(port), function)
    )


_HANDS_ON = re.compile(
    rb"close|transfer|\[[^\]\n]*port[12]?\b|return[^;\n]*(?:port|[cC]hannel)"
    rb"|this\.\w+ ?= ?\w*(?:[cC]hannel|port)"
)
_ELSEWHERE = frozenset({"array", "return_statement", "pair", "assignment_expression", "arguments"})


def _is_agent(code: Code, call: Node) -> bool:
    """Whether `call` makes an agent of http or https that keeps its connections open."""
    made = field(call, "constructor") if call.type == "new_expression" else None
    given = arguments(call) if made is not None and _AGENT.match(code.text(made)) is not None else []
    return bool(given) and _KEEPS_ALIVE.search(code.text(given[0])) is not None


def _agent(code: Code, call: Node) -> Judged | None:
    """An agent that a call makes for the request that it sends itself: its connection stays open after it."""
    function = code.function(call)
    if function is None or not in_request(code, call) or sets_up(code, call):
        return None
    for above in code.ancestors(call):
        if above == function or above.type in _NOT_SENT:
            return None
        sends = above.type == "call_expression" and code.text(field(above, "function")) in SENDS
        if above.type == "variable_declarator":
            sends = b".destroy(" not in code.text(function) and any(
                (sent := code.parent(given)) is not None and code.text(field(sent, "function")) in SENDS
                for use in code.words(code.text(field(above, "name")), function)
                if (given := _argument(code, use)) is not None
            )
        if sends:
            return site(code, "lazy-handle", call, "Agent", "one a request")
        if above.type == "variable_declarator":
            return None
    return None


def _argument(code: Code, use: Node) -> Node | None:
    """The arguments that a variable is part of, by itself or in an object."""
    above = code.parent(use)
    while above is not None and above.type in ("pair", "object"):
        above = code.parent(above)
    return above if above is not None and above.type == "arguments" else None


_NOT_SENT = frozenset({"new_expression", "return_statement", "assignment_expression", "ternary_expression"})
_LONG = frozenset({Lifetime.MODULE, Lifetime.INSTANCE, Lifetime.CLOSURE})


def _stored(code: Code, call: Node) -> Store | None:
    """The store of the handle itself: `this.socket = net.connect(…)`, not of what a method of it gives."""
    here, above = call, code.parent(call)
    while above is not None and above.type in (
        "parenthesized_expression",
        "as_expression",
        "binary_expression",
    ):
        here, above = above, code.parent(above)
    if above is None or not above.type.endswith("assignment_expression") or field(above, "right") != here:
        return None
    return next(iter(stores_at(code, above)), None)


def _opens(code: Code, call: Node) -> bool:
    """Whether a call opens a handle, by the module that its function comes from."""
    if call.type == "new_expression":
        made = field(call, "constructor")
        name = code.text(made).rpartition(b".")[2]
        return name in HANDLE_CLASSES and code.source in HANDLE_CLASSES[name] and not _own(code, made)
    callee = field(call, "function")
    if callee is None:
        return False
    if callee.type == "identifier":
        return _imported(code, callee)
    owner, _, name = code.text(callee).rpartition(b".")
    alias = _ALIAS.match(owner.lower())
    return alias is not None and alias[1] + b"." + name in HANDLE_CALLS


def _own(code: Code, made: Node | None) -> bool:
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
