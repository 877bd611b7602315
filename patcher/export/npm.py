"""npm 12: `patchedDependencies` in package.json."""

from collections.abc import Sequence
from pathlib import Path

from patcher.export.change import Destination, Patch, Wiring
from patcher.export.patched_dependencies import FIELD, patch_in_use, wired
from patcher.export.project_file import edited, with_values
from patcher.npm.manifest import read_manifest

_STEPS = (
    "run 'npm install' once with npm 12 or newer: it records the patch in package-lock.json",
    "install with npm 12 or newer everywhere (CI, images): an older npm passes over patchedDependencies",
)


def existing(destination: Destination) -> Path | None:
    """The patch that package.json names for the release."""
    return patch_in_use(destination, _entries(destination.home))


def wire(patches: Sequence[Patch]) -> Wiring:
    """The patches under patches/ and their entries in package.json."""
    return in_manifest(patches, _STEPS)


def in_manifest(patches: Sequence[Patch], steps: tuple[str, ...]) -> Wiring:
    """The wiring of a manager that reads `patchedDependencies` from package.json."""
    home = patches[0].destination.home
    edits, named = wired(patches, _entries(home))
    values = {(FIELD, release): path for release, path in named.items()}
    manifest = edited(home / "package.json", lambda source: with_values(source, values))
    return Wiring((manifest, *edits), steps)


def _entries(home: Path) -> object:
    manifest = read_manifest(home)
    return manifest.data.get(FIELD) if manifest else None
