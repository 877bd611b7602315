"""What a file of `blame/rules/` says of one kind of kept thing."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Example:
    """A program that shows the rule, and the slots that `nextfix heap` must name, by major of Node.

    Attributes:
        program: JavaScript, run after `tests/heap/programs.py`'s PRELUDE: `inside(url, work)` runs `work` in the
            async context of a request.
        slots: regular expressions, one a slot, in any order; () when nothing is kept. The key 0 is every major
            that has no key of its own.
    """

    program: str
    slots: Mapping[int, tuple[str, ...]]

    def expected(self, major: int) -> tuple[str, ...]:
        """The slots on Node `major`."""
        return self.slots.get(major, self.slots[0])


@dataclass(frozen=True, slots=True)
class BlameRule:
    """What is known of one kind of kept thing.

    Attributes:
        id: its name, that of its file.
        about: who keeps what, and what would let go of it, in a sentence.
        example: a program that shows it.
        skips: names of edges that are bookkeeping of Node, never a slot.
        parts: names of properties in which an object of Node has the parts of itself: its slot ends before them.
        told_by: class of Node -> properties of an object of it that say what it is for.
        own: variables of Node's own code, each with its script: what they keep is one for the process.
        seen_weakly: properties from a live timer to a weak reference to what stands for it.
    """

    id: str
    about: str
    example: Example
    skips: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    told_by: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    seen_weakly: tuple[str, ...] = ()
