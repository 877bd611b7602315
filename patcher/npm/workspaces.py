"""The folders of one project: its root, its workspaces, and the standalone builds that carry copies of their own."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from patcher.disk.outside import MissingFileError, load_yaml
from patcher.errors import ExitCode, NextfixError
from patcher.npm.listing import is_file, is_folder, subfolders
from patcher.npm.manifest import read_manifest
from patcher.text.paths import resolved

_SKIPPED = frozenset({"node_modules", ".git"})
_MOST_STEPS = 2_000_000  # folders that the globs of one project lead through, times globs: some seconds
_MOST_GLOBS = 1_000  # globs of one project, when their braces are expanded
_LONGEST = 1_024  # characters of a glob
_MOST_REPEATED = (
    4  # signs for "any number of" in one part of a glob that has groups: more could take for ever
)
_GROUP = r"[?*+@!]\("
_ANY_DEPTH = "**"

# One part of a glob, between slashes: `**`, a name, or what says whether a name fits.
_Part = str | Callable[[str], object]


class _Glob:
    """The parts of one glob; two globs are never the same one."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[_Part, ...]) -> None:
        self.parts = parts


_States = frozenset[tuple[_Glob, int]]  # how many parts of each glob a path has passed


def project_folders(root: Path, problems: list[NextfixError] | None = None) -> list[Path]:
    """List `root`, its workspaces (npm, yarn, bun, pnpm) and the standalone builds of each, each once.

    What cannot be read on the way is added to `problems`.

    Raises:
        NextfixError: without `problems`, for the first thing that cannot be read.
    """
    found: list[NextfixError] = []
    folders = dict.fromkeys([root, *_workspaces(root, found)])
    for folder in list(folders):
        folders.update(dict.fromkeys(_standalone(folder / ".next" / "standalone", found)))
    if problems is None and found:
        raise found[0]
    if problems is not None:
        problems.extend(found)
    return list(folders)


def workspace_root(folder: Path) -> Path:
    """Find the root of the workspace that `folder` is a package of; `folder` itself when it is of none.

    A folder above that cannot be read is not a workspace root.
    """
    real = resolved(folder)
    for parent in real.parents:
        try:
            wanted, unwanted = _globs(parent)
        except NextfixError:
            continue
        path = real.relative_to(parent).parts
        if _fits(wanted, path) and not _fits(unwanted, path):
            return parent
    return real


def _workspaces(root: Path, problems: list[NextfixError]) -> Iterator[Path]:
    try:
        wanted, unwanted = _globs(root)
    except NextfixError as error:
        problems.append(error)
        return
    for path in _walk(root, wanted, problems):
        if _fits(unwanted, path.relative_to(root).parts):
            continue
        if is_file(path / "package.json", problems):
            yield path


def _globs(root: Path) -> tuple[list[_Glob], list[_Glob]]:
    """The workspace globs of `root`, and those that begin with `!` and take away from them.

    Raises:
        NextfixError: FILES or DEFECT when package.json or pnpm-workspace.yaml cannot be read, or has globs that
            stand for too much.
    """
    manifest = read_manifest(root)
    texts = [*(manifest.workspaces if manifest else ()), *_pnpm_globs(root)]
    if not texts:
        return [], []
    expanded = [glob for text in texts for glob in _without_braces(text, root)][: _MOST_GLOBS + 1]
    if len(expanded) > _MOST_GLOBS or any(len(text) > _LONGEST for text in texts):
        raise _too_much(root, f"more than {_MOST_GLOBS:,} globs, or one longer than {_LONGEST:,} characters")
    wanted = (glob for glob in expanded if not glob.startswith("!"))
    unwanted = (glob.lstrip("!") for glob in expanded if glob.startswith("!"))
    return [*_compiled(wanted, root)], [*_compiled(unwanted, root)]


def _pnpm_globs(root: Path) -> list[str]:
    try:
        found = load_yaml(root / "pnpm-workspace.yaml", hint="correct it and run the command again")
    except MissingFileError:
        return []
    packages = found.get("packages") if isinstance(found, dict) else None
    return [glob for glob in packages if isinstance(glob, str)] if isinstance(packages, list) else []


def _without_braces(glob: str, root: Path) -> list[str]:
    """`packages/{a,b}` as `packages/a` and `packages/b`."""
    if "{" not in glob or len(glob) > _LONGEST:
        return [glob]
    from bracex import ExpansionLimitException, expand

    try:
        return expand(glob, limit=_MOST_GLOBS)
    except (ExpansionLimitException, RecursionError) as error:
        raise _too_much(root, f"{glob!r:.80} stands for more than {_MOST_GLOBS:,} globs") from error


