"""The normal form in which patterns and sources are compared.

A Term is a syntax node without what does not matter: white space, comments, punctuation, quotes, optional
parentheses and semicolons, `let` against `const`, one-statement blocks without braces, and the shorthands of
minifiers (`!0`, `void 0`, `a||(b)` as a statement, `return a,b`, arrow bodies). Coccinelle calls such rules
isomorphisms. Each Term remembers its bytes, so what a metavariable catches is copied as it stands.
"""

from dataclasses import dataclass

from patcher.syntax.tree import Node

# Tokens that carry no meaning beyond the structure that the node kinds already give.
_PUNCTUATION = frozenset(["{", "}", "(", ")", "[", "]", ",", ";", ".", "=>", ":", "const", "let", "var"])
_LITERALS = frozenset({"null", "undefined", "true", "false", "number", "string"})
_SWAPPABLE = frozenset({b"===", b"!==", b"==", b"!="})
_STATEMENT_LISTS = frozenset({"program", "statement_block"})
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})


@dataclass(slots=True, eq=False)  # not frozen: thousands are made, and setting frozen fields is slow
class Term:
    """One node of the normal form.

    `start` and `end` are the bytes it was made from. For a statement, `whole` is the span of the source
    statement it belongs to (several terms share it when a sequence was split), and `bare` says that this
    source statement stands where a block would be (an arrow's expression body, an `if` without braces).
    """

    kind: str
    children: tuple["Term", ...]
    start: int
    end: int
    text: bytes = b""
    whole: tuple[int, int] = (0, 0)
    bare: bool = False
    keyword: bytes = b""

    def same(self, other: "Term") -> bool:
        """Whether both stand for the same code, wherever each was written."""
        stack = [(self, other)]
        while stack:
            a, b = stack.pop()
            if a.kind != b.kind or a.text != b.text or len(a.children) != len(b.children):
                return False
            stack.extend(zip(a.children, b.children, strict=True))
        return True


def term_of(node: Node) -> Term:
    """The normal form of `node`. Depth is bounded by the caller (see patcher.syntax.tree.MAX_DEPTH)."""
    maker = _MAKERS.get(node.type)
    if maker is not None:
        return maker(node)
    if node.type in _STATEMENT_LISTS:
        return _block(node, [child for child in node.named_children if child.type != "comment"])
    return _plain(node)


def _plain(node: Node) -> Term:
    children = tuple(
        term_of(child)
        for child in node.children
        if (child.is_named and child.type != "comment")
        or (not child.is_named and child.type not in _PUNCTUATION)
    )
    text = b"" if children else node.text or b""
    return Term(node.type, children, node.start_byte, node.end_byte, text)


def _leaf(kind: str, node: Node, text: bytes) -> Term:
    return Term(kind, (), node.start_byte, node.end_byte, text)


def _inner(node: Node) -> Term:
    """A parenthesized expression is what stands in it, with its own bytes."""
    inside = [child for child in node.named_children if child.type != "comment"]
    return term_of(inside[0]) if len(inside) == 1 else _plain(node)


def _parameter(node: Node) -> Term:
    """TypeScript's parameter is the name in it, when it has neither type nor default."""
    inside = node.named_children
    return term_of(inside[0]) if len(node.children) == len(inside) == 1 else _plain(node)


def _string(node: Node) -> Term:
    return _leaf("string", node, (node.text or b"")[1:-1])


def _unary(node: Node) -> Term:
    text = (node.text or b"").replace(b" ", b"")
    known = {b"!0": "true", b"!1": "false", b"void0": "undefined"}.get(text)
    return _leaf(known, node, known.encode()) if known else _plain(node)


def _binary(node: Node) -> Term:
    """`null === x` is `x === null`."""
    term = _plain(node)
    if len(term.children) != 3:
        return term
    left, operator, right = term.children
    if operator.text in _SWAPPABLE and left.kind in _LITERALS and right.kind not in _LITERALS:
        return Term(term.kind, (right, operator, left), term.start, term.end)
    return term


def _arrow(node: Node) -> Term:
    """`x=>e` is `(x)=>{ return e; }`."""
    parts: list[Term] = [_plain(child) for child in node.children if child.type == "async"]
    single = node.child_by_field_name("parameter")
    parameters = node.child_by_field_name("parameters")
    body = node.child_by_field_name("body")
    if body is None or (single is None and parameters is None):
        return _plain(node)
    if single is not None:
        parts.append(Term("formal_parameters", (term_of(single),), single.start_byte, single.end_byte))
    elif parameters is not None:
        parts.append(_plain(parameters))
    parts.append(term_of(body) if body.type == "statement_block" else _returning(body))
    return Term("arrow_function", tuple(parts), node.start_byte, node.end_byte)


