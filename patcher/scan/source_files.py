"""Finding JavaScript and TypeScript files: one's own source with its Vue and Svelte components, and the dependencies.

One's own source is what lies outside node_modules, is not hidden and not in a `.gitignore`; the
dependencies are what lies inside node_modules, where no `.gitignore` counts. Symbolic links are not
followed: what they point to is found where it is, and a cycle cannot arise.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path

from patcher.disk.outside import read_if_there
from patcher.disk.presence import is_regular, is_there
from patcher.errors import ExitCode, NextfixError
from patcher.model import Skipped
from patcher.syntax.components import COMPONENTS, is_component
from patcher.text.gitignore import IgnoreRules
from patcher.text.paths import shown

Excluded = Callable[[str], bool]
Rules = tuple[tuple[str, IgnoreRules], ...]

SUFFIXES = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx")
_DECLARATIONS = tuple(f".d{suffix}" for suffix in SUFFIXES)
MODULES = "node_modules"
_NAME = attrgetter("name")
_LARGEST_IGNORE = 1024 * 1024  # bytes of a .gitignore


def is_source(name: str) -> bool:
    """Whether a file of that name is JavaScript or TypeScript; declarations (`.d.ts`) have no code."""
    return name.endswith(SUFFIXES) and not name.endswith(_DECLARATIONS) and name not in SUFFIXES


def _is_own(name: str) -> bool:
    """Whether a file of that name can be one's own source: components of Vue and Svelte too, which a package has for
    the build of who installs it."""
    return is_source(name) or (is_component(name) and name not in COMPONENTS)


def own_files(
    roots: Iterable[Path], skipped: list[Skipped], excluded: Excluded = lambda _: False
) -> Iterator[str]:
    """One's own source files below `roots`, each once, as they are found.

    Args:
        roots: folders to search, and files, which are taken whatever any .gitignore says, also without
            a suffix.
        skipped: gets the folders that cannot be listed.
        excluded: tells of a path, with a trailing slash for a folder, whether to leave it out.
    """
    return _once(
        file
        for root in roots
        for file in (
            _named(root, excluded)
            if is_regular(root)
            else _search(Path(os.path.abspath(root)), skipped, excluded)
        )
    )


def dependency_files(
    roots: Iterable[Path], skipped: list[Skipped], excluded: Excluded = lambda _: False
) -> Iterator[str]:
    """The source files in every node_modules folder below `roots`, each once, as they are found; see `own_files`."""
    return _once(file for root in roots for file in _dependencies(root, skipped, excluded))


def _once(files: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for file in files:
        if file not in seen:
            seen.add(file)
            yield file


def _dependencies(root: Path, skipped: list[Skipped], excluded: Excluded) -> Iterator[str]:
    inside = MODULES in root.resolve().parts
    if is_regular(root):
        yield from _named(root, excluded) if inside else ()
        return
    for folder, folders, files in _walk(os.path.abspath(root), skipped):
        folders[:] = [entry for entry in folders if entry.name != ".git" and not _left_out(entry, excluded)]
        if inside or MODULES in folder.split(os.sep):
            yield from _chosen(folder, files, excluded, is_source)


def _named(file: Path, excluded: Excluded) -> tuple[str, ...]:
    wanted = _is_own(file.name) or not file.suffix
    return (shown(file),) if wanted and not excluded(shown(file)) else ()


def _search(root: Path, skipped: list[Skipped], excluded: Excluded) -> Iterator[str]:
    """The sources below `root` that no .gitignore names, of its repository or of its folders."""
    modules = MODULES in root.parts
    rules = {str(root): () if modules else _rules_above(root, skipped)}
    for folder, folders, files in _walk(str(root), skipped):
        here = rules.pop(folder)
        if not modules and any(entry.name == ".gitignore" for entry in files):
            here = (*here, *_rules_in(Path(folder), skipped))
        folders[:] = [
            entry
            for entry in folders
            if not entry.name.startswith(".")
            and entry.name != MODULES
            and not _ignored(f"{entry.path}/", here)
            and not _left_out(entry, excluded)
        ]
        rules.update((entry.path, here) for entry in folders)
        visible = (entry for entry in files if not entry.name.startswith("."))
        seen = (entry for entry in visible if not _ignored(entry.path, here))
        yield from _chosen(folder, seen, excluded, is_source if modules else _is_own)


def _rules_above(root: Path, skipped: list[Skipped]) -> Rules:
    """The .gitignore files from the root of the repository down to the parent of `root`.

    None of them when `root` is ignored itself: who names an ignored folder wants it searched.
    """
    above: list[tuple[str, IgnoreRules]] = []
    if not is_there(root / ".git"):
        for folder in root.parents:
            above[:0] = _rules_in(folder, skipped)
            if is_there(folder / ".git"):
                return () if _ignored(f"{root}/", above) else tuple(above)
    return ()


def _rules_in(folder: Path, skipped: list[Skipped]) -> Rules:
    """The rules of the .gitignore in `folder`; one that cannot be read ignores nothing, and is reported."""
    path = folder / ".gitignore"
    try:
        text = read_if_there(path, limit=_LARGEST_IGNORE)
        if text is None:
            return ()
        lines = text.decode("utf-8-sig", "surrogateescape").split("\n")
        return ((os.path.join(folder, ""), IgnoreRules(lines)),)
    except NextfixError as error:
        skipped.append(Skipped(shown(path), f"{error.reason}; what it ignores was searched too"))
        return ()


def _ignored(path: str, rules: Sequence[tuple[str, IgnoreRules]]) -> bool:
    """Whether the innermost .gitignore that speaks of the absolute `path` ignores it."""
    for base, spec in reversed(rules):
        verdict = spec.verdict(path.removeprefix(base))
        if verdict is not None:
            return verdict
    return False


def _left_out(folder: "os.DirEntry[str]", excluded: Excluded) -> bool:
    return excluded(f"{_shown(folder.path)}/")


def _shown(path: str) -> str:
    """`shown` for an absolute path below the working directory without its price, which 4,000 folders feel."""
    here = os.getcwd() + os.sep
    return path[len(here) :].replace(os.sep, "/") if path.startswith(here) else shown(Path(path))


def _chosen(
    folder: str,
    files: Iterable["os.DirEntry[str]"],
    excluded: Excluded,
    is_wanted: Callable[[str], bool],
) -> Iterator[str]:
    here = "" if folder == os.getcwd() else f"{_shown(folder)}/"
    for entry in files:
        if is_wanted(entry.name) and not excluded(path := here + entry.name):
            yield path


def _walk(
    top: str, skipped: list[Skipped]
) -> Iterator[tuple[str, list["os.DirEntry[str]"], list["os.DirEntry[str]"]]]:
    """Like os.walk: a folder, its folders (for the caller to thin out) and its files, links left out."""
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=_NAME)
        except OSError as error:
            reason = f"cannot be listed: {error.strerror}; run as a user who may read it"
            skipped.append(Skipped(shown(Path(folder)), reason, ExitCode.FILES))
            continue
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        yield folder, folders, [entry for entry in entries if entry.is_file(follow_symlinks=False)]
        stack += [entry.path for entry in reversed(folders)]
