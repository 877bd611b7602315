"""yarn 2 and later: a `patch:` resolution in package.json, for node_modules and for Plug'n'Play alike.

A resolution replaces one descriptor, such as `name@npm:^13.1.0`, so there is one for each that yarn.lock
resolves to the release. `~/` in a patch's path is the root of the project.
"""

import re
from collections.abc import Sequence

from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, Patch
from patcher.export.patch_file import checked_place, take_out
from patcher.export.project_files import MANIFEST, ProjectFiles

_FIELD = "resolutions"
_LOCKFILE = "yarn.lock"
_STEPS = ("run 'yarn install' once: it records the patch in yarn.lock",)
_ENTRY = re.compile(r'^"?(?P<keys>[^\s"#][^"\n]*)"?:\n  version: "?(?P<version>[^"\n]+)"?$', re.MULTILINE)
_PATH = re.compile(r"#(?:optional!)?(?:~/|\./)(?P<path>[^&:]+)(?:::.*)?$")


def existing(destination: Destination, files: ProjectFiles) -> str | None:
    """The patch that a resolution names for the release.

    Raises:
        NextfixError: REFUSED when yarn resolves the release in a way that cannot be added to.
    """
    resolutions = _resolutions(files)
    references = {key: resolutions[key] for key in _descriptors(destination, files) if key in resolutions}
    for key, reference in references.items():
        if not reference.startswith("patch:"):
            raise _refused(f'"{key}" is resolved to {reference} already', destination, files)
    paths = {_patch_path(reference) for reference in references.values()}
    if len(paths) > 1 or None in paths or (not paths and _patched_elsewhere(destination, files)):
        reason = f"{destination.release} is patched already, by more than one resolution of one patch file"
        raise _refused(reason, destination, files)
    named = paths.pop() if paths else None
    return checked_place("", named, files) if named is not None else None


def wire(patches: Sequence[Patch], files: ProjectFiles) -> tuple[str, ...]:
    """Add the patches under .yarn/patches/ and their resolutions in package.json: what is left to do.

    Raises:
        NextfixError: NOTHING when yarn.lock does not know a release.
    """
    values: dict[tuple[str, ...], str] = {}
    for patch in patches:
        destination = patch.destination
        name, version = destination.name, destination.version
        default = f".yarn/patches/{name.replace('/', '-')}-npm-{version}-nextfix.patch"
        place = existing(destination, files) or checked_place("", default, files)
        files.write(place, patch.data)
        reference = f"patch:{name}@npm%3A{version}#~/{place}"
        values.update({(_FIELD, key): reference for key in _known(destination, files)})
    files.set_values(MANIFEST, values)
    return _STEPS


def unwire(files: ProjectFiles) -> None:
    """Take nextfix's part out of the patches, and the resolutions of patches that were nothing else."""
    gone: dict[str, bool] = {}
    for key, reference in _resolutions(files).items():
        named = _patch_path(reference) if reference.startswith("patch:") else None
        if named is None:
            continue
        if named not in gone:
            gone[named] = _taken_out(named, files)
        if gone[named]:
            files.drop_value(MANIFEST, (_FIELD, key))


def _taken_out(named: str, files: ProjectFiles) -> bool:
    try:
        return take_out(checked_place("", named, files), files)
    except NextfixError as error:
        if error.code is ExitCode.REFUSED:  # nothing that nextfix wrote
            return False
        raise


def _refused(reason: str, destination: Destination, files: ProjectFiles) -> NextfixError:
    return NextfixError(
        ExitCode.REFUSED,
        reason,
        path=files.root / MANIFEST,
        hint=f'keep one "{destination.name}@npm:RANGE": "patch:{destination.name}@npm%3AVERSION#~/FILE" '
        "in resolutions",
    )


def _known(destination: Destination, files: ProjectFiles) -> list[str]:
    found = _descriptors(destination, files)
    if not found:
        raise NextfixError(
            ExitCode.NOTHING,
            f"it does not resolve {destination.release}",
            path=files.root / _LOCKFILE,
            hint="run 'yarn install' first; for yarn 1 use --to patch-package",
        )
    return found


def _descriptors(destination: Destination, files: ProjectFiles) -> list[str]:
    """The descriptors of npm that resolve to the release: those of yarn.lock, and those already replaced.

    Once a resolution replaces a descriptor, yarn.lock no longer lists it.
    """
    start = f"{destination.name}@npm:"
    found = [key for keys in _locked(destination, files) for key in keys.split(", ") if key.startswith(start)]
    source = f"patch:{destination.name}@npm%3A{destination.version}#"
    replaced = [
        key
        for key, reference in _resolutions(files).items()
        if key.startswith(start) and reference.startswith(source)
    ]
    exact = f"{start}{destination.version}"
    own = replaced and exact in found and exact not in replaced and not _asked_for(destination, exact, files)
    return sorted({*replaced, *found} - ({exact} if own else set()))


def _asked_for(destination: Destination, exact: str, files: ProjectFiles) -> bool:
    """Whether yarn.lock lists `exact` because a package asks for it, not only because the patch is made of it."""
    wanted = f'{destination.name}: "{exact.removeprefix(destination.name + "@")}"'
    return wanted in _lockfile(files)


def _locked(destination: Destination, files: ProjectFiles) -> list[str]:
    return [
        entry["keys"]
        for entry in _ENTRY.finditer(_lockfile(files))
        if entry["version"] == destination.version and entry["keys"].startswith(f"{destination.name}@")
    ]


def _patched_elsewhere(destination: Destination, files: ProjectFiles) -> bool:
    return any(keys.startswith(f"{destination.name}@patch:") for keys in _locked(destination, files))


def _lockfile(files: ProjectFiles) -> str:
    return (files.read(_LOCKFILE) or b"").decode("utf-8", "replace").replace("\r\n", "\n")


def _resolutions(files: ProjectFiles) -> dict[str, str]:
    found = files.data(MANIFEST).get(_FIELD)
    pairs = found.items() if isinstance(found, dict) else ()
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def _patch_path(reference: str) -> str | None:
    found = _PATH.search(reference)
    return found["path"] if found else None
