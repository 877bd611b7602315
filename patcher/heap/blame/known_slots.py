"""The slots that a rule of nextfix rewrites, as they look in a heap."""

from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownSlot:
    """A slot that `rule` rewrites: its owner, and the property path from there to the kept thing.

    The owner is a class, a file whose variable it is (`(sandbox/context.js)`), or, where bundles rename the
    class, known by its properties (`shape`). No `paths` are any path.
    """

    rule: str
    paths: tuple[str, ...] = ()
    owner: str = ""
    shape: frozenset[str] = frozenset()

    def matches(self, owner: str, path: str, properties: Callable[[], Collection[str]]) -> bool:
        """Whether it is the slot `path` of such an owner; its `properties` are asked for only if needed."""
        if (self.paths and path not in self.paths) or (self.owner and owner != self.owner):
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
    KnownSlot("next/disk-lru", owner="(lib/disk-lru-cache.external.js)"),
    KnownSlot("next/sandbox-module-context", owner="(sandbox/context.js)"),
)


def rule_for(owner: str, path: str, properties: Callable[[], Collection[str]]) -> str | None:
    """The id of the rule that rewrites the slot `path` of a class `owner`, None when there is none."""
    return next((known.rule for known in KNOWN_SLOTS if known.matches(owner, path, properties)), None)


def depends_on_shape(path: str) -> bool:
    """Whether the rule of a slot of that path depends on its owner's properties."""
    return any(known.shape and (not known.paths or path in known.paths) for known in KNOWN_SLOTS)
