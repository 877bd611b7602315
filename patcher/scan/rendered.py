"""Which components of Vue and Svelte a server renders, by the places that their frameworks give to them.

What these import is rendered with them. A setting of the application or of a route may leave them to the browser.
"""

import os
import re
from collections.abc import Callable, Iterable

from patcher.catalogue.frameworks import FRAMEWORKS
from patcher.framework import Framework

_EXPORTED = re.compile(
    rb"^export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|const|let|class)\s+([\w$]{3,})", re.M
)
_WORD = re.compile(rb"[A-Za-z_$][\w$]{2,}")


def _used(needs: frozenset[str]) -> list[Framework]:
    """The frameworks that a package with the dependencies `needs` uses."""
    return [each for each in FRAMEWORKS if any(re.fullmatch(each.packages, name) for name in needs)]


def is_rendered(path: str, unit: str, needs: frozenset[str], read: Callable[[str], bytes]) -> bool:
    """Whether a framework renders the component at `path` on the server by its place.

    Args:
        path: the component.
        unit: the folder of its package.json.
        needs: what that package.json depends on.
        read: gives the content of a file, empty when there is none.
    """
    inside = path[len(unit) + 1 :]
    return any(
        each.pages is not None
        and each.pages.search(inside) is not None
        and not _says_otherwise(each, os.path.dirname(path), unit, read)
        for each in _used(needs)
    )


def _says_otherwise(framework: Framework, folder: str, unit: str, read: Callable[[str], bytes]) -> bool:
    """Whether a setting in `folder` or above it, up to that of the package, says that no server renders it."""
    while len(folder) >= len(unit):
        for name in framework.settings:
            if framework.unrendered.search(read(f"{folder}/{name}")) is not None:
                return True
        if folder == os.path.dirname(folder):
            break
        folder = os.path.dirname(folder)
    return False


class AutoImports:
    """What files of an application use of its composables and utilities without importing it.

    Args:
        files: all files of one's own.
        read: gives the content of one of them.
    """

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._all = files
        self._read = read
        self._names: dict[str, dict[bytes, str]] = {}

    def files(self, unit: str, needs: frozenset[str], source: bytes) -> set[str]:
        """The files that export what `source`, of the package in `unit` with the dependencies `needs`, mentions."""
        if unit not in self._names:
            self._names[unit] = self._exported(unit, [each.given for each in _used(needs) if each.given])
        names = self._names[unit]
        return {names[word] for word in {*_WORD.findall(source)} & names.keys()} if names else set()

    def _exported(self, unit: str, given: list[re.Pattern[str]]) -> dict[bytes, str]:
        return {
            found[1]: path
            for path in (self._all if given else ())
            if path.startswith(f"{unit}/") and any(places.match(path[len(unit) + 1 :]) for places in given)
            for found in _EXPORTED.finditer(self._read(path))
        }
