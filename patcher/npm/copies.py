"""Finding the copies: every installed directory of a package, once, however it was installed.

No tree is walked. A copy can only be where Node would find it: in a node_modules folder of the project, of one
of its workspaces or of a package inside such a folder, or in the stores that pnpm (`.pnpm`), yarn (`.store`)
and bun (`.bun`) keep there.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from patcher.disk.presence import is_a_folder
from patcher.errors import ExitCode, NextfixError
from patcher.model import Skipped
from patcher.npm.archives import LAYOUT as PLUG_AND_PLAY
from patcher.npm.archives import archived, loader_of, read_archived
from patcher.npm.listing import is_folder, names_in, subfolders
from patcher.npm.manifest import Manifest, parse_manifest, read_manifest
from patcher.npm.workspaces import project_folders, workspace_root
from patcher.text.paths import resolved, shown

_STORES = {".pnpm": "pnpm", ".store": "yarn", ".bun": "bun"}
STANDALONE = "standalone"  # the layout of a copy that a build's file tracing has thinned out
_DEEPEST = 24  # node_modules in node_modules; npm nests a handful
_BELOW = 2  # how many folders down an app is looked for that a project without copies may mean
_MOST_BELOW = 2_000  # folders looked at for that
_DEPENDENCIES = ("dependencies", "devDependencies", "optionalDependencies")


@dataclass(frozen=True, slots=True)
class Copy:
    """One installed package directory; `folder` is its real path, `layout` how it was installed."""

    name: str
    version: str
    folder: Path
    layout: str


@dataclass(slots=True)
class Copies:
    """The copies of a project, in order, and what stood in the way of finding them.

    Attributes:
        found: the copies that can be read.
        problems: the places that were not looked at: REFUSED for a copy of another project, FILES for what cannot be
            read, DEFECT for what is not what it should be.
        missing: when there is neither copy nor problem, where one was to be expected, or is: each with NOTHING.
    """

    found: list[Copy] = field(default_factory=list)
    problems: list[NextfixError] = field(default_factory=list)
    missing: list[NextfixError] = field(default_factory=list)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The problems as reports list them."""
        return tuple(as_skipped(problem) for problem in self.problems)


def as_skipped(problem: NextfixError) -> Skipped:
    """A problem as reports list it: its path, reason with advice, and exit code."""
    return Skipped(str(problem.path or ""), problem.advised, problem.code)


def find_copies(root: Path, names: Iterable[str]) -> Copies:
    """Find every copy of the packages `names` that belongs to the project at `root`, or `root` itself if it is one.

    Raises:
        NextfixError: NOTHING when `root` is not a folder.
    """
    if not is_a_folder(root):
        raise NextfixError(
            ExitCode.NOTHING, "no such folder", path=root, hint="name the folder of a project or package"
        )
    search = _Search(resolved(root), frozenset(names))
    search.run()
    copies = search.copies
    return Copies(copies.found, [*map(_as_shown, copies.problems)], [*map(_as_shown, copies.missing)])


