"""Whether an expression is a promise: yes, no, or not known from this file.

A call of a function of the same file is followed into its returns, and through them further, so that the
answers reach a fixpoint; a cycle answers "unknown". What comes from another module is judged by how the
slot is used (see `used_as_promise`), or by its name.
"""

import re
from enum import IntEnum

from patcher.analysis.facts.code import WRAPPERS, Code, Question, field, unwrap
from patcher.analysis.facts.functions import MAX_DEPTH, assigned, callee_function, is_async, returned
from patcher.analysis.facts.imported import imported
from patcher.analysis.facts.scopes import Binding, binding
from patcher.analysis.names import (
    ASYNC_HELPERS,
    ASYNC_MAKERS,
    CHAINS,
    DEFERRED,
    NO_PROMISE_SLOTS,
    NODE_PROMISES,
    PROMISE_CLASSES,
    PROMISE_HOLDERS,
    PROMISE_MODULES,
    PROMISE_OBJECTS,
    PROMISE_SLOTS,
    PROMISE_STATICS,
    VALUE_CALLS,
    VALUE_MODULES,
    VALUE_OBJECTS,
)
from patcher.syntax.tree import Node


class Evidence(IntEnum):
    """What is known of an expression."""

    VALUE = 0
    UNKNOWN = 1
    PROMISE = 2


_REQUIRED = re.compile(rb"require\(%b\)\)*$" % PROMISE_MODULES.pattern)
_EVIDENCE = Question[int, Evidence]()  # of an expression, by the id of its node
_RETURNS = Question[int, Evidence]()  # of a function, by the id of its node
_SAID = re.compile(rb":\s*Promise<")


def named_promise(name: bytes) -> bool:
    """Whether a slot is called a promise (`reqHandlerPromise`, `_promise`, but not `promisify`)."""
    return name in PROMISE_SLOTS and name not in NO_PROMISE_SLOTS


def combine(parts: list[Evidence]) -> Evidence:
    """The evidence of a choice: a promise if any arm is one, a value only if all are."""
    if Evidence.PROMISE in parts:
        return Evidence.PROMISE
    return Evidence.VALUE if parts and all(p is Evidence.VALUE for p in parts) else Evidence.UNKNOWN


def evidence(code: Code, node: Node | None, depth: int = 0) -> Evidence:
    """Whether `node` evaluates to a promise."""
    if node is None or depth > MAX_DEPTH:
        return Evidence.UNKNOWN
    answers = _EVIDENCE.answers(code)
    known = answers.get(node.id)
    if known is None:
        answers[node.id] = Evidence.UNKNOWN
        given = unwrap(node)
        awaited = code.is_awaited_group(given)
        known = answers[node.id] = Evidence.VALUE if awaited else _evidence(code, given, depth + 1)
    return known


def _evidence(code: Code, node: Node, depth: int) -> Evidence:
    kind = node.type
    if kind == "call_expression":
        return call_evidence(code, node, depth)
    if kind == "new_expression":
        return _new(code, node)
    if kind in ("identifier", "member_expression", "subscript_expression"):
        return _reference(code, node, depth)
    if kind in ("assignment_expression", "augmented_assignment_expression"):
        return evidence(code, field(node, "right"), depth)
    if kind == "sequence_expression":
        return evidence(code, node.named_children[-1], depth)
    if kind == "ternary_expression":
        arms = (field(node, "consequence"), field(node, "alternative"))
        return combine([evidence(code, arm, depth) for arm in arms])
    if kind == "binary_expression":
        operator = code.text(field(node, "operator"))
        if operator in (b"||", b"??"):
            return combine([evidence(code, field(node, side), depth) for side in ("left", "right")])
        return evidence(code, field(node, "right"), depth) if operator == b"&&" else Evidence.VALUE
    if kind in ("yield_expression", "ERROR", "meta_property"):
        return Evidence.UNKNOWN
    return Evidence.VALUE


