"""Which files of an installed package Node.js loads: what its package.json exports to Node, and what that reaches.

Builds for browsers, phones, Deno and edge runtimes lie beside those for Node and are never loaded by a server; nor
are the command line, and sources that were packed along. The conditions are those of Node's own documentation
(nodejs.org/api/packages.html#conditional-exports); what a bundler of a server adds is `react-server`.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from patcher.disk.outside import load_json, read_outside
from patcher.errors import NextfixError
from patcher.scan.imports import Imports, imports_of

# Conditions under which a server never loads what stands behind them.
_ELSEWHERE = frozenset(
    {
        "browser",
        "react-native",
        "deno",
        "worker",
        "workerd",
        "edge-light",
        "edge",
        "bun",
        "types",
        "typings",
        "development",
        "electron",
        "script",
        "umd",
        "unpkg",
        "jsdelivr",
        "netlify",
        "fastly",
        "lagon",
        "electron-renderer",
    }
)
_TRIED = ("", ".js", ".json", ".cjs", ".mjs", ".node", "/index.js", "/index.cjs", "/index.mjs")
_CODE = (".js", ".cjs", ".mjs")
_MOST_FILES = 6_000
_LARGEST = 8 * 1024 * 1024


@lru_cache(256)
def loaded_files(folder: str) -> frozenset[str] | None:
    """The files that Node may load of the package in `folder`, as absolute paths; None when nobody can tell."""
    loaded = loaded_code(folder)
    return None if loaded is None else frozenset(loaded.loads)


@lru_cache(256)
def loaded_code(folder: str) -> "Loaded | None":
    """The files that Node may load of the package in `folder`, as absolute paths; None when nobody can tell.

    That is so for a package without a readable package.json or without any file that it names, and for one that
    computes the names of its own modules.
    """
    manifest = _manifest(folder)
    entries = [path for path in _entries(folder, manifest) if path.endswith(_CODE)] if manifest else []
    if not entries:
        return None
    loads: dict[str, tuple[str, ...]] = {}
    waiting = list(dict.fromkeys(entries))
    name = str((manifest or {}).get("name", ""))
    while waiting:
        path = waiting.pop()
        if path in loads:
            continue
        if len(loads) >= _MOST_FILES:
            return None
        found = _imports(path)
        if found.computed:
            return None
        loads[path] = tuple(dict.fromkeys(_next(folder, path, found, name, manifest or {})))
        waiting += loads[path]
    return Loaded(frozenset(entries), loads)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What Node loads of a package: the files that package.json names, and what each file loads of the others."""

    entries: frozenset[str]
    loads: dict[str, tuple[str, ...]]

    def build_of(self, path: str) -> frozenset[str]:
        """The files that are connected with `path` by what they load: one build of the package, as the others have
        entries of their own."""
        beside: dict[str, list[str]] = {}
        for file, targets in self.loads.items():
            for target in targets:
                beside.setdefault(file, []).append(target)
                beside.setdefault(target, []).append(file)
        seen = {path}
        waiting = [path]
        while waiting:
            for other in beside.get(waiting.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return frozenset(seen)


@lru_cache(256)
def is_command(folder: str) -> bool:
    """Whether the package in `folder` has nothing that a server could load: it names commands, and no module."""
    manifest = _manifest(folder) or {}
    return bool(manifest.get("bin")) and not any(
        manifest.get(key) for key in ("exports", "main", "module", "server")
    )


@lru_cache(256)
def is_split(folder: str) -> bool:
    """Whether the package in `folder` says what browsers load and what Node loads: then the one is not the other."""
    manifest = _manifest(folder) or {}
    if manifest.get("browser"):
        return True
    waiting, names = [manifest.get("exports")], set[str]()
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict):
            names |= set(held)
            waiting += held.values()
        elif isinstance(held, list):
            waiting += held
    return not names.isdisjoint({"node", "browser"})


@lru_cache(256)
def words_about(folder: str) -> tuple[str, ...]:
    """The name of the package in `folder` and the keywords that it is found by, in small letters."""
    manifest = _manifest(folder) or {}
    keywords = manifest.get("keywords")
    listed = keywords if isinstance(keywords, list) else ()
    return tuple(str(word).lower() for word in (manifest.get("name", ""), *listed))


def needed_by(folder: str) -> frozenset[str]:
    """The names of the packages that the one in `folder` depends on."""
    needed = (_manifest(folder) or {}).get("dependencies")
    return frozenset(needed) if isinstance(needed, dict) else frozenset()


