"""bun: `patchedDependencies` in package.json, as npm 12 writes it."""

from collections.abc import Sequence

from patcher.export import npm
from patcher.export.change import Destination, Patch
from patcher.export.project_files import ProjectFiles

_STEPS = (
    "run 'bun install' once: it records the patch in bun.lock",
    "check with 'nextfix status --applied': bun has been seen to pass over a patch when its cache was warm",
)


def existing(destination: Destination, files: ProjectFiles) -> str | None:
    """The patch that package.json names for the release."""
    return npm.existing(destination, files)


def wire(patches: Sequence[Patch], files: ProjectFiles) -> tuple[str, ...]:
    """Add the patches under patches/ and their entries in package.json: what is left to do."""
    return npm.in_manifest(patches, files, _STEPS)


def unwire(files: ProjectFiles) -> None:
    """Take nextfix's part out of the patches, and the entries of patches that were nothing else."""
    npm.unwire(files)
