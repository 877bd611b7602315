"""What the link step is given, for those who may find its answers remembered and need not load it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

UNSURE_TIMER = (
    "nothing in this package says that a request starts this timer, and that the handle outlives it"
)


@dataclass(frozen=True, slots=True)
class Linked:
    """What the files of a run are linked by.

    Args:
        own: one's own source files, as they were listed.
        named: the files that were named on the command line; those are looked at whoever loads them.
        thorough: whether sites that no server runs are kept, as notes.
    """

    own: Sequence[str] = ()
    named: Collection[str] = frozenset()
    thorough: bool = False
