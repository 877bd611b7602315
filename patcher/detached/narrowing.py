"""TypeScript: a function forgets what the conditions around it said of members and of variables that change."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from patcher.analysis.facts.code import Code, Question, contains, field
from patcher.analysis.facts.functions import assigned
from patcher.analysis.facts.scopes import binding
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.detached.wrap import Wrap
from patcher.syntax.tree import Dialect, Node, walk

_CONDITIONAL = frozenset({"if_statement", "ternary_expression", "while_statement"})
_EXITS = re.compile(rb"\b(?:return|throw|continue|break)\b")


def check_types(code: Code, wraps: Sequence[Wrap], dialect: Dialect) -> None:
    """Refuse what TypeScript would not take any more.

    Raises:
        UnsafeError: with what has a narrower type outside of a function than inside.
    """
    if dialect is Dialect.JAVASCRIPT:
        return
    for node in (part for made in wraps for part in (made.node, *made.runs)):
        conditions = list(_conditions(code, node))
        for read in _forgotten(code, node):
            text = code.text(read)
            word = re.compile(rb"(?<![\w$.])%b(?![\w$])" % re.escape(text))
            around = next((test for test in conditions if word.search(code.text(test))), None)
            if around is not None:
                raise UnsafeError(
                    f"line {line_of(around)} narrows the type of `{text.decode('utf-8', 'replace')}`, which a function "
                    "would forget: keep it in a const first"
                )


def _conditions(code: Code, node: Node) -> Iterator[Node]:
    """The conditions that hold where `node` stands: those around it, and those whose other way left the block."""
    here = node
    for above in code.ancestors(node):
        condition = field(above, "condition") if above.type in _CONDITIONAL else None
        if condition is not None and not contains(condition, node):
            yield condition
        left = field(above, "left") if above.type == "binary_expression" else None
        if left is not None and not contains(left, node):
            yield left
        if above.type in ("statement_block", "program"):
            exits = _exits(code, above)
            yield from reversed(
                exits[: bisect_left(exits, here.start_byte, key=lambda test: test.start_byte)]
            )
        here = above


_EXITS_OF = Question[int, list[Node]]()  # of a block, by the id of its node


def _exits(code: Code, block: Node) -> list[Node]:
    """The conditions under which statements of a block leave it, in source order."""
    answers = _EXITS_OF.answers(code)
    if block.id not in answers:
        answers[block.id] = [
            test
            for statement in block.named_children
            if statement.type == "if_statement" and (test := field(statement, "condition")) is not None
            if _EXITS.search(code.text(statement))
        ]
    return answers[block.id]


def _forgotten(code: Code, node: Node) -> Iterator[Node]:
    """What `node` reads that a function does not see as narrow: members, and variables that are given another value."""
    for here in walk(node):
        if here.type == "member_expression":
            yield here
        elif here.type == "identifier":
            bound = binding(code, here)
            if bound is None or contains(node, bound.name) or bound.kind not in ("variable", "parameter"):
                continue
            given = assigned(code, bound)
            declared = field(bound.holder, "value") is not None and bound.kind == "variable"
            if len(given) > declared:
                yield here
