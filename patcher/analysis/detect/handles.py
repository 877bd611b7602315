"""Sockets, servers, sessions, workers, watchers, channels and resolvers that a request opens and something keeps.

Each is a native handle with the async context of whoever opened it, for as long as it is open, on every Node.
"""

import re
from dataclasses import replace

from patcher.analysis.detect.handle_makers import (
    CLOSES,
    channel_left_open,
    given_left_open,
    givers,
    instance_left_open,
    left_open,
    opens,
    pooled,
)
from patcher.analysis.detect.site_parts import called_at, comes_from, executor_of, places_of, site
from patcher.analysis.detect.slot_families import Judged, class_name
from patcher.analysis.doubt import Doubt
from patcher.analysis.facts.code import Code, arguments, field
from patcher.analysis.facts.laziness import Laziness, laziness
from patcher.analysis.facts.lifetimes import Lifetime, lifetime
from patcher.analysis.facts.request_path import in_request, put_into, sets_up, taken_out
from patcher.analysis.facts.slots import uses
from patcher.analysis.facts.stores import Store, stores_at
from patcher.analysis.handle_names import (
    GRPC_CLIENTS,
    GRPC_CREDENTIALS,
    GRPC_MODULE,
    HANDLE_CALLS,
    HANDLE_CLASSES,
    HANDLE_MODULES,
    KEEP_ALIVE_AGENTS,
    SENDS,
    UNDICI_DISPATCHERS,
    UNDICI_MODULE,
)
from patcher.analysis.meaning import Spelling
from patcher.analysis.prefilter.tokens import OPENERS
from patcher.retention.kinds import Growth
from patcher.syntax.tree import Node

_TOKENS = (
    *{b"." + call.rpartition(b".")[2] + b"(" for call in HANDLE_CALLS.words}
    - {b"." + token for token in OPENERS.tokens},
    *(b"new " + name + b"(" for name in HANDLE_CLASSES),
    *OPENERS.tokens,
)
_POOLED = Doubt(
    "how many connections does the pool open while requests are served? Each keeps the one that opened it"
)
_KEEPS_ALIVE = re.compile(rb"keepAlive\s*:\s*(?!false|!1|undefined)[\w!]")


def handle_places(source: bytes) -> list[int]:
    """Where something is opened that is a native handle, in a file that loads a module which has one."""
    found = set(places_of(source, _TOKENS, HANDLE_MODULES))
    if b".Agent(" in source and _KEEPS_ALIVE.search(source) is not None:
        found.update(places_of(source, (b".Agent(",)))
    if b"undici" in source and source in UNDICI_MODULE:
        found.update(match.end() - 1 for match in UNDICI_DISPATCHERS.finditer(source))
    if b"credentials.create" in source:
        found.update(match.end() - 1 for match in GRPC_CREDENTIALS.finditer(source))
    if b"@grpc/grpc-js" in source:
        found.update(match.end() - 1 for match in GRPC_CLIENTS.finditer(source))
    return sorted(found)


def handles(code: Code, places: list[int]) -> list[Judged]:
    """The handles at `places` that a request opens and a slot or a collection keeps."""
    found = []
    for place in places:
        call = called_at(code, place)
        if call is None:
            continue
        channel = _channel(code, call)
        if channel is not None:
            made = channel_left_open(code, channel)
        elif _is_agent(code, call):
            made = _agent_used(code, call)
        else:
            made = _judge(code, call) if opens(code, call) else None
        if made is not None:
            found.append(made)
    return found


def _judge(code: Code, call: Node) -> Judged | None:
    """A handle that its function keeps, leaves open, or hands to a caller that keeps it."""
    if in_request(code, call) and (own := _kept(code, call, call) or left_open(code, call)) is not None:
        return own
    given = [*givers(code, call)]
    kept = next((kept for giver in given if (kept := _kept(code, giver, call)) is not None), None)
    left = (instance_left_open(code, each, call) or given_left_open(code, each, call) for each in given)
    return kept or next((found for found in left if found is not None), None)


