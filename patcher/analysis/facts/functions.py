"""Which function of the file a call means, and what variables and functions are given and give."""

from collections.abc import Iterator

from patcher.analysis.facts.code import Code, Question, contains, field, once_a_node, unwrap
from patcher.analysis.facts.scopes import Binding, binding, means
from patcher.analysis.names import THIS_ALIASES
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

MAX_DEPTH = 16


def assigned(code: Code, bound: Binding) -> list[Node]:
    """The expressions that a variable is given: its initialiser and its plain assignments."""
    values = [v for v in (field(bound.holder, "value"),) if v is not None]
    for use in code.words(code.text(bound.name), bound.scope):
        above = code.parent(use)
        if above is not None and above.type.endswith("assignment_expression") and field(above, "left") == use:
            right = field(above, "right")
            if right is not None and means(code, use, bound):
                values.append(right)
    return values


def callee_function(code: Code, callee: Node, depth: int = 0) -> Node | None:
    """The function of this file that `callee` means, when that is certain enough: a function expression, a
    name bound to one, a method of the same class or object called on `this`, or a static method."""
    if depth > MAX_DEPTH:
        return None
    if callee.type in FUNCTIONS:
        return callee
    if callee.type == "identifier":
        return _bound_function(code, callee)
    if callee.type not in ("member_expression", "subscript_expression"):
        return None
    if is_this(code.text(field(callee, "object"))):
        return method(code, callee, field(callee, "property") or field(callee, "index"))
    return _static_method(code, callee)


def _bound_function(code: Code, name: Node) -> Node | None:
    bound = binding(code, name)
    if bound is None or bound.kind not in ("function", "variable"):
        return None
    if bound.kind == "function":
        return bound.holder
    return next((f for f in map(unwrap, assigned(code, bound)) if f.type in FUNCTIONS), None)


def _static_method(code: Code, callee: Node) -> Node | None:
    """The static method that `Name.method` means, when `Name` is a class of this file."""
    holder, name = field(callee, "object"), field(callee, "property")
    bound = binding(code, holder) if holder is not None and holder.type == "identifier" else None
    if bound is None or bound.kind != "class":
        return None
    for node in code.words(code.text(name), bound.holder):
        above = code.parent(node)
        found = _method_of(code, node, above) if above is not None else None
        if found is not None and any(child.type == "static" for child in found.children[:3]):
            return found
    return None


def is_this(text: bytes) -> bool:
    """Whether an expression is `this` or one of the names that code gives it."""
    return text in THIS_ALIASES


_METHODS = Question[bytes, list[tuple[Node, Node | None]]]()  # of a name


def method(code: Code, near: Node, name: Node | None) -> Node | None:
    """The method called `name` of the class or object around `near`, or one put on a prototype."""
    text = code.text(name)
    word = text if name is not None and name.type == "private_property_identifier" else text.strip(b"#")
    answers = _METHODS.answers(code)
    if word not in answers:
        answers[word] = list(_methods(code, word))
    return next((found for found, body in answers[word] if body is None or contains(body, near)), None)


def _methods(code: Code, word: bytes) -> Iterator[tuple[Node, Node | None]]:
    """The methods of the file that are called `word`, each with the body or object that it is of; None for one put
    on a prototype."""
    for node in code.words(word):
        above = code.parent(node)
        if above is not None and above.type == "computed_property_name":
            node, above = above, code.parent(above)
        found = _method_of(code, node, above) if above is not None else None
        if found is not None:
            yield found, code.parent(found) if found.type == "method_definition" else None


def _method_of(code: Code, name: Node, above: Node) -> Node | None:
    if above.type == "method_definition" and field(above, "name") == name:
        return above
    value: Node | None = None
    if above.type in ("field_definition", "public_field_definition") or (
        above.type == "pair" and field(above, "key") == name
    ):
        value = field(above, "value")
    elif above.type == "member_expression" and b".prototype." in code.text(above):
        assignment = code.parent(above)
        if assignment is not None and assignment.type == "assignment_expression":
            value = field(assignment, "right")
    return value if value is not None and value.type in FUNCTIONS else None


def is_async(function: Node) -> bool:
    """Whether a function is `async` and not a generator."""
    marks = {child.type for child in function.children[:4]}
    return "async" in marks and "*" not in marks


@once_a_node
def returned(code: Code, function: Node) -> list[Node]:
    """The expressions that a function returns."""
    body = field(function, "body")
    if body is None:
        return []
    if body.type != "statement_block":
        return [body]
    found = []
    for statement in code.keyword(b"return", body):
        given = statement.named_children[0] if statement.named_children else None
        if given is not None and given.type != "comment" and code.function(statement) == function:
            found.append(given)
    return found
