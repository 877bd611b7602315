"""What a callback keeps besides its context: a function holds all variables around it that any function there uses."""

from collections.abc import Iterator, Sequence

from patcher.analysis.facts.code import Code, contains, field, once_a_node
from patcher.analysis.facts.functions import assigned
from patcher.analysis.facts.lifetimes import request_like
from patcher.analysis.facts.promises import Evidence, awaited_or_chained, evidence, named_promise
from patcher.analysis.facts.scopes import Binding, binding, is_module
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node, walk

# Bytes of a function whose variables are followed: one larger holds a bundle.
_LARGEST = 60_000
_USES = frozenset({"identifier", "shorthand_property_identifier"})


def check_held(code: Code, wraps: Sequence[Wrap]) -> None:
    """Refuse timers, listeners and waits whose callbacks hold the request itself, or a promise of it.

    Raises:
        UnsafeError: with the line that lets a callback hold it.
    """
    for made in wraps:
        if not any(node.type in FUNCTIONS and _inside(made, node) for node in walk(made.node)):
            continue
        for use, bound in _held(code, made):
            shown = code.text(use).decode("utf-8", "replace")
            if _is_request(code, use, bound):
                raise UnsafeError(
                    f"line {line_of(use)}: the callback holds `{shown}`, which is the request's own"
                )
            if _holds_promise(code, bound) and not _is_made_in(code, bound, wraps):
                raise UnsafeError(
                    f"line {line_of(use)}: the callback holds `{shown}`, a promise of the request"
                )


def _inside(made: Wrap, node: Node) -> bool:
    """Whether `node` stays in the root, and is not worked out in front of it."""
    return not any(contains(part.node if isinstance(part, Wrap) else part, node) for part in made.moved)


def _held(code: Code, made: Wrap) -> Iterator[tuple[Node, Binding]]:
    """The variables of the functions around `made` that a function in those uses: all functions there hold them.
    Only those that are the request's own, or a promise."""
    for function in code.functions(made.node):
        if is_module(code, function):
            return
        body = field(function, "body")
        if body is not None and body.end_byte - body.start_byte > _LARGEST:
            raise UnsafeError(
                f"line {line_of(function)}: the function is too large to say what its callbacks hold"
            )
        seen: set[int] = set()
        for use, bound in _of_requests(code, function):
            here = code.function(use) == function
            if bound.name.id in seen or (here and not (contains(made.node, use) and _inside(made, use))):
                continue
            seen.add(bound.name.id)
            yield use, bound


@once_a_node
def _of_requests(code: Code, function: Node) -> list[tuple[Node, Binding]]:
    """The uses of the variables of `function` that are the request's own, or a promise."""
    body = field(function, "body")
    uses = (node for node in walk(body) if node.type in _USES) if body is not None else ()
    promises: dict[int, bool] = {}  # by the variable
    found = []
    for use in uses:
        bound = binding(code, use)
        if bound is None or bound.owner != function or bound.name == use:
            continue
        if bound.name.id not in promises:
            promises[bound.name.id] = _holds_promise(code, bound)
        if promises[bound.name.id] or _is_request(code, use, bound):
            found.append((use, bound))
    return found


def _is_request(code: Code, use: Node, bound: Binding) -> bool:
    return bound.kind == "parameter" and request_like(code.text(use))


def _holds_promise(code: Code, bound: Binding) -> bool:
    if bound.kind == "parameter":
        return named_promise(code.text(bound.name))
    if bound.kind != "variable":
        return False
    values = assigned(code, bound) if field(bound.holder, "name") == bound.name else []
    known = [evidence(code, value) for value in values]
    return Evidence.PROMISE in known or (
        Evidence.UNKNOWN in known
        and any(awaited_or_chained(code, use) for use in code.words(code.text(bound.name), bound.scope))
    )


def _is_made_in(code: Code, bound: Binding, wraps: Sequence[Wrap]) -> bool:
    """Whether a variable is given what `wraps` make in the root."""
    values = assigned(code, bound)
    return bool(values) and all(any(contains(value, made.node) for made in wraps) for value in values)