def _kept(code: Code, call: Node, opened: Node) -> Judged | None:
    """The handle that `call` gives, which was opened at `opened`, in a collection or a slot that lives on."""
    if not in_request(code, call):
        return None
    put = put_into(code, call)
    if put is not None:
        at, slot, keyed = put
        if taken_out(code, slot) and (call == opened or CLOSES.search(code.source) is not None):
            return None
        growth: Growth = "one a key" if keyed else "one a request"
        return site(code, "lazy-handle", call if call == opened else at, slot.text + "[…]", growth)
    pool = pooled(code, call)
    if pool is not None:
        return replace(site(code, "lazy-handle", opened, pool.text + "[…]", "one a key"), doubt=_POOLED)
    store = _stored(code, call)
    if store is None or store.slot.keyed or lifetime(code, store.slot, store.node) not in _LONG:
        return None
    if laziness(code, store.slot, store.node) is not Laziness.GUARDED or len(uses(code, store.slot)) < 2:
        return None
    made = site(code, "lazy-handle", call, store.slot.text)
    return replace(made, scope=store.slot.scope, owner=class_name(code, store.slot.owner))


def _channel(code: Code, call: Node) -> Node | None:
    """The client of gRPC that `call` is, or that is made with the credentials which it gives: it opens a channel."""
    made = field(call, "constructor") if _begins(code, call, GRPC_CLIENTS) else None
    if made is not None and comes_from(code, made, b"Client", GRPC_MODULE):
        return call
    if code.text(field(call, "function")) + b"(" not in GRPC_CREDENTIALS:
        return None
    held = code.parent(call)
    made = code.parent(held) if held is not None and held.type == "arguments" else None
    return made if made is not None and made.type == "new_expression" else None


def _begins(code: Code, call: Node, meaning: Spelling) -> bool:
    """Whether a call is one of those that `meaning` spells, and not only has one among its arguments."""
    found = meaning.search(code.text(call))
    return found is not None and found.start() == 0


def _is_agent(code: Code, call: Node) -> bool:
    """Whether `call` makes an agent of http or https that keeps its connections open, or a dispatcher of undici."""
    made = field(call, "constructor") if call.type == "new_expression" else None
    if made is not None and _begins(code, call, UNDICI_DISPATCHERS):
        return comes_from(code, made, code.text(made).rpartition(b".")[2], UNDICI_MODULE)
    given = arguments(call) if made is not None and code.text(made) in KEEP_ALIVE_AGENTS else []
    return bool(given) and _KEEPS_ALIVE.search(code.text(given[0])) is not None


def _agent_used(code: Code, call: Node) -> Judged | None:
    """An agent that is used for one request: by its own function, or by those of the file that this one gives it to."""
    own = _agent(code, call)
    given = own or next(
        (made for giver in givers(code, call) if (made := _agent(code, giver)) is not None), None
    )
    return given and replace(given, node=call)


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
            sends = _ENDED.search(code.text(function)) is None and any(
                (sent := code.parent(given)) is not None
                and code.text(field(sent, "function")) in SENDS
                and _runs_once_in(code, sent, function)
                for use in code.words(code.text(field(above, "name")), function)
                if (given := _argument(code, use)) is not None
            )
        if sends:
            return site(code, "lazy-handle", call, "Agent", "one a request")
        if above.type == "variable_declarator":
            return None
    return None


def _runs_once_in(code: Code, call: Node, function: Node) -> bool:
    """Whether a call is of `function` itself or of a promise that it makes, and not of a function that it gives."""
    executor = executor_of(code, call)
    return function in (code.function(call), code.function(executor) if executor is not None else None)


def _argument(code: Code, use: Node) -> Node | None:
    """The arguments that a variable is part of, by itself or in an object."""
    above = code.parent(use)
    while above is not None and above.type in ("pair", "object"):
        above = code.parent(above)
    return above if above is not None and above.type == "arguments" else None


_ENDED = re.compile(rb"\.(?:destroy|close)\(")
_NOT_SENT = frozenset({"new_expression", "return_statement", "assignment_expression", "ternary_expression"})
_LONG = frozenset({Lifetime.MODULE, Lifetime.INSTANCE, Lifetime.CLOSURE})


def _stored(code: Code, call: Node) -> Store | None:
    """The store of the handle itself: `this.socket = net.connect(…)`, not of what a method of it gives."""
    here, above = call, code.parent(call)
    while above is not None and above.type in (
        "parenthesized_expression",
        "as_expression",
        "await_expression",
        "binary_expression",
    ):
        here, above = above, code.parent(above)
    if above is None or not above.type.endswith("assignment_expression") or field(above, "right") != here:
        return None
    return next(iter(stores_at(code, above)), None)
