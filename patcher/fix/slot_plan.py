"""What a fix of one slot is: edits, what other files must not do with it, or why there is none."""

from dataclasses import dataclass

from patcher.detached.unsafe import UnsafeError, line_of
from patcher.text.edits import Edit

__all__ = ["Concern", "Plan", "UnsafeError", "line_of"]


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
    """How one slot of a file is rewritten.

    `rooted` says that the edits call the root, which the file then needs, `binds` that they make a promise whose
    function has the context that there is, and `here` that they run a function in it; `names` are those that the edits
    declare, each with the bytes of the file in which it means that.
    """

    edits: tuple[Edit, ...]
    concerns: tuple[Concern, ...] = ()
    rooted: bool = False
    binds: bool = False
    here: bool = False
    names: tuple[tuple[bytes, int, int], ...] = ()
