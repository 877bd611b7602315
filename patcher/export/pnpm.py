"""pnpm: `patchedDependencies` in pnpm-workspace.yaml, or in package.json under `pnpm` before pnpm 10."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patcher.errors import NextfixError
from patcher.export.change import Destination, Patch, Wiring
from patcher.export.patched_dependencies import FIELD, patch_in_use, wired
from patcher.export.project_file import edited, read_if_there, with_entries, with_values
from patcher.npm.manager import Manager, manager_of
from patcher.npm.manifest import read_manifest
from patcher.text.formats import parse_yaml

_WORKSPACE = "pnpm-workspace.yaml"
_STEPS = ("run 'pnpm install' once: it records the patch in pnpm-lock.yaml",)


def existing(destination: Destination) -> Path | None:
    """The patch that pnpm-workspace.yaml or package.json names for the release."""
    return patch_in_use(destination, _entries(destination.home))


def wire(patches: Sequence[Patch]) -> Wiring:
    """The patches under patches/ and their entries where this project's pnpm reads them."""
    home = patches[0].destination.home
    edits, named = wired(patches, _entries(home))
    if _in_manifest(home):
        values = {("pnpm", FIELD, release): path for release, path in named.items()}
        settings = edited(home / "package.json", lambda source: with_values(source, values))
    else:
        settings = edited(home / _WORKSPACE, lambda source: with_entries(source, FIELD, named), empty=b"")
    return Wiring((settings, *edits), _STEPS)


def _in_manifest(home: Path) -> bool:
    """Whether this project keeps its settings in package.json: it has patches there, or names an older pnpm."""
    if isinstance(_of_workspace(home), dict):
        return False
    chosen = manager_of(home)
    older = chosen.manager is Manager.PNPM and 0 < chosen.major < 10
    return older or isinstance(_of_manifest(home), dict)


def _entries(home: Path) -> Any:
    found = _of_workspace(home)
    return found if isinstance(found, dict) else _of_manifest(home)


def _of_manifest(home: Path) -> Any:
    manifest = read_manifest(home)
    settings = manifest.data.get("pnpm") if manifest else None
    return settings.get(FIELD) if isinstance(settings, dict) else None


def _of_workspace(home: Path) -> Any:
    try:
        data = parse_yaml(read_if_there(home / _WORKSPACE) or b"", home / _WORKSPACE)
    except NextfixError:
        return None
    return data.get(FIELD) if isinstance(data, dict) else None
