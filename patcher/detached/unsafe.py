"""Why a rewrite is not made."""

from patcher.syntax.tree import Node


class UnsafeError(Exception):
    """A slot that must not be rewritten; the message is the reason, for people."""


def line_of(node: Node) -> int:
    """The 1-based line on which `node` begins."""
    return node.start_point[0] + 1
