"""yarn 2 and later: a `patch:` resolution in package.json, for node_modules and for Plug'n'Play alike.

A resolution replaces one descriptor, such as `react@npm:^18.1.0`, so there is one for each that yarn.lock
resolves to the release. `~/` in a patch's path is the root of the project.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, Edit, Patch, Wiring
from patcher.export.project_file import edited, read_if_there, with_values
from patcher.npm.manifest import read_manifest

_STEPS = ("run 'yarn install' once: it records the patch in yarn.lock",)
_ENTRY = re.compile(r'^"?(?P<keys>[^\s"#][^"\n]*)"?:\n  version: "?(?P<version>[^"\n]+)"?$', re.MULTILINE)
_PATH = re.compile(r"#(?:optional!)?(?P<base>~/|\./)(?P<path>[^&:]+)(?:::.*)?$")


def existing(destination: Destination) -> Path | None:
    """The patch that a resolution names for the release.

    Raises:
        NextfixError: REFUSED when yarn patches the release in a way that cannot be added to.
    """
    paths = {
        _patch_path(destination.home, reference)
        for key, reference in _resolutions(destination.home).items()
        if key in _descriptors(destination) and reference.startswith("patch:")
    }
    if len(paths) > 1 or None in paths or (not paths and _patched_elsewhere(destination)):
        raise NextfixError(
            ExitCode.REFUSED,
            f"{destination.release} is patched already, by more than one resolution of one patch file",
            path=destination.home / "package.json",
            hint='keep one "NAME@npm:RANGE": "patch:NAME@npm%3AVERSION#~/FILE" in resolutions',
        )
    return paths.pop() if paths else None


def wire(patches: Sequence[Patch]) -> Wiring:
    """The patches under .yarn/patches/ and their resolutions in package.json.

    Raises:
        NextfixError: NOTHING when yarn.lock does not know a release.
    """
    home = patches[0].destination.home
    edits: list[Edit] = []
    values: dict[tuple[str, ...], str] = {}
    for patch in patches:
        destination = patch.destination
        name, version = destination.name, destination.version
        default = home / ".yarn" / "patches" / f"{name.replace('/', '-')}-npm-{version}-nextfix.patch"
        path = existing(destination) or default
        edits.append(Edit(path, read_if_there(path), patch.data))
        reference = f"patch:{name}@npm%3A{version}#~/{path.relative_to(home).as_posix()}"
        values.update({("resolutions", key): reference for key in _known(destination)})
    manifest = edited(home / "package.json", lambda source: with_values(source, values))
    return Wiring((manifest, *edits), _STEPS)


def _known(destination: Destination) -> list[str]:
    found = _descriptors(destination)
    if not found:
        raise NextfixError(
            ExitCode.NOTHING,
            f"it does not resolve {destination.release}",
            path=destination.home / "yarn.lock",
            hint="run 'yarn install' first; for yarn 1 use --to patch-package",
        )
    return found


def _descriptors(destination: Destination) -> list[str]:
    """The descriptors of npm that resolve to the release: those of yarn.lock, and those already replaced.

    Once a resolution replaces a descriptor, yarn.lock no longer lists it.
    """
    start = f"{destination.name}@npm:"
    found = [key for keys in _locked(destination) for key in keys.split(", ") if key.startswith(start)]
    source = f"patch:{destination.name}@npm%3A{destination.version}#"
    replaced = [
        key
        for key, reference in _resolutions(destination.home).items()
        if key.startswith(start) and reference.startswith(source)
    ]
    exact = f"{start}{destination.version}"
    own = replaced and exact in found and exact not in replaced and not _asked_for(destination, exact)
    return sorted({*replaced, *found} - ({exact} if own else set()))


def _asked_for(destination: Destination, exact: str) -> bool:
    """Whether yarn.lock lists `exact` because a package asks for it, not only because the patch is made of it."""
    wanted = f'{destination.name}: "{exact.removeprefix(destination.name + "@")}"'
    return wanted in _lockfile(destination.home)


def _locked(destination: Destination) -> list[str]:
    return [
        entry["keys"]
        for entry in _ENTRY.finditer(_lockfile(destination.home))
        if entry["version"] == destination.version and entry["keys"].startswith(f"{destination.name}@")
    ]


def _patched_elsewhere(destination: Destination) -> bool:
    return any(keys.startswith(f"{destination.name}@patch:") for keys in _locked(destination))


def _lockfile(home: Path) -> str:
    return (read_if_there(home / "yarn.lock") or b"").decode("utf-8", "replace").replace("\r\n", "\n")


def _resolutions(home: Path) -> dict[str, str]:
    manifest = read_manifest(home)
    found = manifest.data.get("resolutions") if manifest else None
    pairs = found.items() if isinstance(found, dict) else ()
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def _patch_path(home: Path, reference: str) -> Path | None:
    found = _PATH.search(reference)
    return home / found["path"] if found else None