def _too_much(root: Path, reason: str) -> NextfixError:
    hint = "name the workspaces more closely"
    return NextfixError(ExitCode.DEFECT, f"its workspaces cannot be followed: {reason}", path=root, hint=hint)


def _compiled(globs: Iterable[str], root: Path) -> Iterator[_Glob]:
    """The parts of each glob, `**` once in a row; a glob that leads out of the project is left out."""
    for glob in globs:
        found = [part for part in glob.split("/") if part not in ("", ".")]
        parts = [part for key, run in groupby(found) for part in ([key] if key == _ANY_DEPTH else run)]
        if parts and ".." not in parts and not glob.startswith("/") and "\0" not in glob:
            yield _Glob(tuple(_part(part, root) for part in parts))


def _part(text: str, root: Path) -> _Part:
    if text == _ANY_DEPTH:
        return text
    if re.search(_GROUP, text):
        return _grouped(text, root)
    if any(sign in text for sign in "*?["):
        # The standard library's expression backtracks into no `*`, so that no name takes long.
        fits = re.compile(fnmatch.translate(text.replace("[^", "[!"))).match
        return lambda name: (text.startswith(".") or not name.startswith(".")) and fits(name)
    return text


def _grouped(text: str, root: Path) -> Callable[[str], object]:
    """The part of a glob that has groups: `@(web|site)`, `!(old)`."""
    from wcmatch import fnmatch as groups

    if text.count("*") + text.count("+(") > _MOST_REPEATED:
        raise _too_much(root, f"{text!r:.80} has more than {_MOST_REPEATED} signs for any number of")
    fits = groups.compile(text, flags=groups.EXTMATCH | groups.CASE)
    return lambda name: fits.match(name)


def _start(globs: Iterable[_Glob]) -> _States:
    return frozenset(state for glob in globs for state in _reached(glob, 0))


def _reached(glob: _Glob, at: int) -> Iterator[tuple[_Glob, int]]:
    """The place `at` in `glob`, and the next one if `**` is there, which may stand for no folder at all."""
    yield glob, at
    if at < len(glob.parts) and glob.parts[at] == _ANY_DEPTH:
        yield glob, at + 1


def _enter(states: _States, name: str) -> _States:
    """How far each glob has come when its path goes on with the folder `name`."""
    if name in _SKIPPED:
        return frozenset()
    found: set[tuple[_Glob, int]] = set()
    for glob, at in states:
        part = glob.parts[at] if at < len(glob.parts) else None
        if part == _ANY_DEPTH:
            if not name.startswith("."):
                found.update(_reached(glob, at))
        elif part == name or (callable(part) and part(name)):
            found.update(_reached(glob, at + 1))
    return frozenset(found)


def _is_end(states: _States) -> bool:
    return any(at == len(glob.parts) for glob, at in states)


def _fits(globs: Iterable[_Glob], path: Sequence[str]) -> bool:
    states = _start(globs)
    for name in path:
        states = _enter(states, name)
        if not states:
            return False
    return _is_end(states)


def _walk(root: Path, globs: Iterable[_Glob], problems: list[NextfixError]) -> Iterator[Path]:
    """The folders below `root` that a glob names, in order; only folders on the way to one are listed."""
    stack = [(root, _start(globs))]
    steps = 0
    while stack:
        folder, states = stack.pop()
        if folder != root and _is_end(states):
            yield folder
        names = _next_names(folder, states, problems)
        steps += len(names) * len(states)
        if steps > _MOST_STEPS:
            problems.append(_too_much(root, "they lead through too many folders"))
            return
        below = ((folder / name, _enter(states, name)) for name in reversed(names))
        stack.extend((path, reached) for path, reached in below if reached)


def _next_names(folder: Path, states: _States, problems: list[NextfixError]) -> list[str]:
    """The folders in `folder` in which a glob may go on; it is listed only if a glob does not say which."""
    parts = {glob.parts[at] for glob, at in states if at < len(glob.parts)}
    if any(callable(part) or part == _ANY_DEPTH for part in parts):
        return subfolders(folder, problems)
    named = sorted(part for part in parts if isinstance(part, str))
    return [name for name in named if is_folder(folder / name, problems, follow=False)]


def _standalone(build: Path, problems: list[NextfixError]) -> Iterator[Path]:
    """The folders of a standalone build that have a node_modules: its root, and each app of a monorepo."""
    level = [build] if is_folder(build, problems) else []
    for _ in range(3):
        yield from (folder for folder in level if is_folder(folder / "node_modules", problems))
        level = [
            folder / name for folder in level for name in subfolders(folder, problems) if name not in _SKIPPED
        ]
