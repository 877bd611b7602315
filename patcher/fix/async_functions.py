"""Whether a function that returns a kept promise may be async, and what makes it so."""

import re
from collections.abc import Sequence

from patcher.analysis.facts.code import Code, contains, field, once_a_file
from patcher.analysis.facts.functions import is_async
from patcher.analysis.facts.promises import Evidence, evidence
from patcher.analysis.facts.scopes import function_name
from patcher.fix.slot_plan import Concern, UnsafeError, line_of
from patcher.syntax.tree import Node
from patcher.text.edits import Edit

Span = tuple[int, int]

# What is handed to React's `use`, or thrown for it.
_REACT = re.compile(rb"\b(?:use|throw)\b\s*\(?\s*(?:[\w$]+\.)*([\w$#]+)\(")


def function_at(code: Code, span: Span, *, awaits: bool) -> Node:
    """The function whose statements `span` is; `awaits` says that they await the promise as they stand.

    Raises:
        UnsafeError: at module scope, in a generator, and in a `try`, whose `catch` would see what it did not.
    """
    here = code.at(*span)
    around = here if here is not None and here.type == "statement_block" else None
    function = code.function(around or here) if here is not None else None
    if here is None or function is None:
        raise UnsafeError("it is not made in a function")
    for above in (here, *code.ancestors(here)):
        if above == function:
            break
        if above.type == "try_statement" and not awaits:
            raise UnsafeError("the memo stands in a `try`, which would then catch what it did not")
    if "generator" in function.type or any(child.type == "*" for child in function.children[:4]):
        raise UnsafeError("a generator cannot await")
    return function


def all_async(
    code: Code, memos: Sequence[tuple[Span, Node, bool]], typed: bool
) -> tuple[list[Edit], dict[Concern, None]]:
    """The edits that make the functions of `memos` async, each once, and what nobody may do with them.

    Args:
        code: the file.
        memos: of each its bytes, what makes its promise, and whether it awaits it as it stands.
        typed: whether the slot is declared to hold a promise.

    Raises:
        UnsafeError: when a caller would get something else.
    """
    edits: list[Edit] = []
    concerns: dict[Concern, None] = {}
    spans = [span for span, _, _ in memos]
    seen: set[int] = set()
    for span, made, awaits in memos:
        function = function_at(code, span, awaits=awaits)
        if function.id not in seen:
            seen.add(function.id)
            more, theirs = _made_async(code, function, spans, made, typed)
            edits += more
            concerns.update(dict.fromkeys(theirs))
    return edits, concerns


def _made_async(
    code: Code, function: Node, spans: Sequence[Span], made: Node, typed: bool
) -> tuple[tuple[Edit, ...], tuple[Concern, ...]]:
    """The edits that make `function` async, and what nobody may do with it; none when it is async already."""
    if is_async(function):
        return (), ()
    if any(child.type in ("get", "set") for child in function.children):
        raise UnsafeError("a getter cannot be async")
    _same_results(code, function, spans, made, typed)
    name = function_name(code, function)
    at = field(function, "name") if function.type == "method_definition" else function
    assert at is not None
    return (Edit(at.start_byte, at.start_byte, b"async "),), _rendered(code, name)


def _same_results(code: Code, function: Node, spans: Sequence[Span], made: Node, typed: bool) -> None:
    body, given = field(function, "body"), field(function, "return_type")
    declared = re.sub(rb"\s", b"", code.text(given))
    if given is not None and not declared.startswith(b":Promise<"):
        raise UnsafeError("the type that its function returns is not `Promise<...>`")
    if given is None and not typed and evidence(code, made) is not Evidence.PROMISE:
        raise UnsafeError(
            "its function is not async, and nothing in this file says that it returns a promise: make it async first"
        )
    if body is None or body.type != "statement_block":
        return
    for word in (b"return", b"throw"):
        for statement in code.keyword(word, body):
            if code.function(statement) != function or _within(statement, spans):
                continue
            if word == b"throw":
                raise UnsafeError(f"line {line_of(statement)} throws; as an async function it would reject")
            value = statement.named_children[0] if statement.named_children else None
            if value is None or evidence(code, value) is not Evidence.PROMISE:
                raise UnsafeError(f"line {line_of(statement)} returns something else than a promise")
    if not any(_closes(body, span) for span in spans):
        raise UnsafeError("its function is not async and does not always end with the memo")


def _within(node: Node, spans: Sequence[Span]) -> bool:
    return any(start <= node.start_byte and node.end_byte <= end for start, end in spans)


def _closes(body: Node, span: Span) -> bool:
    """Whether the statements in `span` are the last of a function's own body."""
    statements = [child for child in body.named_children if child.type != "comment"]
    last = statements[-1] if statements else None
    return (
        last is not None and contains(body, last) and span[0] <= last.start_byte and last.end_byte <= span[1]
    )


def _rendered(code: Code, name: bytes) -> tuple[Concern, ...]:
    """React's `use` and `throw` need the same promise at every render, and an async function makes a new one."""
    if not name:
        return ()
    pattern = rb"\b(?:use|throw)\b\s*\(?\s*(?:[\w$]+\.)*%b\(" % re.escape(name)
    reason = f"gives {name.decode('utf-8', 'replace')}() to React, which needs the same promise every time"
    place = _given_to_react(code).get(name)
    if place is not None:
        raise UnsafeError(f"line {code.line(place)} {reason}")
    return (Concern(name, pattern, reason),)


@once_a_file
def _given_to_react(code: Code) -> dict[bytes, int]:
    """The functions that a file calls for `use` and `throw`, with the place of the first time."""
    found: dict[bytes, int] = {}
    for call in _REACT.finditer(code.source):
        found.setdefault(call[1], call.start())
    return found
