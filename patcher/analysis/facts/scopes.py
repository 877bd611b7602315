"""Names: what a function is called, what an identifier is bound to, and which functions are a module.

A bundle is many modules in one file. The wrapper of each (an immediately called function, a webpack or
esbuild module factory, an AMD or UMD definition) runs once, so a variable of it lives as long as one of a
real module.
"""

import re
from dataclasses import dataclass

from patcher.analysis.facts.code import WRAPPERS, Code, Question, contains, field, unwrap
from patcher.analysis.names import MODULE_WRAPPERS
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_PATTERNS = frozenset(
    {
        "object_pattern",
        "array_pattern",
        "assignment_pattern",
        "object_assignment_pattern",
        "rest_pattern",
        "pair_pattern",
        "required_parameter",
        "optional_parameter",
    }
)
_TYPED = frozenset({"required_parameter", "optional_parameter"})
_BLOCKS = frozenset(
    {"statement_block", "program", "for_statement", "for_in_statement", "switch_body", "catch_clause"}
)


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name means: `kind` is variable, parameter, function, class, import or caught; `owner` is the
    function whose variable it is (None for the module), `holder` the declarator, function or clause."""

    kind: str
    name: Node
    holder: Node
    scope: Node
    owner: Node | None


def binding(code: Code, identifier: Node) -> Binding | None:
    """What `identifier` is bound to in its file, None for a global or an unknown.

    Functions are asked from the inside outwards, so that the many other meanings that a minified name has in
    the rest of a bundle are not looked at.
    """
    code.keep_time()
    name = code.text(identifier)
    for scope in (*code.functions(identifier), code.root):
        best: Binding | None = None
        for known in declarations(code, name, scope):
            if contains(known.scope, identifier) and (best is None or contains(best.scope, known.scope)):
                best = known
        if best is not None or name in code.crowded:
            return best
    return None


def means(code: Code, word: Node, bound: Binding) -> bool:
    """Whether `word` is a use of the variable `bound`, and not of another one with its name."""
    if word.type in ("property_identifier", "private_property_identifier"):
        return False
    found = binding(code, word)
    return found is not None and found.name == bound.name


_DECLARATIONS = Question[tuple[bytes, int], list[Binding]]()  # of a name inside a node


def declarations(code: Code, name: bytes, within: Node | None = None) -> list[Binding]:
    """Every declaration of `name` in the file, or inside `within`."""
    known = _DECLARATIONS.answers(code)
    key = (name, within.id if within is not None else 0)
    found = known.get(key)
    if found is None:
        nodes = code.declaring(name, within or code.root)
        found = [b for node in nodes if (b := _declared(code, node)) is not None]
        known[key] = found
    return found


def _declared(code: Code, node: Node) -> Binding | None:
    if node.type not in ("identifier", "shorthand_property_identifier_pattern"):
        return None
    child, above = node, code.parent(node)
    while above is not None and above.type in _PATTERNS:
        if (
            above.type in ("assignment_pattern", "object_assignment_pattern")
            and field(above, "right") == child
        ):
            return None
        if above.type in _TYPED and field(above, "value") == child:
            return None  # the default of a parameter
        child, above = above, code.parent(above)
    if above is None:
        return None
    if above.type == "variable_declarator" and field(above, "name") == child:
        return _variable(code, node, above)
    if above.type == "formal_parameters" or (
        above.type == "arrow_function" and field(above, "parameter") == child
    ):
        function = above if above.type == "arrow_function" else code.parent(above)
        return None if function is None else Binding("parameter", node, function, function, function)
    if child != node:
        return None
    return _named(code, node, above)


def _variable(code: Code, node: Node, declarator: Node) -> Binding | None:
    statement = code.parent(declarator)
    hoisted = statement is not None and statement.type == "variable_declaration"
    owner = code.function(declarator)
    for scope in code.ancestors(declarator):
        if scope.type in FUNCTIONS or scope.type == "program" or (not hoisted and scope.type in _BLOCKS):
            return Binding("variable", node, declarator, scope, owner)
    return None


def _named(code: Code, node: Node, above: Node) -> Binding | None:
    if field(above, "name") == node and above.type in ("function_expression", "generator_function", "class"):
        return Binding("function" if above.type != "class" else "class", node, above, above, above)
    if field(above, "name") == node and above.type in (
        "function_declaration",
        "generator_function_declaration",
        "class_declaration",
        "abstract_class_declaration",
    ):
        scope = next(
            (a for a in code.ancestors(above) if a.type in _BLOCKS or a.type in FUNCTIONS), code.root
        )
        kind = "class" if "class" in above.type else "function"
        return Binding(kind, node, above, scope, code.function(above))
    if above.type in ("import_clause", "namespace_import", "import_specifier"):
        return Binding("import", node, above, code.root, None)
    if above.type == "catch_clause" and field(above, "parameter") == node:
        return Binding("caught", node, above, above, code.function(above))
    return None


def function_name(code: Code, function: Node | None) -> bytes:
    """What a function is called: its own name, or that of the method, variable or property it is put in."""
    if function is None:
        return b""
    own = field(function, "name")
    if own is not None:
        return code.text(own)
    above = code.parent(function)
    while above is not None and above.type in WRAPPERS:
        above = code.parent(above)
    if above is None:
        return b""
    if above.type == "variable_declarator":
        return code.text(field(above, "name"))
    if above.type == "pair":
        return code.text(field(above, "key")).strip(b"'\"")
    if above.type in ("field_definition", "public_field_definition"):
        return code.text(field(above, "property") or field(above, "name"))
    if above.type == "assignment_expression":
        left = field(above, "left")
        named = field(left, "property") if left is not None and left.type == "member_expression" else left
        return code.text(named)
    return b""


def named_function(code: Code, node: Node) -> tuple[Node | None, bytes]:
    """The innermost function around `node` that has a name, and the name; (None, b"") at module scope."""
    for function in code.functions(node):
        name = function_name(code, function)
        if name:
            return function, name
    return None, b""


def parameters(code: Code, function: Node) -> list[bytes]:
    """The names of a function's parameters, those inside patterns included."""
    held = field(function, "parameters") or field(function, "parameter")
    if held is None:
        return []
    return re.findall(rb"[A-Za-z_$][\w$]*", code.text(held)[:2000])


