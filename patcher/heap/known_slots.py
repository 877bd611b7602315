"""The slots that a rule of nextfix rewrites, as they look in a heap."""

from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownSlot:
    """A slot that `rule` rewrites: the class of its owner, or where bundles rename the class the properties
    (`shape`) by which the owner is known; and the property path from the owner to the kept thing."""

    rule: str
    paths: tuple[str, ...]
    owner: str = ""
    shape: frozenset[str] = frozenset()

    def matches(self, owner: str, path: str, properties: Callable[[], Collection[str]]) -> bool:
        """Whether it is the slot `path` of such an owner; its `properties` are asked for only if needed."""
        if path not in self.paths or (self.owner and owner != self.owner):
            return False
        return not self.shape or self.shape <= set(properties())


_SUBSCRIPTION = frozenset({"_loadFn", "_opts", "_callbacks", "_res"})
_LOADABLE = ("_delay", "_timeout", "_res.promise")

KNOWN_SLOTS = (
    KnownSlot("next/request-handler-promise", ("reqHandlerPromise",), owner="NextServer"),
    KnownSlot("next/server-promise", ("serverPromise",), owner="NextServer"),
    KnownSlot("next/base-server-prepare", ("preparedPromise",)),
    KnownSlot("next/loadable", _LOADABLE, owner="LoadableSubscription"),
    KnownSlot("next/loadable-runtime", _LOADABLE, shape=_SUBSCRIPTION),
)


def rule_for(owner: str, path: str, properties: Callable[[], Collection[str]]) -> str | None:
    """The id of the rule that rewrites the slot `path` of a class `owner`, None when there is none."""
    return next((known.rule for known in KNOWN_SLOTS if known.matches(owner, path, properties)), None)
