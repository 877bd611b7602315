"""Which of an application's own files a server runs: what its servers, routes and handlers are, and what those load.

A server entry is a file that a framework's convention names, or that imports a server library itself. From the
entries imports are followed, through `paths` of tsconfig.json and the names of workspace packages; a file of the
front end (`"use client"`, hooks and effects of components, browser globals, packages that only a browser can run)
ends the way. Where no entry can be found at all, every file counts as one that a server may run.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from patcher.disk.outside import read_start
from patcher.errors import NextfixError
from patcher.scan.aliases import paths_of, read_json, strings
from patcher.scan.imports import Imports, imports_of
from patcher.scan.ownership import Ownership
from patcher.scan.rendered import AutoImports, is_rendered
from patcher.scan.served import is_quiet
from patcher.scan.server_names import (
    ASKS,
    BACK_FRAMEWORKS,
    BUILD_MODULE,
    COMPILED,
    CONVENTIONS,
    DIRECTIVES,
    FILE,
    FRONT_FRAMEWORKS,
    FRONT_MODULE,
    HANDLER,
    HOOKS,
    INDEXES,
    JOB_RUNNERS,
    LARGEST,
    LISTENS,
    OWN_WINDOW,
    PAGE,
    ROUTE_EXPORTS,
    RUNNER,
    SERVER,
    SERVES_SOCKETS,
    START_SCRIPT,
    SUFFIXES,
    TEST_FILE,
    UNSEEN,
    USE_CLIENT,
    USE_SERVER,
)
from patcher.syntax.components import is_component


@dataclass(slots=True)
class Unit:
    """One package.json of one's own: its folder, and what is known of the package."""

    folder: str
    name: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()

    @property
    def is_front(self) -> bool:
        """Whether it is a front end: a framework of the browser, and nothing that a server needs."""
        return any(map(FRONT_FRAMEWORKS.match, self.needs)) and not any(
            map(BACK_FRAMEWORKS.match, self.needs)
        )


