"""patch-package: patches/next+13.1.6.patch and a postinstall script; for npm before 12 and yarn 1.

Its paths start at the folder that has node_modules, so a nested copy has a patch of its own
(`patches/app++next+13.1.6.patch`), and the copies of a workspace package are patched from that package.
"""

from collections.abc import Sequence
from pathlib import Path

from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, Edit, Patch, Wiring
from patcher.export.project_file import edited, read_if_there, with_values
from patcher.npm.manifest import read_manifest

_TOOL = "patch-package"
_RANGE = "^8.0.0"


def existing(destination: Destination) -> Path | None:
    """The patch of the release.

    Raises:
        NextfixError: REFUSED when there is a sequence of patches, which patch-package keeps track of itself.
    """
    path = _path(destination)
    sequence = sorted(path.parent.glob(f"{path.stem}+*.patch")) if path.parent.is_dir() else []
    if sequence:
        raise NextfixError(
            ExitCode.REFUSED,
            "a sequence of patches, to which nextfix does not add",
            path=sequence[0],
            hint=f"join them into one {path.name}, install, then export",
        )
    return path if path.is_file() else None


def wire(patches: Sequence[Patch]) -> Wiring:
    """The patches of one folder, its postinstall script, and patch-package among its dependencies."""
    home = patches[0].destination.home
    edits = []
    for patch in patches:
        path = _path(patch.destination)
        edits.append(Edit(path, read_if_there(path), patch.data))
    manifest = edited(home / "package.json", lambda source: with_values(source, _values(home)))
    return Wiring((manifest, *edits), ("install once; then commit patches/, package.json and the lockfile",))


def _path(destination: Destination) -> Path:
    """`node_modules/a/node_modules/@b/c` is `a++@b+c+VERSION.patch`."""
    packages = destination.inside.removeprefix("node_modules/").split("/node_modules/")
    stem = "++".join(package.replace("/", "+") for package in packages)
    return destination.home / "patches" / f"{stem}+{destination.version}.patch"


def _values(home: Path) -> dict[tuple[str, ...], str]:
    manifest = read_manifest(home)
    data = manifest.data if manifest else {}
    values: dict[tuple[str, ...], str] = {}
    scripts = data.get("scripts")
    script = scripts.get("postinstall") if isinstance(scripts, dict) else None
    if not isinstance(script, str) or not script.strip():
        values["scripts", "postinstall"] = _TOOL
    elif _TOOL not in script.replace("postinstall-postinstall", ""):
        values["scripts", "postinstall"] = f"{script} && {_TOOL}"
    fields = ("dependencies", "devDependencies", "optionalDependencies")
    if not any(isinstance(data.get(field), dict) and _TOOL in data[field] for field in fields):
        values["dependencies", _TOOL] = _RANGE
    return values
