"""What a callback keeps besides its context: a function holds all variables around it that any function there uses."""

from collections.abc import Iterator, Sequence

from patcher.analysis.facts.code import Code, contains, field
from patcher.analysis.facts.functions import assigned
from patcher.analysis.facts.lifetimes import request_like
from patcher.analysis.facts.promises import Evidence, awaited_or_chained, evidence, named_promise
from patcher.analysis.facts.scopes import Binding, binding, is_module
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node, walk


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
            if bound.kind == "parameter" and request_like(code.text(use)):
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
    """The variables of the functions around `made` that a function in those uses: all functions there hold them."""
    for function in code.functions(made.node):
        if is_module(code, function):
            return
        body = field(function, "body")
        for use in walk(body) if body is not None else ():
            if use.type not in ("identifier", "shorthand_property_identifier"):
                continue
            used_here = code.function(use) == function and not (
                contains(made.node, use) and _inside(made, use)
            )
            bound = None if used_here else binding(code, use)
            if bound is not None and bound.owner == function and bound.name != use:
                yield use, bound


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