class ServerCode:
    """The files of an application that its servers run.

    Args:
        files: one's own source files, as the search lists them (relative to the working directory, or absolute).

    Attributes:
        entries: those that a server, or its framework, loads by itself (absolute paths).
        reached: all that a server runs, as far as imports tell.
    """

    def __init__(self, files: Iterable[str]) -> None:
        self._shown = {_absolute(path): path for path in files}
        self._files = frozenset(self._shown)
        self._units: dict[str, Unit] = {}
        self._paths: dict[str, list[tuple[str, str, list[str]]]] = {}
        self._sources: dict[str, bytes] = {}
        self._loaded: dict[str, Imports] = {}
        self._starts: dict[str, frozenset[str]] = {}
        self._here = os.getcwd()
        self._front: dict[str, bool] = {}
        self._runners: dict[str, str] = {}
        self._rendered: frozenset[str] = frozenset()
        self.only_rendered: frozenset[str] = frozenset()
        self._given = AutoImports(self._files, self._read)
        self._by_name = self._named_units()
        self.entries = frozenset(filter(self._is_entry, self._files))
        self.reached = self._reach()

    def runs(self, path: str) -> bool:
        """Whether a server runs the file at `path`, as far as imports tell; where no entry was found, each that is no
        test, script or tool."""
        here = _absolute(path)
        asked = here in self.reached if self.reached else not self._is_unseen(here)
        return asked and not self.is_front(here)

    @cached_property
    def owners(self) -> Ownership:
        """Who makes and calls what in these files."""
        files = self.reached or [path for path in self._files if not self._is_unseen(path)]
        return Ownership(files, self._read)

    def _is_unseen(self, path: str) -> bool:
        return UNSEEN.search(os.path.relpath(path, self._here).replace(os.sep, "/")) is not None

    def is_front(self, path: str) -> bool:
        """Whether the file is the front end's: a browser runs it."""
        known = self._front.get(path)
        if known is None:
            known = self._front[path] = self._is_front(path)
        return known

    def job_runner(self, path: str) -> str:
        """The library whose jobs the file at `path` works through, when it serves nothing itself; empty for none."""
        known = self._runners.get(path)
        if known is None:
            known = self._runners[path] = self._job_runner(path)
        return known

    def _job_runner(self, path: str) -> str:
        names, source = self._imports(path).names, self._read(path)
        if self._is_seed(path, source) and (
            b"@Processor(" not in source or HANDLER.search(source) is not None
        ):
            return ""
        return next(
            (
                name
                for module, works in JOB_RUNNERS
                for name in names
                if module.match(name) and works.search(source)
            ),
            "",
        )

    def browser_files(self) -> dict[str, str]:
        """Each file that a browser gets, with the file of the front end that it is loaded by (absolute paths)."""
        found: dict[str, str] = {}
        waiting = [(path, path) for path in sorted(self._files) if is_component(path) or self.is_front(path)]
        while waiting:
            path, front = waiting.pop()
            if path not in found and not USE_SERVER.search(self._read(path), 0, DIRECTIVES):
                found[path] = front
                waiting += [(target, front) for target in self.loads(path)]
        return found

    def _is_front(self, path: str) -> bool:
        if is_component(path):
            return path not in self._rendered
        source = self._read(path)
        if USE_CLIENT.search(source, 0, DIRECTIVES) is not None:
            return True
        if ROUTE_EXPORTS.search(source) is not None or USE_SERVER.search(source, 0, DIRECTIVES) is not None:
            return False
        if HOOKS.search(source) is not None or (
            PAGE.search(_bare(source)) is not None
            and ASKS.search(source) is None
            and OWN_WINDOW.search(source) is None
        ):
            return not self._is_seed(path, source)
        names = self._imports(path).names
        return any(FRONT_MODULE.match(name) for name in names) or (
            any(BUILD_MODULE.match(name) for name in names) and not self._is_seed(path, source)
        )

    def _reach(self) -> frozenset[str]:
        """What the entries load, what of it are components that a server renders, and what only those load."""
        entries = sorted(self.entries)
        served = self._walk([path for path in entries if not is_component(path)], set(), self._loads_served)
        pages = [*filter(is_component, entries), *filter(is_component, served)]
        rendered = self._walk(pages, served - set(pages), self._loads_rendered) - served | set(pages)
        self._rendered = frozenset(filter(is_component, rendered))
        self.only_rendered = frozenset(rendered - self._rendered)
        return frozenset(served | rendered)

    def _walk(self, waiting: list[str], known: set[str], loads: Callable[[str], Iterable[str]]) -> set[str]:
        seen = set(known)
        while waiting:
            path = waiting.pop()
            if path not in seen:
                seen.add(path)
                waiting += [target for target in loads(path) if target not in seen]
        return seen

    def _loads_served(self, path: str) -> Iterable[str]:
        return () if is_component(path) or self.is_front(path) else self.loads(path)

    def _loads_rendered(self, path: str) -> Iterable[str]:
        if not is_component(path) and self.is_front(path):
            return ()
        unit = self._unit(os.path.dirname(path))
        return (*self.loads(path), *self._given.files(unit.folder, unit.needs, self._read(path)))

    def _is_entry(self, path: str) -> bool:
        """Whether a server, or its framework, loads the file at `path` by itself."""
        unit = self._unit(os.path.dirname(path))
        inside = path[len(unit.folder) + 1 :]
        if TEST_FILE.search(inside) is not None or unit.needs & {"electron", "@tauri-apps/api"}:
            return False
        if self._is_unseen(unit.folder + "/-"):
            return False
        if is_component(path):
            return is_rendered(path, unit.folder, unit.needs, self._read)
        for needed, names in CONVENTIONS:
            if any(map(needed.match, unit.needs)) and any(name.search(inside) for name in names):
                return True
        if UNSEEN.search(inside) is not None or is_quiet(inside) or unit.is_front:
            return False
        return path in self._started(unit) or self._is_seed(path, self._read(path))

    def _started(self, unit: Unit) -> frozenset[str]:
        """The files that the scripts of a package start a server with: `node dist/index.js`, `tsx src/main.ts`."""
        known = self._starts.get(unit.folder)
        if known is None:
            scripts = unit.manifest.get("scripts")
            held = scripts.items() if isinstance(scripts, dict) else ()
            lines = [str(line) for name, line in held if START_SCRIPT.match(name)]
            words = [
                word for line in lines if RUNNER.search(line) for word in line.split() if FILE.match(word)
            ]
            known = self._starts[unit.folder] = frozenset(
                found for word in words if (found := self._inside(unit, word.removeprefix("./")))
            )
        return known

    def _is_seed(self, path: str, source: bytes) -> bool:
        """Whether a file handles what comes in from the network, by what it imports or calls."""
        if USE_SERVER.search(source, 0, DIRECTIVES) is not None or LISTENS.search(source) is not None:
            return True
        return any(
            SERVER.match(name) is not None and (name != "ws" or SERVES_SOCKETS.search(source) is not None)
            for name in self._imports(path).names
        )

    def loads(self, path: str) -> Iterator[str]:
        """The files of one's own that the file at `path` imports (absolute paths)."""
        found = self._imports(path)
        here = os.path.dirname(path)
        for name in found.names:
            target = self._resolve(name, here)
            if target:
                yield target
        for folder in found.folders:
            if folder.startswith("."):
                below = os.path.normpath(os.path.join(here, folder)) + "/"
                yield from (
                    file
                    for file in self._files
                    if file.startswith(below) and UNSEEN.search(file[len(below) :]) is None
                )

    def _resolve(self, name: str, here: str) -> str:
        """The file of one's own that an import of `name` in the folder `here` means; empty when it means another."""
        if name.startswith("."):
            return self._file(os.path.normpath(os.path.join(here, name)))
        found = self._aliased(name, here) or (
            self._rooted(name[2:], here) if name[:2] in ("~/", "@/") else ""
        )
        if found:
            return found
        parts = name.split("/")
        size = 2 if name.startswith("@") else 1
        unit = self._by_name.get("/".join(parts[:size]))
        return self._inside(unit, "/".join(parts[size:])) if unit is not None else ""

    def _aliased(self, name: str, here: str) -> str:
        for base, head, targets in self._aliases(here):
            starred = head.endswith("*") and name.startswith(head[:-1])
            if starred or name == head:
                rest = name[len(head) - 1 :] if starred else ""
                for target in targets:
                    found = self._file(os.path.normpath(os.path.join(base, target.replace("*", rest, 1))))
                    if found:
                        return found
        return ""

    def _rooted(self, name: str, here: str) -> str:
        """What `@/name` and `~/name` mean by convention, where no tsconfig.json says it."""
        for base in (here, *_above(here)):
            for root in (base, f"{base}/src", f"{base}/app"):
                if found := self._file(os.path.normpath(f"{root}/{name}")):
                    return found
            if base in self._by_folder:
                break
        return ""

    def _inside(self, unit: Unit, below: str) -> str:
        """The file of a workspace package that an import of it means: the source of what package.json names."""
        wanted = f"./{below}" if below else "."
        exports = unit.manifest.get("exports")
        targets: list[str] = []
        if isinstance(exports, dict) and wanted in exports:
            targets = list(strings(exports[wanted]))
        elif not below:
            targets = [
                *strings(exports),
                *(
                    str(unit.manifest[key])
                    for key in ("source", "main", "module", "types")
                    if isinstance(unit.manifest.get(key), str)
                ),
            ]
        guesses = [
            *targets,
            *([below, f"src/{below}"] if below else ["src/index", "index", "src/main", "lib/index"]),
        ]
        for guess in guesses:
            for place in (
                guess,
                re.sub(
                    r"^(?:\./)?(?:dist|build|lib|out|es|esm|cjs|types)/(?:(?:cjs|esm|src|types)/)?",
                    "src/",
                    guess,
                ),
                re.sub(r"^(?:\./)?(?:dist|build|lib|out)/", "", guess),
            ):
                bare = re.sub(r"(?:\.d)?\.[cm]?[jt]sx?$", "", place)
                found = self._file(os.path.normpath(f"{unit.folder}/{place}")) or self._file(
                    os.path.normpath(f"{unit.folder}/{bare}")
                )
                if found:
                    return found
        return ""

    def _file(self, path: str) -> str:
        if path in self._files:
            return path
        for suffix in SUFFIXES:
            if path + suffix in self._files:
                return path + suffix
        if COMPILED.search(path) is not None:
            bare = COMPILED.sub("", path)
            for suffix in (".ts", ".tsx", ".mts", ".cts"):
                if bare + suffix in self._files:
                    return bare + suffix
        return next((path + index for index in INDEXES if path + index in self._files), "")

    def _imports(self, path: str) -> Imports:
        known = self._loaded.get(path)
        if known is None:
            known = self._loaded[path] = imports_of(self._read(path))
        return known

    def _read(self, path: str) -> bytes:
        known = self._sources.get(path)
        if known is None:
            try:
                known = read_start(path, LARGEST)
            except NextfixError:
                known = b""
            self._sources[path] = known
        return known

    def _named_units(self) -> dict[str, Unit]:
        """Every package.json above one's own files, by name; those of the folders that hold files are read."""
        folders = {os.path.dirname(path) for path in self._files}
        for folder in folders:
            self._unit(folder)
        self._by_folder = {unit.folder for unit in self._units.values()}
        named: dict[str, Unit] = {}
        for unit in self._units.values():
            if unit.name:
                named.setdefault(unit.name, unit)
        return named

    def _unit(self, folder: str) -> Unit:
        known = self._units.get(folder)
        if known is None:
            manifest = read_json(f"{folder}/package.json")
            above = os.path.dirname(folder)
            if manifest or above == folder:
                held = (manifest.get(key) for key in ("dependencies", "devDependencies", "peerDependencies"))
                needs = frozenset(name for part in held if isinstance(part, dict) for name in part)
                known = Unit(folder, str(manifest.get("name", "")), manifest, needs)
            else:
                known = self._unit(above)
            self._units[folder] = known
        return known

    def _aliases(self, folder: str) -> list[tuple[str, str, list[str]]]:
        known = self._paths.get(folder)
        if known is None:
            known = []
            for name in ("tsconfig.json", "tsconfig.base.json", "jsconfig.json"):
                if os.path.isfile(f"{folder}/{name}"):
                    known += paths_of(f"{folder}/{name}", 0)
            above = os.path.dirname(folder)
            if above != folder and not os.path.isdir(f"{folder}/.git"):
                known = [*known, *self._aliases(above)]
            self._paths[folder] = known
        return known


def _above(folder: str) -> Iterator[str]:
    while (parent := os.path.dirname(folder)) != folder:
        yield parent
        folder = parent


def _bare(source: bytes) -> bytes:
    """`source` without its comments, as far as lines tell: browser words in prose mean nothing."""
    return _COMMENTS.sub(b"", source)


_COMMENTS = re.compile(rb"/\*.*?\*/|(?m:^\s*//[^\n]*$)|(?<=[\s;{}])//[^\n]*", re.S)


def _absolute(path: str) -> str:
    return os.path.abspath(path).replace(os.sep, "/")