def package_folder(path: str) -> str:
    """The folder of the package in node_modules that the file at `path` belongs to; empty when it is in none."""
    head, found, inside = path.replace(os.sep, "/").rpartition("node_modules/")
    parts = inside.split("/")
    size = 2 if inside.startswith("@") else 1
    return f"{head}{found}{'/'.join(parts[:size])}" if found and len(parts) > size else ""


def resolved(path: str, name: str) -> str:
    """The file that an import of `name`, which begins with a dot, means in the file at `path`; empty for none."""
    return _resolved(os.path.normpath(os.path.join(os.path.dirname(path), name)))


def _next(folder: str, path: str, found: Imports, name: str, manifest: dict[str, Any]) -> Iterator[str]:
    here = os.path.dirname(path)
    for wanted in found.names:
        if wanted.startswith("."):
            target = resolved(path, wanted)
            if target:
                yield target
        elif name and (wanted == name or wanted.startswith(name + "/")):
            yield from _resolved_all(folder, "." + wanted[len(name) :])
        elif wanted.startswith("#"):
            for target in _targets((manifest.get("imports") or {}).get(wanted)):
                yield from _resolved_all(folder, target)
    for below in found.folders:
        if below.startswith("."):
            yield from _code_in(os.path.normpath(os.path.join(here, below)))


def _resolved_all(folder: str, target: str) -> Iterator[str]:
    found = _resolved(os.path.normpath(os.path.join(folder, target)))
    if found:
        yield found


def _entries(folder: str, manifest: dict[str, Any]) -> Iterator[str]:
    exports = manifest.get("exports")
    if exports is not None:
        for target in _targets(exports):
            if "*" in target:
                yield from _matching(folder, target)
            else:
                yield from _resolved_all(folder, target)
        return
    for key in ("main", "server"):
        if isinstance(manifest.get(key), str):
            yield from _resolved_all(folder, str(manifest[key]))
    if not isinstance(manifest.get("main"), str):
        yield from _resolved_all(folder, ".")
    yield from _meant(folder)


def _meant(folder: str) -> Iterator[str]:
    """What is meant to be loaded of a package without `exports`, of which any file can be: the files at the top, and
    the folders that have a package.json of their own."""
    try:
        listing = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in listing:
        if entry.is_file() and entry.name.endswith(_CODE) and not entry.name.startswith("."):
            yield entry.path.replace(os.sep, "/")
        elif entry.is_dir() and entry.name != "node_modules" and (below := _manifest(entry.path)):
            main = below.get("main", ".")
            yield from _resolved_all(entry.path, main) if isinstance(main, str) else ()


def _targets(exports: object) -> Iterator[str]:
    """The files behind `exports` that a condition of Node leads to: those for `import` and those for `require`."""
    if isinstance(exports, str):
        yield exports
    elif isinstance(exports, list):
        for item in exports:
            yield from _targets(item)
    elif isinstance(exports, dict):
        paths = any(key.startswith(".") for key in exports)
        for key, value in exports.items():
            if paths or key not in _ELSEWHERE:
                yield from _targets(value)
            if not paths and key == "node":
                return


def _matching(folder: str, target: str) -> Iterator[str]:
    head, _, tail = target.partition("*")
    base = os.path.normpath(os.path.join(folder, head.rpartition("/")[0]))
    pattern = re.compile(
        re.escape(os.path.normpath(os.path.join(folder, head or ".")))
        + ".*"
        + re.escape(tail)
        + r"(?:\.[cm]?js)?$"
    )
    yield from (path for path in _code_below(base) if pattern.match(path))


def _code_in(folder: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if name.endswith(_CODE):
            yield f"{folder}/{name}"
        elif os.path.isfile(index := f"{folder}/{name}/index.js"):
            yield index


def _code_below(folder: str) -> Iterator[str]:
    for base, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "node_modules"]
        yield from (f"{base}/{name}".replace(os.sep, "/") for name in files if name.endswith(_CODE))


def _resolved(path: str) -> str:
    for suffix in _TRIED:
        if os.path.isfile(path + suffix):
            return (path + suffix).replace(os.sep, "/")
    if os.path.isdir(path) and (below := _manifest(path)) and isinstance(below.get("main"), str):
        return _resolved(os.path.normpath(os.path.join(path, below["main"])))
    return ""


def _imports(path: str) -> Imports:
    try:
        if os.path.getsize(path) > _LARGEST:
            return Imports((), computed=True)
        return imports_of(read_outside(path, limit=_LARGEST))
    except (OSError, NextfixError):
        return Imports(())


def _manifest(folder: str) -> dict[str, Any] | None:
    try:
        held = load_json(os.path.join(folder, "package.json"), limit=_LARGEST, lenient=True)
    except NextfixError:
        return None
    return held if isinstance(held, dict) else None
