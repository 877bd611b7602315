"""What must not run in the root: code that asks for its request, and a function that a caller gave."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patcher.analysis.facts.code import Code, Question, arguments, contains, field, once_a_file, unwrap
from patcher.analysis.facts.functions import callee_function, is_this, method
from patcher.analysis.facts.laziness import running_function
from patcher.analysis.facts.scopes import Binding, binding, is_module
from patcher.catalogue.frameworks import FRAMEWORKS
from patcher.detached.by_hand import is_settler
from patcher.detached.unsafe import line_of
from patcher.syntax.tree import Node, walk

_DEPTH = 4
# Code that asks for the request it runs in.
_CONTEXT = re.compile(
    rb"(?:\.getStore|\bgetActiveSpan|\bgetActiveContext|\bgetCurrentScope|\bgetIsolationScope|\bcurrentSpan|\bgetCurrentHub"
    rb"|\bcontext\d*\s*(?:\(\s*\))?\s*\.\s*active|\.scope\(\)\s*\.\s*active|\bexecutionAsyncResource)\s*\("
)
_GIVEN = re.compile(rb"this\.([\w$#]+)\s*=\s*([\w$]+)")
# The modules of a framework whose functions do so, and those functions.
_CONTEXT_OF_FRAMEWORKS = tuple(
    (
        re.compile(rf"[\"'](?:{each.context_modules})[\"']".encode()),
        re.compile(rf"(?<![\w$.])(?:{each.context_calls})\s*\(".encode()),
    )
    for each in FRAMEWORKS
    if each.context_modules
)
_RUNS = frozenset(
    {
        b"then",
        b"catch",
        b"finally",
        b"setTimeout",
        b"setInterval",
        b"setImmediate",
        b"nextTick",
        b"queueMicrotask",
    }
)
_FUNCTION_NAME = re.compile(
    rb"^[_#]*(?:fn|func|function|cb|callback|task|job|work|handler|action|loader|batch\w*Fn|fetchMethod|factory|resolver|"
    rb"thunk|operation|\w*(?:Fn|Func|Callback|Factory|Handler))$"
)


def is_function_name(name: bytes) -> bool:
    """Whether a parameter of this name is a function to be called."""
    return _FUNCTION_NAME.match(name) is not None


def why_not(code: Code, value: Node, outside: Sequence[Node] = ()) -> str:
    """Why `value` must not be made in the root, or the empty string; the parts in `outside` are made before it."""
    return asks(code, value, outside) or next((g.reason for g in given_functions(code, value, outside)), "")


def asks(code: Code, value: Node, outside: Sequence[Node] = ()) -> str:
    """Where `value` asks for its request, outside of the parts in `outside`; the empty string when nowhere."""
    return _asks_for_context(code, value, 0, outside)


def _asks_for_context(code: Code, node: Node, depth: int, outside: Sequence[Node] = ()) -> str:
    """Where `node`, or a function of the file that it calls, asks for the request."""
    hits = _questions(code)
    for hit in hits[bisect_left(hits, node.start_byte, key=lambda found: found.start()) :]:
        if hit.start() >= node.end_byte:
            break
        if hit.end() <= node.end_byte and not any(_in(part, hit.start()) for part in outside):
            line = code.line(hit.start())
            return f"line {line} asks for the request that it runs in: `{hit[0].decode('utf-8', 'replace')}`"
    if depth < _DEPTH and _questions(code):
        for target in _called(code, node, outside):
            if not contains(node, target) and (reason := _function_asks(code, target, depth + 1)):
                return reason
    return ""


@once_a_file
def _questions(code: Code) -> list[re.Match[bytes]]:
    """Where a file asks for the request, in source order."""
    found = [hit for pattern in _asking(code.source) for hit in pattern.finditer(code.source)]
    return sorted(found, key=lambda hit: hit.start())


def asks_for_request(source: bytes) -> bool:
    """Whether any code of a file asks for the request that it runs in, as far as bytes tell."""
    return any(pattern.search(source) is not None for pattern in _asking(source))


def _asking(source: bytes) -> list[re.Pattern[bytes]]:
    """What asks for a request in the words of the platform, and of the frameworks whose modules the file loads."""
    return [_CONTEXT, *(calls for module, calls in _CONTEXT_OF_FRAMEWORKS if module.search(source))]


_FUNCTION_ASKS = Question[tuple[int, int], str]()  # of a function, by the id of its node, at a depth


def _function_asks(code: Code, function: Node, depth: int) -> str:
    answers = _FUNCTION_ASKS.answers(code)
    key = (function.id, depth)
    if key not in answers:
        answers[key] = _asks_for_context(code, function, depth)
    return answers[key]


def _in(node: Node, place: int) -> bool:
    return node.start_byte <= place < node.end_byte


def _called(code: Code, node: Node, outside: Sequence[Node]) -> Iterator[Node]:
    """The functions of the file that `node` calls."""
    for call in _calls(node, outside):
        callee = field(call, "function")
        target = callee_function(code, unwrap(callee)) if callee is not None else None
        if target is not None:
            yield target


def _calls(node: Node, outside: Sequence[Node]) -> Iterator[Node]:
    for here in walk(node):
        if here.type == "call_expression" and not any(contains(part, here) for part in outside):
            yield here


@dataclass(frozen=True, slots=True)
class Given:
    """A call that runs a function which the caller gave; `handed` is that function where another one runs it."""

    call: Node
    reason: str
    handed: Node | None = None


def given_functions(code: Code, value: Node, outside: Sequence[Node] = ()) -> Iterator[Given]:
    """Where `value` runs a function that a caller gave, with what its caller gave: it may ask for the request."""
    running = running_function(code, value)
    for call in _calls(value, outside):
        callee = field(call, "function")
        if callee is None:
            continue
        given = _given_function(code, unwrap(callee), running, value)
        if given and (given == "here" or _hands_on(code, call, running, value)):
            yield Given(call, _said(code, call, callee))
            continue
        for handed in _handed(code, call, unwrap(callee), running, value):
            yield Given(call, _said(code, call, handed), handed)


def _said(code: Code, call: Node, function: Node) -> str:
    name = code.text(function).decode("utf-8", "replace")[:40]
    return f"line {line_of(call)} runs `{name}`, which the caller gave: it would lose its request"


def _given_function(code: Code, callee: Node, running: Node | None, value: Node) -> str:
    """`here` for a function that the caller of `running` gave, `before` for one that was given when the object or
    closure was made, else the empty string."""
    if callee.type == "member_expression":
        holder, name = field(callee, "object"), code.text(field(callee, "property"))
        if name in (b"call", b"apply") and holder is not None:
            return _given_function(code, unwrap(holder), running, value)
        if holder is None or method(code, callee, field(callee, "property")) is not None:
            return ""
        own = is_this(code.text(holder)) and _from_parameter(code, name)
        return "before" if own or _FUNCTION_NAME.match(name) else ""
    bound = binding(code, callee) if callee.type == "identifier" else None
    if bound is None or bound.kind != "parameter" or contains(value, bound.name) or is_settler(code, bound):
        return ""
    return "here" if bound.holder == running else "before"


def _from_parameter(code: Code, name: bytes) -> bool:
    """Whether a field is given what a parameter of its name holds."""
    return (name, name.lstrip(b"_#")) in _given_fields(code)


@once_a_file
def _given_fields(code: Code) -> set[tuple[bytes, bytes]]:
    """The fields of a file that are given what a variable holds, each with the variable's name."""
    return {(found[1], found[2]) for found in _GIVEN.finditer(code.source)}


