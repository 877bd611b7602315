"""Which call, or `new` expression, a name in the file is part of: the callers of a function are found by its name."""

from collections.abc import Iterator

from patcher.analysis.facts.code import Code, field
from patcher.syntax.tree import Node


def named(code: Code, use: Node) -> Node:
    """All of what `use` names: `a.b.use` where it is the property of a member expression, `use` alone otherwise."""
    above = code.parent(use)
    is_property = above is not None and above.type == "member_expression" and field(above, "property") == use
    return above if above is not None and is_property else use


def call_of(code: Code, use: Node, *, method: bool = True) -> Node | None:
    """The call of the function that `use` names, `use()` or `a.use()`; None where it is not called.

    Args:
        code: the file.
        use: an identifier.
        method: whether a method of any object is meant too.
    """
    whole = named(code, use) if method else use
    above = code.parent(whole)
    called = above is not None and above.type == "call_expression" and field(above, "function") == whole
    return above if called else None


def new_of(code: Code, use: Node) -> Node | None:
    """The `new` expression that makes an instance of the class that `use` names, `new use()` or `new a.use()`."""
    whole = named(code, use)
    above = code.parent(whole)
    made = above is not None and above.type == "new_expression" and field(above, "constructor") == whole
    return above if made else None


def calls_by_name(
    code: Code, name: bytes, within: Node | None = None, *, most: int | None = None, method: bool = True
) -> Iterator[Node]:
    """The calls of functions called `name`, in source order: those of the first `most` places that name one."""
    for use in code.words(name, within)[:most] if name else []:
        call = call_of(code, use, method=method)
        if call is not None:
            yield call
