"""The only module that imports tree-sitter: parsing, and walks that do not recurse.

Two traps of the binding are kept out of reach here: `str(node)` crashes the process on trees some
20,000 levels deep, and queries silently match nothing past 65,000 levels, so neither is used. A tree
deeper than MAX_DEPTH is refused instead of being half seen.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from tree_sitter import Language, Node, Parser, Tree

MAX_DEPTH = 10_000

__all__ = [
    "MAX_DEPTH",
    "Dialect",
    "Node",
    "Tree",
    "depth_exceeds",
    "dialect_of",
    "errors",
    "parse",
    "path_to",
    "walk",
]


class Dialect(StrEnum):
    """Which grammar reads a file."""

    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    TSX = "tsx"


def dialect_of(path: str) -> Dialect:
    """The grammar for a file by its suffix; plain JavaScript, JSX included, where it says nothing else."""
    suffix = path.rpartition(".")[2].lower()
    if suffix == "tsx":
        return Dialect.TSX
    return Dialect.TYPESCRIPT if suffix in ("ts", "mts", "cts") else Dialect.JAVASCRIPT


@cache
def _parser(dialect: Dialect) -> Parser:
    if dialect is Dialect.JAVASCRIPT:
        import tree_sitter_javascript

        return Parser(Language(tree_sitter_javascript.language()))
    import tree_sitter_typescript

    grammar = (
        tree_sitter_typescript.language_tsx
        if dialect is Dialect.TSX
        else tree_sitter_typescript.language_typescript
    )
    return Parser(Language(grammar()))


def parse(source: bytes, dialect: Dialect = Dialect.JAVASCRIPT) -> Tree:
    """The concrete syntax tree of `source`; offsets are in bytes of `source` as given."""
    return _parser(dialect).parse(source)


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, in source order, without recursion."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(here.children))


def errors(node: Node) -> Iterator[Node]:
    """The ERROR and MISSING nodes below `node`, in source order."""
    stack = [node]
    while stack:
        here = stack.pop()
        if here.is_error or here.is_missing:
            yield here
        elif here.has_error:
            stack.extend(reversed(here.children))


def depth_exceeds(node: Node, limit: int = MAX_DEPTH) -> bool:
    """Whether some path below `node` is longer than `limit` levels."""
    cursor = node.walk()
    depth = 0
    while True:
        if cursor.goto_first_child():
            depth += 1
            if depth > limit:
                return True
            continue
        while not cursor.goto_next_sibling():
            if depth == 0 or not cursor.goto_parent():
                return False
            depth -= 1


def path_to(tree: Tree, offset: int) -> list[Node]:
    """The nodes that hold the byte at `offset`, from the root inwards."""
    cursor = tree.walk()
    path = [tree.root_node]
    while len(path) <= MAX_DEPTH and cursor.goto_first_child_for_byte(offset) is not None:
        here = cursor.node
        if here is None or here.start_byte > offset:
            break
        path.append(here)
    return path