def is_called(code: Code, function: Node) -> bool:
    """Whether a function expression is called where it stands, directly or by `.call`/`.apply`."""
    above = code.parent(function)
    while above is not None and above.type in (
        "parenthesized_expression",
        "unary_expression",
        "sequence_expression",
    ):
        function, above = above, code.parent(above)
    if above is not None and above.type == "member_expression" and field(above, "object") == function:
        if code.text(field(above, "property")) not in (b"call", b"apply"):
            return False
        function, above = above, code.parent(above)
    return above is not None and above.type == "call_expression" and field(above, "function") == function


def is_module(code: Code, function: Node | None) -> bool:
    """Whether the body of `function` is run once, as a module's is (None is the module itself)."""
    for _ in range(40):
        if function is None:
            return True
        if not _is_wrapper(code, function):
            return False
        function = code.function(function)
    return False


def _is_wrapper(code: Code, function: Node) -> bool:
    if is_called(code, function):
        return True
    above = code.parent(function)
    if function.type == "method_definition":
        return above is not None and _in_module_table(code, function, above)
    if above is None:
        return False
    if above.type == "pair":
        table = code.parent(above)
        return table is not None and _in_module_table(code, function, table)
    if above.type == "array":
        names = parameters(code, function)
        return len(names) in (2, 3) and _is_argument_of_called(code, above)
    if above.type == "arguments":
        call = code.parent(above)
        if call is None or call.type != "call_expression":
            return False
        callee = unwrap(field(call, "function") or call)
        return callee.type in FUNCTIONS or code.text(callee)[:30] in MODULE_WRAPPERS
    return False


def _in_module_table(code: Code, function: Node, table: Node) -> bool:
    """Whether a function is an entry of a bundler's table of modules: keyed by number or by path."""
    if table.type != "object":
        return False
    entry = code.parent(function)
    key = field(function, "name") if function.type == "method_definition" else entry and field(entry, "key")
    if key is None:
        return False
    text = code.text(key)
    if key.type != "number" and not (key.type == "string" and (b"/" in text or b"." in text)):
        return False
    return len(parameters(code, function)) <= 3


def _is_argument_of_called(code: Code, node: Node) -> bool:
    above = code.parent(node)
    if above is None or above.type != "arguments":
        return False
    call = code.parent(above)
    return call is not None and unwrap(field(call, "function") or call).type in FUNCTIONS
