"""Which files to analyse: the user's own sources, or what is installed in node_modules.

Sources honour `.gitignore`; dependencies never do, since node_modules is always ignored and is what is asked
about. Symbolic links are followed once: a link into what is scanned anyway is not another file, and a link
that leads back to its own parent is not followed at all.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patcher.model import Skipped
from patcher.syntax.tree import Dialect

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Ignores = tuple[tuple[str, "GitIgnoreSpec"], ...]

_JAVASCRIPT = (".js", ".cjs", ".mjs", ".jsx")
_TYPESCRIPT = (".ts", ".mts", ".cts")
_NEVER = frozenset({".git", ".hg", ".svn", ".next", ".nuxt", ".turbo", ".cache", ".yarn"})
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")


@dataclass(frozen=True, slots=True)
class Found:
    """The files to analyse, and the folders that could not be listed."""

    files: tuple[str, ...]
    skipped: tuple[Skipped, ...]


def dialect_of(path: str) -> Dialect | None:
    """The grammar for a file by its name; None when it is not JavaScript or TypeScript."""
    if path.endswith(_JAVASCRIPT):
        return Dialect.JAVASCRIPT
    if path.endswith(_DECLARATIONS):
        return None
    if path.endswith(".tsx"):
        return Dialect.TSX
    return Dialect.TYPESCRIPT if path.endswith(_TYPESCRIPT) else None


class _Walk:
    """One pass over folders, with what it has seen and what it could not read."""

    def __init__(self, *, dependencies: bool) -> None:
        self.dependencies = dependencies
        self.seen: set[str] = set()
        self.skipped: list[Skipped] = []
        self.roots: list[str] = []

    def files(self, root: str) -> Iterator[str]:
        self.roots.append(os.path.realpath(root))
        above = () if self.dependencies else _gitignores_above(root)
        stack: list[tuple[str, bool, Ignores]] = [(root, self._within(root), above)]
        while stack:
            folder, inside, ignored = stack.pop()
            entries = self._entries(folder)
            if not self.dependencies:
                ignored = _with_gitignore(folder, entries, ignored)
            below = []
            for entry in entries:
                if entry.is_symlink() and not self._new_link(entry.path):
                    continue
                if ignored and _is_ignored(entry.path, entry.is_dir(), ignored):
                    continue
                if self._is_folder(entry):
                    if self._enters(entry.name, inside):
                        below.append((entry.path, inside or entry.name == "node_modules", ignored))
                elif inside == self.dependencies and dialect_of(entry.name) and self._regular(entry):
                    yield entry.path
            stack.extend(reversed(below))

    def _within(self, root: str) -> bool:
        return self.dependencies and "node_modules" in os.path.abspath(root).split(os.sep)

    def _enters(self, name: str, inside: bool) -> bool:
        if inside:
            return name != ".cache"
        if name == "node_modules":
            return self.dependencies
        return name not in _NEVER

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as listing:
                return sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self.skipped.append(Skipped(folder, f"could not be listed: {error.strerror}"))
            return []

    def _is_folder(self, entry: "os.DirEntry[str]") -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _regular(self, entry: "os.DirEntry[str]") -> bool:
        try:
            return entry.is_file()
        except OSError as error:
            self.skipped.append(Skipped(entry.path, f"could not be looked at: {error.strerror}"))
            return False

    def _new_link(self, path: str) -> bool:
        """Whether a symbolic link leads outside of everything that is scanned anyway, for the first time."""
        real = os.path.realpath(path)
        if real in self.seen or not os.path.exists(real):
            return False
        self.seen.add(real)
        return not any(
            real == root or real.startswith(root + os.sep) or root.startswith(real + os.sep)
            for root in self.roots
        )


def _with_gitignore(folder: str, entries: list[os.DirEntry[str]], above: Ignores) -> Ignores:
    if not any(entry.name == ".gitignore" for entry in entries):
        return above
    return (*above, *_gitignore(folder))


def _gitignore(folder: str) -> Ignores:
    """What the .gitignore of `folder` says; nothing when there is none that can be read."""
    from pathspec import GitIgnoreSpec

    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as text:
            return ((folder, GitIgnoreSpec.from_lines(text)),)
    except OSError:
        return ()


def _gitignores_above(root: str) -> Ignores:
    """The .gitignore files from the top of the repository down to the parent of `root`.

    None of them when they ignore `root` itself: who names an ignored folder wants it looked at.
    """
    folder = os.path.abspath(root)
    above: Ignores = ()
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return ()
        above = (*_gitignore(folder), *above)
    return () if _is_ignored(os.path.abspath(root), True, above) else above


def _is_ignored(path: str, is_folder: bool, ignored: Ignores) -> bool:
    for folder, spec in reversed(ignored):
        name = os.path.relpath(path, folder).replace(os.sep, "/")
        verdict = spec.check_file(f"{name}/" if is_folder else name).include
        if verdict is not None:
            return verdict
    return False


def collect(paths: Iterable[str], *, sources: bool, dependencies: bool) -> Found:
    """The files to analyse under `paths`, each real file once, in a stable order.

    Args:
        paths: files or folders. A file named here is taken whatever `.gitignore` says.
        sources: whether the user's own files are wanted (`.gitignore` honoured, node_modules left out).
        dependencies: whether what is installed in node_modules is wanted (`.gitignore` never honoured).
    """
    files: dict[str, None] = {}
    skipped: list[Skipped] = []
    for wanted, inside in ((sources, False), (dependencies, True)):
        if not wanted:
            continue
        walk = _Walk(dependencies=inside)
        for path in paths:
            if os.path.isdir(path):
                files.update(dict.fromkeys(walk.files(path)))
            elif dialect_of(path) is not None and (inside == ("node_modules" in path.split(os.sep))):
                files[path] = None
            elif not os.path.exists(path):
                skipped.append(Skipped(path, "does not exist"))
        skipped += walk.skipped
    return Found(tuple(files), tuple(skipped))
