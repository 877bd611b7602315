"""Installed packages: how a file of one is fixed, and which of its sites that frees."""

from collections.abc import Sequence
from dataclasses import replace

from patcher.analysis.site import Site
from patcher.fix.fix_file import Task, fix_file, key_of
from patcher.rule import DETACHED
from patcher.syntax.tree import Dialect, dialect_of

SCRIPTS = (".js", ".cjs", ".mjs")
"""How the files of a package end that Node.js loads as they are."""
LARGEST = 8 * 1024 * 1024
"""Bytes of the largest file of a package that is rewritten."""


def package_task(dialect: Dialect, *, server: bool = False) -> Task:
    """How a file of an installed package is fixed: no family's shape counts, no other file is asked.

    Args:
        dialect: the grammar to read it with.
        server: whether only servers load the package.
    """
    return Task({}, DETACHED, dialect, lambda _: "", package=True, server=server)


def marked_detachable(path: str, source: bytes, sites: Sequence[Site]) -> tuple[Site, ...]:
    """The `sites` of a file of a package, those that `apply --scope deps` can free marked so."""
    if not path.endswith(SCRIPTS) or len(source) > LARGEST:
        return tuple(sites)
    done = fix_file(source, [key_of(site) for site in sites], package_task(dialect_of(path)), sites).fixed
    return tuple(replace(site, detachable=True) if key_of(site) in done else site for site in sites)