class _Search:
    """One search for the copies of the packages `wanted` in the project at `root`."""

    def __init__(self, root: Path, wanted: frozenset[str]) -> None:
        self.root, self.wanted = root, wanted
        self.copies = Copies()
        self.problems = self.copies.problems
        self.folders: list[Path] = []

    def run(self) -> None:
        """Fill `copies`."""
        manifest = self._manifest(self.root)
        if manifest is not None and manifest.name in self.wanted and manifest.version:
            self.copies.found.append(Copy(manifest.name, manifest.version, self.root, "directory"))
            return
        self.folders = project_folders(self.root, self.problems)
        candidates = [found for folder in self.folders for found in self._installed(folder)]
        candidates += self._hoisted({_package_name(path) for path, _ in candidates})
        self._add_all(candidates)
        if not self.copies.found:
            self._add_archived()
        if not self.copies.found and not self.problems:
            self.copies.missing = [*self._not_installed(), *self._below()]

    def _manifest(self, folder: Path) -> Manifest | None:
        """The package.json of `folder`; None for one that cannot be read, which becomes a problem elsewhere."""
        try:
            return read_manifest(folder)
        except NextfixError:
            return None

    def _add_all(self, candidates: list[tuple[Path, str]]) -> None:
        seen: set[Path] = set()
        linked = {resolved(path) for path, _ in candidates if path.is_symlink()}
        owners: set[Path] = set()
        for path, layout in candidates:
            folder = resolved(path)
            if folder in seen or _is_left_over(folder, linked):
                continue
            seen.add(folder)
            if folder != path and not folder.is_relative_to(_modules_of(path)):
                owners = owners or self._owners()
                if _owner(folder) not in owners:
                    self._refuse(path, folder)
                    continue
            self._add(path, folder, _layout_of(folder, layout))

    def _owners(self) -> set[Path]:
        """The folders whose node_modules belong to this project: those of its whole workspace."""
        home = workspace_root(_project_of(self.root))
        return {self.root, home, *self.folders, *project_folders(home, [])}

    def _refuse(self, path: Path, folder: Path) -> None:
        self.problems.append(
            NextfixError(
                ExitCode.REFUSED,
                f"leads to {folder}, outside of this project",
                path=path,
                hint=f"run nextfix in the project that it belongs to, or name it: {shown(folder)}",
            )
        )

    def _add(self, path: Path, folder: Path, layout: str) -> None:
        try:
            manifest = read_manifest(folder)
            if manifest is None or not manifest.version:
                raise _nameless(path)
        except NextfixError as error:
            self.problems.append(error)
            return
        if manifest.name in self.wanted:
            layout = STANDALONE if _is_traced(manifest) else layout
            self.copies.found.append(Copy(manifest.name, manifest.version, folder, layout))

    def _installed(self, folder: Path) -> Iterator[tuple[Path, str]]:
        """The copies in the node_modules of `folder` and, nested, of the packages in it."""
        layout = STANDALONE if ".next" in folder.parts[-4:] else "npm"
        stack = [(folder / "node_modules", 0)]
        while stack:
            modules, depth = stack.pop()
            yield from ((path, layout if depth == 0 else "nested") for path in self._named(modules))
            for store, manager in _STORES.items():
                yield from ((path, manager) for path in self._in_store(modules / store))
            if depth < _DEEPEST:
                stack.extend((below / "node_modules", depth + 1) for below in self._with_modules(modules))

    def _named(self, modules: Path) -> Iterator[Path]:
        for name in sorted(self.wanted):
            if is_folder(modules / name, self.problems):
                yield modules / name

    def _in_store(self, store: Path) -> Iterator[Path]:
        """The copies in a store, and the links to them from the packages that use them.

        The entries of copies are `name@version...` (pnpm, bun) or `name-npm-version...` (yarn).
        """
        starts = {
            name: tuple(
                name.replace("/", sign) + mark for sign in "+-" for mark in ("@", "-npm-", "-virtual-")
            )
            for name in self.wanted
        }
        for entry in names_in(store, self.problems):
            modules = store / entry / "node_modules"
            there = set(names_in(modules, self.problems))
            for name, own_starts in starts.items():
                own = entry.startswith(own_starts)
                inside = modules / name
                if name.partition("/")[0] in there and (own or os.path.islink(inside)):
                    if is_folder(inside, self.problems):
                        yield inside
                elif own and is_folder(store / entry / "package", self.problems):
                    yield store / entry / "package"

    def _with_modules(self, modules: Path) -> Iterator[Path]:
        """The packages in a node_modules folder, scopes included, that have a node_modules of their own."""
        for name in subfolders(modules, self.problems):
            if name.startswith("@"):
                yield from self._with_modules(modules / name)
            elif not name.startswith(".") and is_folder(f"{modules}/{name}/node_modules", self.problems):
                yield modules / name

    def _hoisted(self, found: set[str]) -> Iterator[tuple[Path, str]]:
        """The copies above the root that Node would load: in the workspace, or of what package.json asks for."""
        absent = self.wanted - found
        if not absent:
            return
        project = _project_of(self.root)
        home = workspace_root(project)
        declared = _declared(self._manifest(project))
        for name in sorted(absent):
            for parent in self.root.parents:
                inside = parent.is_relative_to(home) or name in declared
                if inside and is_folder(parent / "node_modules" / name, self.problems):
                    yield parent / "node_modules" / name, "hoisted"
                    break

    def _add_archived(self) -> None:
        """Add the copies of a Yarn Plug'n'Play project: in archives, or unplugged from them."""
        loader = loader_of(self.root)
        if loader is None:
            return
        try:
            located = dict.fromkeys(archived(loader, self.wanted))
        except NextfixError as error:
            self.problems.append(error)
            return
        for name, folder in located:
            if not is_folder(folder, self.problems):
                self._add_from_archive(name, folder)
            elif folder.is_relative_to(resolved(loader.parent)) and not self._is_foreign(folder):
                self._add(folder, folder, "unplugged")
            else:
                self._refuse(loader, folder)

    def _is_foreign(self, folder: Path) -> bool:
        """Whether a folder of a Plug'n'Play map is in the node_modules of another project."""
        owner = _owner(folder)
        return owner != folder and os.path.exists(owner / "package.json") and owner not in self._owners()

    def _add_from_archive(self, name: str, folder: Path) -> None:
        try:
            data = read_archived(folder, "package.json")
            if data is None:
                raise NextfixError(
                    ExitCode.FILES, "is not in the archive", path=folder, hint="run 'yarn install'"
                )
            manifest = parse_manifest(folder / "package.json", data)
            if not manifest.version:
                raise _nameless(folder)
        except NextfixError as error:
            self.problems.append(error)
            return
        self.copies.found.append(Copy(name, manifest.version, folder, PLUG_AND_PLAY))

    def _not_installed(self) -> Iterator[NextfixError]:
        """A problem for each package that the project asks for and that is not installed."""
        for folder in self.folders:
            names = sorted(_declared(self._manifest(folder)) & self.wanted)
            if names:
                reason = f"asks for {' and '.join(names)}, which is not installed"
                hint = "install the dependencies first"
                yield NextfixError(ExitCode.NOTHING, reason, path=folder / "package.json", hint=hint)

    def _below(self) -> Iterator[NextfixError]:
        """A problem for each project below the root that is not one of its workspaces and has copies."""
        level, looked_at = [self.root], 0
        for _ in range(_BELOW):
            level = [folder / name for folder in level for name in subfolders(folder, [])]
            level = [folder for folder in level if folder.name != "node_modules" and folder.name[0] != "."]
            level = level[: _MOST_BELOW - looked_at]
            looked_at += len(level)
            for folder in level:
                names = [
                    name for name in sorted(self.wanted) if is_folder(folder / "node_modules" / name, [])
                ]
                if names:
                    reason = f"is a project of its own with {' and '.join(names)}"
                    hint = f"name it: {shown(folder)}"
                    yield NextfixError(ExitCode.NOTHING, reason, path=folder, hint=hint)


