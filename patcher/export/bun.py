"""bun: `patchedDependencies` in package.json, as npm 12 writes it."""

from collections.abc import Sequence
from pathlib import Path

from patcher.export import npm
from patcher.export.change import Destination, Patch, Wiring

_STEPS = (
    "run 'bun install' once: it records the patch in bun.lock",
    "check with 'nextfix status --applied': bun has been seen to pass over a patch when its cache was warm",
)


def existing(destination: Destination) -> Path | None:
    """The patch that package.json names for the release."""
    return npm.existing(destination)


def wire(patches: Sequence[Patch]) -> Wiring:
    """The patches under patches/ and their entries in package.json."""
    return npm.in_manifest(patches, _STEPS)
