"""Which module a name comes from, and what that calls it: through imports, `require`, patterns and other names."""

import re

from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.scopes import Binding, binding
from patcher.syntax.tree import Node

_REQUIRED = re.compile(
    rb"(?:[\w$]+\.)*(?:require|import|getBuiltinModule)\(\s*[\"'](?:node:)?([^\"'\n]{1,80})[\"']\s*\)"
)
# What compilers put around a module, to import one of another kind: `__importStar(…)`, `_interop_require_default(…)`,
# `__toESM(…, 1)`. Other functions make something else of it, as `promisifyAll(…)` does.
_ADAPTS = re.compile(rb"import|interop|toESM", re.I)
_WORDS = frozenset({"identifier", "property_identifier"})
_MOST_HOPS = 4
_WHOLE = b""  # what a module is called as a whole
_DEFAULTS = frozenset({b"default", b"__esModule"})

Origin = tuple[bytes, bytes]
"""The name of a module without `node:`, and the path of what is meant in it: `(b"net", b"connect")`."""


def imported(code: Code, name: Node, hops: int = 0) -> Origin | None:
    """What an expression means in the module that it was imported from; None where it was not imported.

    `net.connect`, `open` after `import { connect as open }`, `require("net").connect`, `net_1.default.connect` and
    `(0, net_1.connect)` are all `(b"net", b"connect")`.
    """
    name = unwrap(name)
    if hops > _MOST_HOPS:
        return None
    if name.type == "sequence_expression":
        return imported(code, name.named_children[-1], hops + 1)
    if name.type == "await_expression" and name.named_children:
        return imported(code, name.named_children[0], hops + 1)
    if name.type == "call_expression":
        return _called(code, name, hops)
    if name.type == "member_expression":
        owner, word = field(name, "object"), code.text(field(name, "property"))
        held = imported(code, owner, hops + 1) if owner is not None else None
        return None if held is None else _part(held, word)
    bound = binding(code, name) if name.type == "identifier" else None
    return _bound(code, bound, hops) if bound is not None else None


def _called(code: Code, call: Node, hops: int) -> Origin | None:
    """The module that a call loads, or adapts."""
    match = _REQUIRED.fullmatch(code.source, call.start_byte, call.end_byte)
    if match is not None:
        return match[1], _WHOLE
    callee, given = field(call, "function"), arguments(call)
    word = field(callee, "property") or callee if callee is not None else None
    adapts = word is not None and word.type in _WORDS and _ADAPTS.search(code.text(word)) is not None
    return imported(code, given[0], hops + 1) if adapts and given else None


def _part(held: Origin, word: bytes) -> Origin:
    module, path = held
    return held if word in _DEFAULTS else (module, path + b"." + word if path else word)


def _bound(code: Code, bound: Binding, hops: int) -> Origin | None:
    if bound.kind == "import":
        return _by_import(code, bound)
    if bound.kind != "variable":
        return None
    value = field(bound.holder, "value")
    held = imported(code, value, hops + 1) if value is not None else None
    if held is None or field(bound.holder, "name") == bound.name:
        return held
    pattern = code.parent(bound.name)
    if bound.name.type == "shorthand_property_identifier_pattern":
        return _part(held, code.text(bound.name))
    key = field(pattern, "key") if pattern is not None and pattern.type == "pair_pattern" else None
    return None if key is None else _part(held, code.text(key))


def _by_import(code: Code, bound: Binding) -> Origin | None:
    statement = next((a for a in code.ancestors(bound.name) if a.type == "import_statement"), None)
    source = field(statement, "source") if statement is not None else None
    if source is None:
        return None
    module = code.text(source).strip(b"'\"").removeprefix(b"node:")
    if bound.holder.type != "import_specifier":
        return module, _WHOLE
    return _part((module, _WHOLE), code.text(field(bound.holder, "name")))