def _returning(body: Node) -> Term:
    whole = (body.start_byte, body.end_byte)
    statements = tuple(_ending("return_statement", body, whole, bare=True))
    return Term("statement_block", statements, *whole)


def _if(node: Node) -> Term:
    condition, consequence = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
    alternative = node.child_by_field_name("alternative")
    if condition is None or consequence is None:
        return _plain(node)
    parts = [term_of(condition), _branch(consequence)]
    if alternative is not None and alternative.named_children:
        parts.append(_branch(alternative.named_children[-1]))
    return Term("if_statement", tuple(parts), node.start_byte, node.end_byte)


def _branch(node: Node) -> Term:
    return term_of(node) if node.type == "statement_block" else _block(node, [node], bare=True)


def _block(node: Node, statements: list[Node], *, bare: bool = False) -> Term:
    terms: list[Term] = []
    for statement in statements:
        terms.extend(_split(statement, bare))
    return Term("statement_block", tuple(terms), node.start_byte, node.end_byte)


def _split(node: Node, bare: bool) -> list[Term]:
    """The simple statements that one source statement stands for."""
    whole = (node.start_byte, node.end_byte)
    if node.type == "empty_statement":
        return []
    inside = [child for child in node.named_children if child.type != "comment"]
    if node.type == "expression_statement" and inside:
        return _effects(inside[0], whole, bare)
    if node.type in ("return_statement", "throw_statement") and inside:
        return _ending(node.type, inside[0], whole, bare=bare)
    if node.type in _DECLARATIONS:
        keyword = node.children[0].text or b"let"
        return [_declaration(child, whole, bare, keyword) for child in inside]
    term = term_of(node)
    return [Term(term.kind, term.children, *whole, term.text, whole, bare)]


def _declaration(node: Node, whole: tuple[int, int], bare: bool, keyword: bytes) -> Term:
    return Term("declaration", (term_of(node),), node.start_byte, node.end_byte, b"", whole, bare, keyword)


def _unwrapped(node: Node) -> Node:
    while node.type == "parenthesized_expression":
        inside = [child for child in node.named_children if child.type != "comment"]
        if len(inside) != 1:
            break
        node = inside[0]
    return node


def _sequence(node: Node) -> list[Node]:
    """The operands of a comma expression, in order; `[node]` for any other."""
    node = _unwrapped(node)
    if node.type != "sequence_expression":
        return [node]
    operands: list[Node] = []
    for child in node.named_children:
        if child.type != "comment":
            operands.extend(_sequence(child))
    return operands


def _effects(node: Node, whole: tuple[int, int], bare: bool) -> list[Term]:
    return [_effect(operand, whole, bare) for operand in _sequence(node)]


def _effect(node: Node, whole: tuple[int, int], bare: bool) -> Term:
    """One expression as a statement; `a || b` and `a && b` are the `if` that they stand for."""
    operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if operator is not None and operator.type in ("||", "&&") and left is not None and right is not None:
        condition = term_of(left)
        if operator.type == "||":
            negation = Term("!", (), left.start_byte, left.start_byte, b"!")
            condition = Term("unary_expression", (negation, condition), condition.start, condition.end)
        span = (right.start_byte, right.end_byte)
        branch = Term("statement_block", tuple(_effects(right, span, bare=True)), *span)
        return Term("if_statement", (condition, branch), node.start_byte, node.end_byte, b"", whole, bare)
    return Term("expression_statement", (term_of(node),), node.start_byte, node.end_byte, b"", whole, bare)


def _ending(kind: str, node: Node, whole: tuple[int, int], *, bare: bool) -> list[Term]:
    """`return a, b` is `a; return b`; likewise `throw`."""
    *effects, value = _sequence(node)
    terms = [_effect(operand, whole, bare) for operand in effects]
    token = kind.split("_")[0]
    return [
        *terms,
        Term(
            kind, (_keyword(token, value), term_of(value)), value.start_byte, value.end_byte, b"", whole, bare
        ),
    ]


def _keyword(token: str, node: Node) -> Term:
    return Term(token, (), node.start_byte, node.start_byte, token.encode())


_MAKERS = {
    "parenthesized_expression": _inner,
    "required_parameter": _parameter,
    "string": _string,
    "unary_expression": _unary,
    "binary_expression": _binary,
    "arrow_function": _arrow,
    "if_statement": _if,
}
