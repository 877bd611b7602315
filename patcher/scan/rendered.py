"""Which components of Vue and Svelte a server renders, by the places that Nuxt and SvelteKit give to them.

What these import is rendered with them. A configuration that says `ssr: false` leaves them to the browser.
"""

import os
import re
from collections.abc import Callable, Iterable

from patcher.scan.server_names import COMPONENT_CONVENTIONS, KIT_UNRENDERED, NUXT, NUXT_UNRENDERED

# Folders of Nuxt whose exports components use without an import.
_GIVEN = re.compile(r"^(?!(?:.*/)?server/)(?:.*/)?(?:composables|utils)/[^.]+\.[cm]?[jt]s$")
_EXPORTED = re.compile(
    rb"^export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|const|let|class)\s+([\w$]{3,})", re.M
)
_WORD = re.compile(rb"[A-Za-z_$][\w$]{2,}")
_CONFIGS = ("nuxt.config.ts", "nuxt.config.js", "nuxt.config.mjs")
_LOADS = ("+layout", "+page")
_ENDS = (".ts", ".js", ".server.ts", ".server.js")


def is_rendered(path: str, unit: str, needs: frozenset[str], read: Callable[[str], bytes]) -> bool:
    """Whether a framework renders the component at `path` on the server by its place.

    Args:
        path: the component.
        unit: the folder of its package.json.
        needs: what that package.json depends on.
        read: gives the content of a file, empty when there is none.
    """
    inside = path[len(unit) + 1 :]
    for needed, pages in COMPONENT_CONVENTIONS:
        if any(map(needed.match, needs)) and pages.search(inside) is not None:
            return not (_is_nuxt_unrendered(unit, read) or _is_kit_unrendered(path, unit, read))
    return False


def _is_nuxt_unrendered(unit: str, read: Callable[[str], bytes]) -> bool:
    return any(NUXT_UNRENDERED.search(read(f"{unit}/{name}")) is not None for name in _CONFIGS)


def _is_kit_unrendered(path: str, unit: str, read: Callable[[str], bytes]) -> bool:
    """Whether the route of `path`, or one that it lies in, exports `ssr = false`."""
    folder = os.path.dirname(path)
    while path.endswith(".svelte") and len(folder) > len(unit):
        for name in _LOADS:
            if any(KIT_UNRENDERED.search(read(f"{folder}/{name}{end}")) is not None for end in _ENDS):
                return True
        folder = os.path.dirname(folder)
    return False


class AutoImports:
    """What files of a Nuxt application use of its composables and utilities without importing it.

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
        if not any(NUXT.match(name) for name in needs):
            return set()
        if unit not in self._names:
            self._names[unit] = {
                found[1]: path
                for path in self._all
                if path.startswith(f"{unit}/") and _GIVEN.match(path[len(unit) + 1 :]) is not None
                for found in _EXPORTED.finditer(self._read(path))
            }
        names = self._names[unit]
        return {names[word] for word in {*_WORD.findall(source)} & names.keys()} if names else set()
