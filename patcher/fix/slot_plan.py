"""What a fix of one slot is: edits, what other files must not do with it, or why there is none."""

from dataclasses import dataclass

from patcher.syntax.tree import Node
from patcher.text.edits import Edit


class UnsafeError(Exception):
    """A slot that must not be rewritten; the message is the reason, for people."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Code that no other file of the project may have, or the fix would break it.

    `pattern` is a regular expression over the bytes of a file, `word` is in whatever it matches, and `reason` is
    what to say of a file that has it.
    """

    word: bytes
    pattern: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How one slot of a file is rewritten."""

    edits: tuple[Edit, ...]
    concerns: tuple[Concern, ...] = ()


def line_of(node: Node) -> int:
    """The 1-based line on which `node` begins."""
    return node.start_point[0] + 1
