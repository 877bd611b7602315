"""`patchedDependencies`, the way of npm 12, pnpm and bun: `name@version` -> the path of a git-style patch."""

from collections.abc import Mapping, Sequence

from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, Patch
from patcher.export.patch_file import checked_place, take_out
from patcher.export.project_files import ProjectFiles
from patcher.semver import in_range

FIELD = "patchedDependencies"


def patch_in_use(destination: Destination, entries: object, files: ProjectFiles) -> str | None:
    """The patch that `entries` name for a release: by its version, else a range that holds it, else its name.

    Raises:
        NextfixError: REFUSED when that is not a patch in the project.
    """
    if not isinstance(entries, Mapping):
        return None
    key = key_in_use(destination, entries)
    return checked_place(destination.home, entries[key], files) if key is not None else None


def key_in_use(destination: Destination, entries: Mapping[object, object]) -> str | None:
    """The key of `entries` that speaks of the release, most exact first.

    Raises:
        NextfixError: REFUSED when its value is not a path.
    """
    keys = [key for key in entries if isinstance(key, str)]
    ranges = [
        key
        for key in keys
        if key.startswith(f"{destination.name}@")
        and in_range(destination.version, key.removeprefix(f"{destination.name}@"))
    ]
    for candidate in (destination.release, *ranges, destination.name):
        if candidate in keys:
            if isinstance(entries[candidate], str):
                return candidate
            raise NextfixError(
                ExitCode.REFUSED,
                f'"{candidate}" does not name a file',
                path=FIELD,
                hint="write the path of a patch there, or remove the entry",
            )
    return None


def wired(patches: Sequence[Patch], entries: object, files: ProjectFiles) -> dict[str, str]:
    """Add the patch files to `files`: the entries that name them.

    An entry for a range or for every release stays, and the release gets an entry of its own beside it.
    """
    named: dict[str, str] = {}
    known = entries if isinstance(entries, Mapping) else {}
    for patch in patches:
        release = patch.destination.release
        relative = str(known.get(release) or f"patches/{release.replace('/', '__')}.patch")
        files.write(checked_place(patch.destination.home, relative, files), patch.data)
        named[release] = relative
    return named


def unwired(entries: object, files: ProjectFiles) -> list[str]:
    """Take nextfix's part out of each patch that `entries` name: the keys whose patch is gone."""
    gone: list[str] = []
    for key, named in entries.items() if isinstance(entries, Mapping) else ():
        if isinstance(key, str) and isinstance(named, str) and _taken_out(named, files):
            gone.append(key)
    return gone


def _taken_out(named: str, files: ProjectFiles) -> bool:
    try:
        return take_out(checked_place("", named, files), files)
    except NextfixError as error:
        if error.code is ExitCode.REFUSED:  # nothing that nextfix wrote
            return False
        raise