def _new(code: Code, node: Node) -> Evidence:
    constructor = field(node, "constructor")
    text = code.text(constructor)[-60:]
    if text in PROMISE_CLASSES or text in DEFERRED:
        return Evidence.PROMISE
    bound = (
        binding(code, constructor) if constructor is not None and constructor.type == "identifier" else None
    )
    if bound is not None and bound.kind == "class":
        heritage = next((c for c in bound.holder.children if c.type == "class_heritage"), None)
        if heritage is not None and b"Promise" in code.text(heritage):
            return Evidence.PROMISE
    return Evidence.VALUE


def _reference(code: Code, node: Node, depth: int) -> Evidence:
    if node.type != "identifier":
        name = code.text(field(node, "property") or field(node, "index"))[:80]
        return Evidence.PROMISE if name == b"promise" else Evidence.UNKNOWN
    text = code.text(node)
    if text in (b"undefined", b"NaN", b"Infinity"):
        return Evidence.VALUE
    bound = binding(code, node)
    if bound is None or bound.kind in ("import", "caught", "parameter"):
        return Evidence.UNKNOWN
    if bound.kind != "variable":
        return Evidence.VALUE
    if field(bound.holder, "name") != bound.name:
        return Evidence.PROMISE if text == b"promise" else Evidence.UNKNOWN
    return combine([evidence(code, value, depth) for value in assigned(code, bound)])


def call_evidence(code: Code, call: Node, depth: int = 0) -> Evidence:
    """Whether a call returns a promise."""
    callee = field(call, "function")
    if callee is None:
        return Evidence.UNKNOWN
    if callee.type == "import":
        return Evidence.PROMISE
    callee = unwrap(callee)
    if callee.type == "sequence_expression":
        callee = unwrap(callee.named_children[-1])
    if callee.type == "member_expression":
        return _member_call(code, callee, depth)
    if callee.type == "identifier":
        return _named_call(code, callee, depth)
    target = callee_function(code, callee, depth)
    return Evidence.UNKNOWN if target is None else returns(code, target, depth)


def _member_call(code: Code, callee: Node, depth: int) -> Evidence:
    name, holder = code.text(field(callee, "property")), field(callee, "object")
    if name in CHAINS:
        return Evidence.PROMISE
    owner = code.text(holder)[-60:]
    if name in PROMISE_STATICS and owner in PROMISE_OBJECTS:
        return Evidence.PROMISE
    if b"." + name in ASYNC_HELPERS and name != b"fetch":
        return Evidence.PROMISE
    if owner in VALUE_OBJECTS or name == b"bind":
        return Evidence.VALUE
    if _gives_promises(code, holder):
        return Evidence.PROMISE
    if name in (b"call", b"apply") and holder is not None:
        target = callee_function(code, unwrap(holder), depth)
        if target is None:
            return _maker(code, unwrap(holder))
        return returns(code, target, depth)
    target = callee_function(code, callee, depth)
    return _of_node(code, callee) if target is None else returns(code, target, depth)


def _of_node(code: Code, callee: Node) -> Evidence:
    """What a function of Node.js gives that was imported: a value, but for those that are said to give promises."""
    origin = imported(code, callee) if b"require" in code.source or b"import" in code.source else None
    if origin is None or origin[0] not in VALUE_MODULES or origin[1] in NODE_PROMISES:
        return Evidence.UNKNOWN
    return Evidence.VALUE


def _named_call(code: Code, callee: Node, depth: int) -> Evidence:
    name = code.text(callee)
    bound = binding(code, callee)
    if bound is None:
        if name in VALUE_CALLS:
            return Evidence.VALUE
        return Evidence.PROMISE if name in ASYNC_HELPERS else Evidence.UNKNOWN
    if name in ASYNC_HELPERS and name != b"fetch":
        return Evidence.PROMISE
    if bound.kind == "import" and _imported_promises(code, bound):
        return Evidence.PROMISE
    if bound.kind == "variable" and field(bound.holder, "name") != bound.name:
        gives = _gives_promises(code, field(bound.holder, "value"))
        return Evidence.PROMISE if gives else _of_node(code, callee)
    target = callee_function(code, callee, depth)
    if target is not None:
        return returns(code, target, depth)
    made = _maker(code, callee)
    return made if made is Evidence.PROMISE else _of_node(code, callee)


