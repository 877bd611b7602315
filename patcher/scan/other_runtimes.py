"""Which files of a package only another runtime can load: Node.js refuses an import of `cloudflare:workers`."""

import re
from collections.abc import Iterator
from functools import lru_cache

from patcher.analysis.prefilter.comments import outside_comments
from patcher.disk.outside import read_outside
from patcher.errors import NextfixError
from patcher.scan.package_files import Loaded, loaded_code

# An import that stands at the top of a module, which fails with it; `import()` may be caught.
_SCHEME = re.compile(rb"\b(?:from|import)\s*[\"'](?:cloudflare|bun|jsr|npm|https?):")
_FROM = re.compile(rb"\b(?:from|import)\s*[\"'](\.[^\"'\n]{0,200})[\"']")
_LARGEST = 8 * 1024 * 1024


@lru_cache(256)
def refused_by_node(folder: str) -> frozenset[str]:
    """The files of the package in `folder` that Node.js cannot load, as they or what they import at once import a
    module of another runtime by its scheme (nodejs.org/api/esm.html#urls)."""
    loaded = loaded_code(folder)
    if loaded is None:
        return frozenset()
    sources = {path: _source(path) for path in loaded.loads}
    refused = {path for path, source in sources.items() if any(_imports(_SCHEME, source))}
    waiting = list(refused)
    users = _importers(loaded, sources) if refused else {}
    while waiting:
        for path in users.get(waiting.pop(), ()):
            if path not in refused:
                refused.add(path)
                waiting.append(path)
    return frozenset(refused)


def _importers(loaded: Loaded, sources: dict[str, bytes]) -> dict[str, list[str]]:
    """For each file those that import it at once."""
    users: dict[str, list[str]] = {}
    for path, targets in loaded.loads.items():
        named = {_stem(match[1].decode("utf-8", "replace")) for match in _imports(_FROM, sources[path])}
        for target in targets:
            if _stem(target) in named or _stem(target.rpartition("/")[0]) in named:
                users.setdefault(target, []).append(path)
    return users


def _imports(pattern: re.Pattern[bytes], source: bytes) -> Iterator[re.Match[bytes]]:
    """The imports that `pattern` finds; those in a comment are examples of how to use the package."""
    return (match for match in pattern.finditer(source) if outside_comments(source, (match.start(),)))


def _stem(path: str) -> str:
    """What a path calls a module: the last of its names, without its suffix."""
    return re.sub(r"\.[cm]?js$", "", path.rstrip("/").rpartition("/")[2])


def _source(path: str) -> bytes:
    try:
        return read_outside(path, limit=_LARGEST)
    except NextfixError:
        return b""
