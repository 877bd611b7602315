"""Finding the copies: every installed directory of a package, once, however it was installed.

No tree is walked. A copy can only be where Node would find it: in a node_modules folder of the project, of one
of its workspaces or of a package inside such a folder, or in the stores that pnpm (`.pnpm`), yarn (`.store`)
and bun (`.bun`) keep there.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from patcher.errors import ExitCode, NextfixError
from patcher.model import Skipped
from patcher.npm.archives import LAYOUT as PLUG_AND_PLAY
from patcher.npm.archives import archived, loader_of, read_archived
from patcher.npm.manifest import Manifest, parse_manifest, read_manifest
from patcher.npm.workspaces import project_folders

_STORES = {".pnpm": "pnpm", ".store": "yarn", ".bun": "bun"}
STANDALONE = "standalone"  # the layout of a copy that Next's file tracing has thinned out
_DEEPEST = 24  # node_modules in node_modules; npm nests a handful


@dataclass(frozen=True, slots=True)
class Copy:
    """One installed package directory; `folder` is its real path, `layout` how it was installed."""

    name: str
    version: str
    folder: Path
    layout: str


@dataclass(slots=True)
class Copies:
    """The copies under a root, in order, and the places that were passed over with the reason.

    `unread` are those of `skipped` that are copies of this project whose package.json tells nothing: unlike a link
    that leads out of the project, they are a failure.
    """

    found: list[Copy] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unread: list[tuple[Copy, NextfixError]] = field(default_factory=list)

    @property
    def outside(self) -> tuple[Skipped, ...]:
        """What was skipped without being a failure."""
        failed = {str(copy.folder) for copy, _ in self.unread}
        return tuple(item for item in self.skipped if item.path not in failed)


def find_copies(root: Path, names: Iterable[str]) -> Copies:
    """Every copy of the packages `names` that belongs to the project at `root`, or `root` itself if it is one.

    Raises:
        NextfixError: NOTHING when `root` is no folder, DEFECT when a Plug'n'Play map cannot be read.
    """
    if not root.is_dir():
        raise NextfixError(
            ExitCode.NOTHING, "no such folder", path=root, hint="name the folder of a project or package"
        )
    wanted = frozenset(names)
    copies = Copies()
    manifest = read_manifest(root)
    if manifest is not None and manifest.name in wanted and manifest.version:
        copies.found.append(Copy(manifest.name, manifest.version, root.resolve(), "directory"))
        return copies
    _collect(root, wanted, copies)
    if not copies.found and not copies.skipped:
        _collect_archived(root, wanted, copies)
    return copies


def _collect(root: Path, wanted: frozenset[str], copies: Copies) -> None:
    seen: set[Path] = set()
    home = _project_home(root)
    candidates = [found for folder in project_folders(root) for found in _installed(folder, wanted)]
    if not candidates:
        candidates = [found for parent in root.resolve().parents for found in _direct(parent, wanted)]
    linked = {path.resolve() for path, _ in candidates if path.is_symlink()}
    for path, layout in candidates:
        folder = path.resolve()
        if folder in seen or _is_left_over(folder, linked):
            continue
        seen.add(folder)
        if not folder.is_relative_to(home) and not _in_modules_of(folder, home):
            reason = f"a link to {folder}, outside this project; name that folder to patch it"
            copies.skipped.append(Skipped(str(path), reason))
            continue
        _add(path, folder, _layout_of(folder, layout), wanted, copies)


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


def _add(path: Path, folder: Path, layout: str, wanted: frozenset[str], copies: Copies) -> None:
    try:
        manifest = read_manifest(folder)
        if manifest is None or not manifest.version:
            raise NextfixError(
                ExitCode.DEFECT, "its package.json names no version", path=path, hint="reinstall the package"
            )
    except NextfixError as error:
        copies.skipped.append(Skipped(str(path), f"{error.reason}; {error.hint}"))
        copies.unread.append((Copy(path.name, "unknown", path, layout), error))
        return
    if manifest.name in wanted:
        layout = STANDALONE if _is_traced(manifest) else layout
        copies.found.append(Copy(manifest.name, manifest.version, folder, layout))


def _is_traced(manifest: Manifest) -> bool:
    """Whether a copy lacks its own program: a standalone build, or an image made of one, has no use for it."""
    bins = manifest.data.get("bin")
    paths = bins.values() if isinstance(bins, dict) else [bins]
    named = [path for path in paths if isinstance(path, str)]
    return bool(named) and not any(os.path.exists(manifest.path.parent / path) for path in named)


def _project_home(root: Path) -> Path:
    """The outermost folder above `root` that is one project with it: a workspace root, or `root` itself."""
    real = root.resolve()
    above = [
        parent
        for parent in real.parents
        if (parent / "pnpm-workspace.yaml").is_file() or (parent / "node_modules").is_dir()
    ]
    return above[-1] if above else real


def _in_modules_of(folder: Path, home: Path) -> bool:
    return any(folder.is_relative_to(parent / "node_modules") for parent in home.parents)


def _installed(folder: Path, wanted: frozenset[str]) -> Iterator[tuple[Path, str]]:
    """The copies in the node_modules of `folder` and, nested, of the packages in it."""
    layout = STANDALONE if ".next" in folder.parts[-4:] else "npm"
    stack = [(folder / "node_modules", 0)]
    while stack:
        modules, depth = stack.pop()
        yield from ((path, layout if depth == 0 else "nested") for path in _named(modules, wanted))
        for store, manager in _STORES.items():
            yield from ((path, manager) for path in _in_store(modules / store, wanted))
        if depth < _DEEPEST:
            stack.extend((below / "node_modules", depth + 1) for below in _packages_with_modules(modules))


def _direct(folder: Path, wanted: frozenset[str]) -> Iterator[tuple[Path, str]]:
    for path in _named(folder / "node_modules", wanted):
        yield path, "hoisted"


def _named(modules: Path, wanted: frozenset[str]) -> Iterator[Path]:
    for name in sorted(wanted):
        if (modules / name).is_dir():
            yield modules / name


def _in_store(store: Path, wanted: frozenset[str]) -> Iterator[Path]:
    """The copies in a store, and the links to them from the packages that use them.

    The entries of copies are `name@version...` (pnpm, bun) or `name-npm-version...` (yarn).
    """
    try:
        entries = sorted(os.listdir(store))
    except OSError:
        return
    flat = {
        name: tuple(name.replace("/", sign) + mark for sign in "+-" for mark in ("@", "-npm-", "-virtual-"))
        for name in wanted
    }
    for entry in entries:
        for name, starts in flat.items():
            own = entry.startswith(starts)
            inside = store / entry / "node_modules" / name
            if inside.is_dir() and (own or inside.is_symlink()):
                yield inside
            elif own and (store / entry / "package").is_dir():
                yield store / entry / "package"


def _packages_with_modules(modules: Path) -> Iterator[Path]:
    """The packages in a node_modules folder, scopes included, that have a node_modules of their own."""
    try:
        with os.scandir(modules) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for name in names:
        if name.startswith("@"):
            yield from _packages_with_modules(modules / name)
        elif not name.startswith(".") and os.path.isdir(modules / name / "node_modules"):
            yield modules / name


def _collect_archived(root: Path, wanted: frozenset[str], copies: Copies) -> None:
    """The copies of a Yarn Plug'n'Play project: in archives, or unplugged from them."""
    loader = loader_of(root)
    for name, folder in dict.fromkeys(archived(loader, wanted)) if loader else ():
        if folder.is_dir():
            _add(folder, folder, "unplugged", wanted, copies)
            continue
        data = read_archived(folder, "package.json")
        manifest = parse_manifest(folder / "package.json", data) if data is not None else None
        if manifest is None or not manifest.version:
            copies.skipped.append(Skipped(str(folder), "not in the archive; run 'yarn install'"))
        else:
            copies.found.append(Copy(name, manifest.version, folder, PLUG_AND_PLAY))
