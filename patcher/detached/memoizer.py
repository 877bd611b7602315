"""A memoizing helper that is given a function of the file: what the function makes is made in the root."""

from collections.abc import Iterator

from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.functions import is_async
from patcher.analysis.facts.scopes import binding
from patcher.detached.refusals import why_not
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Root
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node
from patcher.text.edits import Edit


def memoizer_edits(code: Code, call: Node, root: Root) -> Iterator[Edit]:
    """The edits by which the function that `call` hands to a memoizer makes its promises in the root.

    Raises:
        UnsafeError: when the function was made elsewhere, or asks for the request that it runs in.
    """
    given = arguments(call)
    function = unwrap(given[0]) if given else None
    if function is None:
        raise UnsafeError("the helper is given no function")
    if function.type == "identifier":
        function = _named(code, function)
    if function.type not in ("arrow_function", "function_expression", "function_declaration"):
        raise UnsafeError(f"line {line_of(function)}: the function that is remembered was made elsewhere")
    yield from _inside(code, function, root)


def _named(code: Code, name: Node) -> Node:
    bound = binding(code, name)
    others = [
        use for use in code.words(code.text(name)) if bound is not None and use not in (name, bound.name)
    ]
    if others:
        raise UnsafeError(f"line {line_of(others[0])} uses the remembered function too")
    if bound is not None and bound.kind == "function":
        return bound.holder
    value = field(bound.holder, "value") if bound is not None and bound.kind == "variable" else None
    if value is None or unwrap(value).type not in FUNCTIONS:
        raise UnsafeError(f"line {line_of(name)}: the function that is remembered was made elsewhere")
    return unwrap(value)


def _inside(code: Code, function: Node, root: Root) -> Iterator[Edit]:
    """`async (a) => BODY` becomes `(a) => root(async () => BODY)`: parameters, `this` and `arguments` stay its own."""
    body = field(function, "body")
    assert body is not None
    _check(code, function, body)
    word = next((child for child in function.children[:4] if child.type == "async"), None)
    mark = b""
    if word is not None:
        end = word.end_byte
        while code.source[end : end + 1] in (b" ", b"\t"):
            end += 1
        yield Edit(word.start_byte, end, b"")
        mark = b"async "
    arrow = function.type == "arrow_function"
    call = root.run + b"(" + mark + b"() => "
    yield Edit(body.start_byte, body.start_byte, call if arrow else b"{ return " + call)
    yield Edit(body.end_byte, body.end_byte, b")" if arrow else b") }")


def _check(code: Code, function: Node, body: Node) -> None:
    line = line_of(function)
    if any(child.type == "*" for child in function.children[:4]):
        raise UnsafeError(f"line {line}: a generator is not followed")
    if not is_async(function) and body.type == "statement_block":
        raise UnsafeError(
            f"line {line}: the function is not async, and how it makes its promise is not followed"
        )
    held = field(function, "parameters")
    if held is not None and not all(_is_plain(child) for child in held.named_children):
        raise UnsafeError(f"line {line}: a parameter is worked out in the call")
    reason = why_not(code, body)
    if reason:
        raise UnsafeError(reason)


def _is_plain(parameter: Node) -> bool:
    """Whether a parameter is a name, and not a pattern or one with a default."""
    name = field(parameter, "pattern") or parameter
    return parameter.type == "comment" or (name.type == "identifier" and field(parameter, "value") is None)
