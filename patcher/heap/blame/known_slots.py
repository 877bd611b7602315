"""The slots that the rules rewrite, as they look in a heap."""

from collections.abc import Callable, Collection
from functools import cache

from patcher.catalogue.load import rules
from patcher.rule import HeldSlot


@cache
def _known() -> tuple[tuple[str, HeldSlot], ...]:
    """Each slot that a rule says is held, with the rule's id; those that name an owner come first."""
    found = [(rule.id, slot) for rule in rules() for slot in rule.held]
    return tuple(sorted(found, key=lambda known: not known[1].owner))


def rule_for(owner: str, path: str, properties: Callable[[], Collection[str]]) -> str | None:
    """The id of the rule that rewrites the slot `path` of a class `owner`, None when there is none."""
    return next((rule for rule, slot in _known() if slot.matches(owner, path, properties)), None)


def depends_on_shape(path: str) -> bool:
    """Whether the rule of a slot of that path depends on its owner's properties."""
    return any(slot.properties and (not slot.paths or path in slot.paths) for _, slot in _known())
