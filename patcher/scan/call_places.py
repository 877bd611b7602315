"""What the place of a call says by itself: on whose run it happens, and whether in any case."""

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.laziness import running_function
from patcher.analysis.facts.scopes import function_name
from patcher.syntax.tree import Node


def on_whose_run(code: Code, call: Node) -> Node | None:
    """The function on whose run `call` happens: a callback that goes on later what its function began is looked
    through."""
    function = running_function(code, call)
    while function is not None and (ends := later(code, code.parent(function))) is not None:
        function = running_function(code, ends)
    return function


def later(code: Code, given: Node | None) -> Node | None:
    """The call that runs later what is among the arguments `given`; None when they are none, or another call's."""
    call = code.parent(given) if given is not None and given.type == "arguments" else None
    callee = field(call, "function") if call is not None and call.type == "call_expression" else None
    word = code.text(field(callee, "property") or callee) if callee is not None else b""
    return call if word in _LATER else None


_LATER = frozenset(
    {b"setTimeout", b"setInterval", b"setImmediate", b"nextTick", b"then", b"catch", b"finally"}
)


def whole_use(code: Code, use: Node) -> Node:
    """The member expression that `use` is part of, or `use`: who calls `a.use` or `use.call` runs what it names."""
    above = code.parent(use)
    return above if above is not None and above.type == "member_expression" else use


def in_own_body(code: Code, use: Node, name: bytes) -> bool:
    """Whether `use` stands in a function that is called `name` itself."""
    return any(function_name(code, function) == name for function in code.functions(use))


def in_any_case(code: Code, call: Node) -> bool:
    """Whether a module makes `call` whatever holds."""
    return not any(
        above.type in ("if_statement", "ternary_expression", "switch_statement", "binary_expression")
        for above in code.ancestors(call)
    )
