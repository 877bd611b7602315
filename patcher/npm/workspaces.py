"""The folders of one project: its root, its workspaces, and the standalone builds that carry copies of their own."""

from collections.abc import Iterator
from pathlib import Path

from patcher.disk.outside import read_if_there
from patcher.npm.manifest import read_manifest
from patcher.text.formats import MOST_YAML, parse_yaml

_SKIPPED = frozenset({"node_modules", ".git"})


def project_folders(root: Path) -> list[Path]:
    """`root`, its workspaces (npm, yarn, bun, pnpm) and the standalone builds of each, each once."""
    folders = dict.fromkeys([root, *_workspaces(root)])
    for folder in list(folders):
        folders.update(dict.fromkeys(_standalone(folder / ".next" / "standalone")))
    return list(folders)


def _workspaces(root: Path) -> Iterator[Path]:
    manifest = read_manifest(root)
    globs = manifest.workspaces if manifest else []
    globs = [*globs, *_pnpm_globs(root)]
    excluded = {path for glob in globs if glob.startswith("!") for path in _expand(root, glob[1:])}
    for glob in globs:
        if not glob.startswith("!"):
            yield from (path for path in _expand(root, glob) if path not in excluded)


def _pnpm_globs(root: Path) -> list[str]:
    path = root / "pnpm-workspace.yaml"
    text = read_if_there(path, limit=MOST_YAML)
    found = parse_yaml(text, path, hint="fix it, as 'pnpm install' needs it too") if text else None
    packages = found.get("packages") if isinstance(found, dict) else None
    return [glob for glob in packages if isinstance(glob, str)] if isinstance(packages, list) else []


def _expand(root: Path, glob: str) -> Iterator[Path]:
    """The folders below `root` that a workspace glob names and that are packages; never out of `root`."""
    parts = [part for part in glob.split("/") if part not in ("", ".")]
    if ".." in parts or glob.startswith("/"):
        return
    folders = [root]
    for part in parts:
        folders = [below for folder in folders for below in _step(folder, part)]
    for folder in dict.fromkeys(folders):
        if folder != root and (folder / "package.json").is_file():
            yield folder


def _step(folder: Path, part: str) -> Iterator[Path]:
    if part == "**":
        yield folder
        for below in _step(folder, "*"):
            yield from _step(below, "**")
    elif any(sign in part for sign in "*?[{"):
        yield from (
            below for below in sorted(folder.glob(part)) if below.name not in _SKIPPED and _is_real(below)
        )
    elif _is_real(folder / part):
        yield folder / part


def _is_real(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink()


def _standalone(build: Path) -> Iterator[Path]:
    """The folders of a standalone build that have a node_modules: its root, and each app of a monorepo."""
    for depth in ("", "*/", "*/*/"):
        yield from (found.parent for found in build.glob(f"{depth}node_modules") if found.is_dir())
