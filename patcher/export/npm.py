"""npm 12: `patchedDependencies` in package.json."""

from collections.abc import Sequence

from patcher.export.change import Destination, Patch
from patcher.export.patched_dependencies import FIELD, patch_in_use, unwired, wired
from patcher.export.project_files import MANIFEST, ProjectFiles

_STEPS = (
    "run 'npm install' once with npm 12 or newer: it records the patch in package-lock.json",
    "install with npm 12 or newer everywhere (CI, images): an older npm passes over patchedDependencies",
)


def existing(destination: Destination, files: ProjectFiles) -> str | None:
    """The patch that package.json names for the release."""
    return patch_in_use(destination, _entries(files), files)


def wire(patches: Sequence[Patch], files: ProjectFiles) -> tuple[str, ...]:
    """Add the patches under patches/ and their entries in package.json: what is left to do."""
    return in_manifest(patches, files, _STEPS)


def unwire(files: ProjectFiles) -> None:
    """Take nextfix's part out of the patches, and the entries of patches that were nothing else."""
    for key in unwired(_entries(files), files):
        files.drop_value(MANIFEST, (FIELD, key))


def in_manifest(patches: Sequence[Patch], files: ProjectFiles, steps: tuple[str, ...]) -> tuple[str, ...]:
    """`wire` for a manager that reads `patchedDependencies` from package.json."""
    named = wired(patches, _entries(files), files)
    files.set_values(MANIFEST, {(FIELD, release): path for release, path in named.items()})
    return steps


def _entries(files: ProjectFiles) -> object:
    return files.data(MANIFEST).get(FIELD)
