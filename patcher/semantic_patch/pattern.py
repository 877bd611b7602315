"""A pattern: JavaScript with metavariables, compiled to the normal form and matched against it.

`$NAME` stands for one expression, identifier or property; `$$$NAME` for a run of statements, arguments,
parameters or properties, also an empty one; the same name twice must be the same code. `$_` and `$$$_` stand
for anything and bind nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from patcher.semantic_patch.term import Term, term_of
from patcher.syntax.node_kinds import IDENTIFIERS
from patcher.syntax.tree import Node, Tree, depth_exceeds, errors, parse

METAVARIABLE = re.compile(rb"(\$\$\$|\$)([A-Z_][A-Z0-9_]*)")
_DEFINITIONS = frozenset(
    {"function_declaration", "generator_function_declaration", "class_declaration", "method_definition"}
)


class PatternError(ValueError):
    """A rule's pattern or template that is not JavaScript with metavariables: a defect of the rule."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What a metavariable caught: one term, or a run of them (`block` when the run is of statements)."""

    terms: tuple[Term, ...]
    run: bool = False
    block: Term | None = None
    first: int = 0

    def same(self, other: "Capture") -> bool:
        """Whether both caught the same code."""
        return len(self.terms) == len(other.terms) and all(
            a.same(b) for a, b in zip(self.terms, other.terms, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: `statements` are sought in any statement list, a `definition` as a whole node."""

    text: str
    kind: Literal["statements", "definition"]
    terms: tuple[Term, ...]
    anchors: tuple[bytes, ...]

    @property
    def root(self) -> Term:
        """The definition itself."""
        return self.terms[0]


def metavariable(term: Term) -> tuple[str, bool] | None:
    """The name of the metavariable that `term` is and whether it takes a run, or None."""
    if term.kind == "expression_statement" and len(term.children) == 1:
        inner = metavariable(term.children[0])
        return inner if inner and inner[1] else None
    if term.kind not in IDENTIFIERS:
        return None
    found = METAVARIABLE.fullmatch(term.text)
    return (found[2].decode(), found[1] == b"$$$") if found else None


def is_run(term: Term) -> bool:
    """Whether `term` is a metavariable that takes a run."""
    variable = metavariable(term)
    return variable is not None and variable[1]


@lru_cache(maxsize=512)
def compile_pattern(text: str) -> Pattern:
    """Compile `text`: a statement list, a function, a class, or a method (with or without its body).

    Raises:
        PatternError: when `text` is none of these.
    """
    source = text.strip().encode()
    for before, after in ((b"", b""), (b"class $_ {", b"}"), (b"class $_ {", b"{}}"), (b"", b"{}")):
        tree = parse(before + source + after)
        if not any(errors(tree.root_node)):
            return _compiled(text, tree, in_class=before != b"")
    raise PatternError(f"not JavaScript with metavariables: {text!r}")


@lru_cache(maxsize=128)
def compile_head(text: str) -> Pattern:
    """Compile the head of a function, class or method to look in; `load()` is a method here, not a call.

    Raises:
        PatternError: when `text` is none of these.
    """
    tree = parse(b"class $_ {" + text.strip().encode() + b"{}}")
    if not any(errors(tree.root_node)):
        return _compiled(text, tree, in_class=True)
    return compile_pattern(text)


def _compiled(text: str, tree: Tree, *, in_class: bool) -> Pattern:
    nodes = [node for node in tree.root_node.named_children if node.type != "comment"]
    if in_class:
        body = nodes[0].child_by_field_name("body")
        nodes = [node for node in body.named_children if node.type != "comment"] if body else []
        if len(nodes) != 1 or nodes[0].type != "method_definition":
            raise PatternError(f"one method is expected in {text!r}")
    if len(nodes) == 1 and nodes[0].type in _DEFINITIONS:
        terms: tuple[Term, ...] = (term_of(nodes[0]),)
        return Pattern(text, "definition", terms, _anchors(terms))
    terms = term_of(tree.root_node).children
    if not terms:
        raise PatternError(f"an empty pattern: {text!r}")
    return Pattern(text, "statements", terms, _anchors(terms))


def _anchors(terms: tuple[Term, ...]) -> tuple[bytes, ...]:
    """The names that any match must contain, longest first: where a search may begin."""
    names = {
        leaf.text
        for term in terms
        for leaf in leaves(term)
        if leaf.kind in IDENTIFIERS and not metavariable(leaf) and leaf.text != b"undefined"
    }
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def leaves(term: Term) -> Iterator[Term]:
    """The terms without children below `term`, in source order."""
    stack = [term]
    while stack:
        here = stack.pop()
        if here.children:
            stack.extend(reversed(here.children))
        else:
            yield here


def match(pattern: Term, term: Term, bound: dict[str, Capture]) -> dict[str, Capture] | None:
    """The bindings with which `pattern` is `term`, extending `bound`, or None."""
    variable = metavariable(pattern)
    if variable and not variable[1]:
        missing = term.start == term.end  # the parser's guess in broken code: nothing that could be copied
        return None if missing else bind(bound, variable[0], Capture((term,)))
    if pattern.kind != term.kind and not (pattern.kind in IDENTIFIERS and term.kind in IDENTIFIERS):
        return None
    if not pattern.children:
        return bound if pattern.text == term.text and not term.children else None
    return match_run(pattern.children, term.children, bound, term)


def match_run(
    patterns: tuple[Term, ...], terms: tuple[Term, ...], bound: dict[str, Capture], parent: Term, at: int = 0
) -> dict[str, Capture] | None:
    """Match two lists to their ends; `$$$NAME` takes the shortest run that lets the rest match."""
    if not patterns:
        return bound if at == len(terms) else None
    variable = metavariable(patterns[0])
    if variable and variable[1]:
        for stop in range(at, len(terms) + 1):
            block = parent if patterns[0].kind == "expression_statement" else None
            capture = Capture(terms[at:stop], True, block, at)
            extended = bind(bound, variable[0], capture)
            if extended is not None:
                rest = match_run(patterns[1:], terms, extended, parent, stop)
                if rest is not None:
                    return rest
        return None
    if at == len(terms):
        return None
    extended = match(patterns[0], terms[at], bound)
    return None if extended is None else match_run(patterns[1:], terms, extended, parent, at + 1)


def match_prefix(
    patterns: tuple[Term, ...], block: Term, at: int, bound: dict[str, Capture]
) -> tuple[dict[str, Capture], int] | None:
    """Match `patterns` against the statements of `block` from index `at` on; the bindings and the end index."""
    if not is_run(patterns[0]) and match(patterns[0], block.children[at], bound) is None:
        return None  # nearly every place ends here, before anything of the block's size is done
    last = len(block.children)
    run = any(is_run(pattern) for pattern in patterns)
    stops = range(at + 1, last + 1) if run else range(at + len(patterns), min(at + len(patterns), last) + 1)
    for stop in stops:
        extended = match_run(patterns, block.children[:stop], bound, block, at)
        if extended is not None:
            return extended, stop
    return None


def bind(bound: dict[str, Capture], name: str, capture: Capture) -> dict[str, Capture] | None:
    """`bound` with `name` bound to `capture`; None when it is bound to other code already."""
    if name == "_":
        return bound
    old = bound.get(name)
    if old is not None:
        return bound if old.same(capture) else None
    return {**bound, name: capture}


def head_matches(head: Pattern, node: Node, deepest: int) -> dict[str, Capture] | None:
    """The bindings with which `node` is the function, method or class whose head is `head`; bodies are not compared.

    None also for a head that is nested more than `deepest` levels, as default values of parameters can be.
    """
    body = node.child_by_field_name("body")
    if node.type != head.root.kind or body is None:
        return None
    if any(depth_exceeds(child, deepest) for child in node.children if child.id != body.id):
        return None
    wanted = tuple(
        child for child in head.root.children if child.kind not in ("statement_block", "class_body")
    )
    parts = tuple(
        term_of(child)
        for child in node.children
        if child.id != body.id
        and child.type not in ("comment", "class", "function")
        and (child.is_named or child.type not in "{}();,")
    )
    wanted = tuple(part for part in wanted if part.kind not in ("class", "function"))
    return match_run(wanted, parts, {}, term_of_head(node))


def term_of_head(node: Node) -> Term:
    """A term that stands for `node` without its body."""
    return Term(node.type, (), node.start_byte, node.start_byte)
