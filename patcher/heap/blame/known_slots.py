"""The slots that a rule of nextfix rewrites, as they look in a heap."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from patcher.catalogue.load import rules
from patcher.rule import HeldSlot


@dataclass(frozen=True, slots=True)
class KnownSlots:
    """What the rules say of their slots.

    Attributes:
        held: the id of a rule, and one slot that it rewrites, in the order in which they are asked.
    """

    held: tuple[tuple[str, HeldSlot], ...] = ()

    def rule_for(self, owner: str, path: str, properties: Callable[[], Collection[str]]) -> str | None:
        """The id of the rule that rewrites the slot `path` of a class or file `owner`, None when there is none.

        The `properties` of the owner are asked for only if a rule needs them.
        """
        return next((rule for rule, slot in self.held if slot.matches(owner, path, properties)), None)

    def depends_on_shape(self, path: str) -> bool:
        """Whether the rule of a slot of that path depends on its owner's properties."""
        return any(slot.properties and (not slot.paths or path in slot.paths) for _, slot in self.held)


def held_slots() -> KnownSlots:
    """The slots of every rule, a class before properties, which fit several classes."""
    held = [(rule.id, slot) for rule in rules() for slot in rule.held]
    return KnownSlots(tuple(sorted(held, key=lambda each: bool(each[1].properties))))
