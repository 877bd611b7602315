"""Sockets, servers, sessions, workers, watchers, channels and resolvers that a request opens and something keeps.

Each is a native handle with the async context of whoever opened it, for as long as it is open, on every Node.
"""

import re
from dataclasses import replace

from patcher.analysis.detect.site_parts import called_at, places_of, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.laziness import Laziness, laziness
from patcher.analysis.facts.lifetimes import Lifetime, lifetime
from patcher.analysis.facts.request_path import in_request, put_into, taken_out
from patcher.analysis.facts.scopes import binding
from patcher.analysis.facts.slots import uses
from patcher.analysis.facts.stores import Store, stores_at
from patcher.analysis.names import HANDLE_CALLS, HANDLE_CLASSES, HANDLE_MODULES
from patcher.syntax.tree import Node

_TOKENS = (
    *{b"." + call.rpartition(b".")[2] + b"(" for call in HANDLE_CALLS.words},
    *(b"new " + name + b"(" for name in HANDLE_CLASSES),
    b"dns.Resolver(",
    b"createConnection(",
    b"fork(",
    b"spawn(",
)
_ALIAS = re.compile(rb"^(?:node_?)?([a-z_]+?\d?)(?:_?\d+|\.default)*$")


def handle_places(source: bytes) -> list[int]:
    """Where something is opened that is a native handle, in a file that loads a module which has one."""
    return sorted(set(places_of(source, _TOKENS, HANDLE_MODULES)))


def handles(code: Code, places: list[int]) -> list[Judged]:
    """The handles at `places` that a request opens and a slot or a collection keeps."""
    found = []
    for place in places:
        call = called_at(code, place)
        made = _judge(code, call) if call is not None and _opens(code, call) else None
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
    store = _stored(code, call)
    if store is None or store.slot.keyed or lifetime(code, store.slot, store.node) not in _LONG:
        return None
    if laziness(code, store.slot, store.node) is not Laziness.GUARDED or len(uses(code, store.slot)) < 2:
        return None
    made = site(code, "lazy-handle", call, store.slot.text)
    return replace(made, scope=store.slot.scope)


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
        return (
            name in HANDLE_CLASSES
            and re.search(HANDLE_CLASSES[name], code.source) is not None
            and not _own(code, made)
        )
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
