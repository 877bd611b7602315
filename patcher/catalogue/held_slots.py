"""How the slots of all rules look in a heap."""

from patcher.catalogue.load import rules
from patcher.heap.blame.known_slots import KnownSlots


def held_slots() -> KnownSlots:
    """The slots of every rule, a class before properties, which fit several classes."""
    held = [(rule.id, slot) for rule in rules() for slot in rule.held]
    return KnownSlots(tuple(sorted(held, key=lambda each: bool(each[1].properties))))