def _imported_promises(code: Code, bound: Binding) -> bool:
    for above in code.ancestors(bound.holder):
        if above.type == "import_statement":
            return code.text(field(above, "source")) in PROMISE_MODULES
    return False


def _gives_promises(code: Code, holder: Node | None, depth: int = 0) -> bool:
    """Whether the functions of an object return promises: `fs.promises`, by whatever name it is called here."""
    if holder is None or depth > 3:
        return False
    holder = unwrap(holder)
    text = code.text(holder)[-80:]
    if text in PROMISE_HOLDERS or _REQUIRED.search(text):
        return True
    if holder.type != "identifier":
        return text.endswith(b".default") and _gives_promises(code, field(holder, "object"), depth + 1)
    bound = binding(code, holder)
    if bound is None or bound.kind not in ("import", "variable"):
        return False
    if bound.kind == "import":
        return code.text(field(bound.holder, "name")) == b"promises" or _imported_promises(code, bound)
    if field(bound.holder, "name") == bound.name:
        return _gives_promises(code, field(bound.holder, "value"), depth + 1)
    pattern = code.parent(bound.name)
    return pattern is not None and code.text(field(pattern, "key")) == b"promises"


def _maker(code: Code, callee: Node) -> Evidence:
    """A variable that holds `promisify(f)` or `_asyncToGenerator(f)` is a function returning a promise."""
    bound = binding(code, callee) if callee.type == "identifier" else None
    if bound is None or bound.kind not in ("variable", "function"):
        return Evidence.UNKNOWN
    for value in map(unwrap, assigned(code, bound)):
        if value.type == "call_expression" and code.text(field(value, "function"))[-60:] in ASYNC_MAKERS:
            return Evidence.PROMISE
    return Evidence.UNKNOWN


def returns(code: Code, function: Node, depth: int = 0) -> Evidence:
    """Whether a function returns a promise on some path."""
    if is_async(function):
        return Evidence.PROMISE
    if "generator" in function.type or any(child.type == "*" for child in function.children[:4]):
        return Evidence.VALUE
    if _SAID.match(code.text(field(function, "return_type"))[:40]) is not None:
        return Evidence.PROMISE
    answers = _RETURNS.answers(code)
    known = answers.get(function.id)
    if known is None:
        answers[function.id] = Evidence.UNKNOWN
        known = answers[function.id] = _returns(code, function, depth)
    return known


def _returns(code: Code, function: Node, depth: int) -> Evidence:
    body = field(function, "body")
    if body is None:
        return Evidence.UNKNOWN
    if body.type != "statement_block":
        return evidence(code, body, depth)
    parts = [evidence(code, given, depth) for given in returned(code, function)]
    return combine(parts) if parts else Evidence.VALUE


def awaited_or_chained(code: Code, use: Node) -> bool:
    """Whether the expression `use` is awaited, or has `.then`, `.catch` or `.finally` called on it."""
    here, above = use, code.parent(use)
    while above is not None and (above.type in WRAPPERS or _groups(code, above)):
        here, above = above, code.parent(above)
    if above is None:
        return False
    if above.type == "await_expression":
        return True
    if above.type != "member_expression" or field(above, "object") != here:
        return False
    return code.text(field(above, "property")) in CHAINS


def _groups(code: Code, node: Node) -> bool:
    """Whether `node` is, or is inside as its arguments, the parenthesis of `await (…).then(…)`."""
    call = node if node.type == "call_expression" else code.parent(node)
    if call is None or call.type != "call_expression" or node.type not in ("call_expression", "arguments"):
        return False
    callee = field(call, "function")
    return callee is not None and callee.type == "identifier" and code.text(callee) == b"await"
