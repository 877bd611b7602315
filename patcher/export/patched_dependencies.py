"""`patchedDependencies`, the way of npm 12, pnpm and bun: `name@version` -> the path of a git-style patch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from patcher.export.change import Destination, Edit, Patch
from patcher.export.project_file import read_if_there
from patcher.semver import in_range

FIELD = "patchedDependencies"


def patch_in_use(destination: Destination, entries: object) -> Path | None:
    """The patch that `entries` name for a release: by its version, else a range that holds it, else its name."""
    key = key_in_use(destination, entries)
    return destination.home / entries[key] if key is not None and isinstance(entries, Mapping) else None


def key_in_use(destination: Destination, entries: object) -> str | None:
    """The key of `entries` that speaks of the release, most exact first."""
    if not isinstance(entries, Mapping):
        return None
    keys = [key for key, path in entries.items() if isinstance(key, str) and isinstance(path, str)]
    ranges = [
        key
        for key in keys
        if key.startswith(f"{destination.name}@")
        and in_range(destination.version, key.removeprefix(f"{destination.name}@"))
    ]
    for candidate in (destination.release, *ranges, destination.name):
        if candidate in keys:
            return candidate
    return None


def wired(patches: Sequence[Patch], entries: object) -> tuple[list[Edit], dict[str, str]]:
    """The patch files to write, and the entries that name them.

    An entry for a range or for every release stays, and the release gets an entry of its own beside it.
    """
    edits: list[Edit] = []
    named: dict[str, str] = {}
    known: Mapping[str, Any] = entries if isinstance(entries, Mapping) else {}
    for patch in patches:
        release = patch.destination.release
        path = known.get(release)
        relative = path if isinstance(path, str) else f"patches/{release.replace('/', '__')}.patch"
        target = patch.destination.home / relative
        edits.append(Edit(target, read_if_there(target), patch.data))
        named[release] = relative
    return edits, named