def _hands_on(code: Code, call: Node, running: Node | None, value: Node) -> bool:
    """Whether a call hands on what the caller of `running` gave."""
    held = field(call, "arguments")
    if held is None or running is None:
        return False
    for node in walk(held):
        if node.type not in ("identifier", "shorthand_property_identifier"):
            continue
        bound = binding(code, node)
        if bound is None:
            if code.text(node) == b"arguments":
                return True
        elif not contains(value, bound.name) and _belongs(code, bound, running):
            return True
    return False


def _belongs(code: Code, bound: Binding, running: Node) -> bool:
    """Whether a name is a parameter or a variable of the function that runs for each caller."""
    if bound.kind == "parameter":
        return bound.holder == running
    return bound.kind == "variable" and bound.owner == running and not is_module(code, running)


def _handed(code: Code, call: Node, callee: Node, running: Node | None, value: Node) -> Iterator[Node]:
    """A caller's functions that are handed to a chain or a timer, which runs them."""
    name = code.text(field(callee, "property")) if callee.type == "member_expression" else code.text(callee)
    given = arguments(call)
    for argument in given[:1] if name.startswith(b"set") else given:
        inner = unwrap(argument)
        bound = binding(code, inner) if inner.type == "identifier" else None
        if (
            bound is None
            or bound.kind != "parameter"
            or bound.holder != running
            or contains(value, bound.name)
            or is_settler(code, bound)
        ):
            continue
        if name in _RUNS or is_function_name(code.text(inner)):
            yield inner
