"""What is known of what Node keeps: one file a kind of kept thing, with a program of a few lines that shows it."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from patcher.heap.blame.blame_rule import BlameRule


def _all() -> Iterator[BlameRule]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        yield import_module(f"{__name__}.{module.name}").RULE


RULES: tuple[BlameRule, ...] = tuple(_all())
SKIPPED_EDGES = frozenset({"__proto__"}).union(*(rule.skips for rule in RULES))
"""Edges that are bookkeeping of Node: none of them is a slot that anybody could empty."""
