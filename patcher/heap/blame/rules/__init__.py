"""What is known of what Node keeps: one file a kind of kept thing, with a program of a few lines that shows it."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from patcher.heap.blame.blame_rule import BlameRule


def _all() -> Iterator[BlameRule]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        yield import_module(f"{__name__}.{module.name}").RULE


RULES: tuple[BlameRule, ...] = tuple(_all())
PARTS = frozenset().union(*(rule.parts for rule in RULES))
"""Properties in which an object of Node has parts of itself; who lets go of the object lets go of them."""
TOLD_BY = {name: paths for rule in RULES for name, paths in rule.told_by.items()}
"""Classes of Node, each with the properties of an object that say what it is for."""
OWN_VARIABLES = {(script, variable): rule.about for rule in RULES for variable, script in rule.own.items()}
"""Variables of Node's own code, by script and name, each with what is to be said of it."""
SEEN_WEAKLY = tuple(rule.seen_weakly for rule in RULES if rule.seen_weakly)
"""The ways from a live timer to a weak reference to what stands for it."""
SKIPPED_EDGES = frozenset({"__proto__"}).union(*(rule.skips for rule in RULES))
"""Edges that are bookkeeping of Node: none of them is a slot that anybody could empty."""