def _as_shown(problem: NextfixError) -> NextfixError:
    """`problem` with its path as reports show it."""
    return NextfixError(problem.code, problem.reason, path=shown(Path(problem.path or "")), hint=problem.hint)


def _nameless(path: Path) -> NextfixError:
    reason = "its package.json names no version"
    return NextfixError(ExitCode.DEFECT, reason, path=path, hint="reinstall the package")


def _declared(manifest: Manifest | None) -> set[str]:
    """The packages that a package.json asks for."""
    fields = (manifest.data.get(name) for name in _DEPENDENCIES) if manifest else ()
    return {name for field in fields if isinstance(field, dict) for name in field}


def _project_of(folder: Path) -> Path:
    """The nearest folder at or above `folder` with a package.json; `folder` itself when there is none."""
    return next(
        (above for above in (folder, *folder.parents) if os.path.isfile(above / "package.json")), folder
    )


def _package_name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}" if path.parent.name.startswith("@") else path.name


def _modules_of(path: Path) -> Path:
    """The node_modules folder in which a copy was found."""
    return path.parent.parent if path.parent.name.startswith("@") else path.parent


def _owner(folder: Path) -> Path:
    """The folder to whose node_modules `folder` belongs, however deep; `folder` itself when it is in none."""
    parents = [parent for parent in folder.parents if parent.name == "node_modules"]
    return parents[-1].parent if parents else folder


def _is_left_over(folder: Path, linked: set[Path]) -> bool:
    """Whether a store keeps the copy from an earlier install: it links to other copies, and to this one no more.

    pnpm leaves them for a week, so after an upgrade or a patch the old copy is still there.
    """
    store = next((parent for parent in folder.parents if parent.name in _STORES), None)
    return store is not None and folder not in linked and any(store in other.parents for other in linked)


def _layout_of(folder: Path, layout: str) -> str:
    """A link that leads into a store is a copy of that store's manager, wherever it was found."""
    stores = (_STORES[part] for part in reversed(folder.parts) if part in _STORES)
    return layout if layout == STANDALONE else next(stores, layout)


def _is_traced(manifest: Manifest) -> bool:
    """Whether a copy lacks its own program: a standalone build, or an image made of one, has no use for it."""
    bins = manifest.data.get("bin")
    paths = bins.values() if isinstance(bins, dict) else [bins]
    named = [path for path in paths if isinstance(path, str)]
    return bool(named) and not any(os.path.exists(manifest.path.parent / path) for path in named)
