"""patch-package: patches/NAME+VERSION.patch and a postinstall script; for npm before 12 and yarn 1.

Its paths start at the folder that has node_modules, so a nested copy has a patch of its own
(`patches/app++NAME+VERSION.patch`), and the copies of a workspace package are patched from that package.
"""

from collections.abc import Sequence

from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, Patch
from patcher.export.patch_file import checked_place, read_patch, take_out
from patcher.export.project_files import MANIFEST, ProjectFiles, place_of
from patcher.export.shell import run_after, without

_TOOL = "patch-package"
_RANGE = "^8.0.0"
_FOLDER = "patches"
_FIELDS = ("dependencies", "devDependencies", "optionalDependencies")
_SCRIPT, _DEPENDENCY = "postinstall", "dependency"


def existing(destination: Destination, files: ProjectFiles) -> str | None:
    """The patch of the release.

    Raises:
        NextfixError: REFUSED when there is a sequence of patches, which patch-package keeps track of itself.
    """
    place = _place(destination, files)
    folder, _, name = place.rpartition("/")
    sequence = [found for found in files.names(folder) if found.startswith(name.removesuffix(".patch") + "+")]
    if sequence:
        raise NextfixError(
            ExitCode.REFUSED,
            "a sequence of patches, to which nextfix does not add",
            path=f"{folder}/{sequence[0]}",
            hint=f"join them into one {name}, install, then export",
        )
    return place if files.read(place) is not None else None


def additions(destination: Destination, files: ProjectFiles) -> frozenset[str]:
    """What `wire` adds to package.json besides the patch, in words that the patch records for `unwire`."""
    data = files.data(place_of(destination.home, MANIFEST))
    missing = set()
    if _TOOL not in _words(_script(data)):
        missing.add(_SCRIPT)
    if not any(isinstance(data.get(field), dict) and _TOOL in data[field] for field in _FIELDS):
        missing.add(_DEPENDENCY)
    return frozenset(missing)


def wire(patches: Sequence[Patch], files: ProjectFiles) -> tuple[str, ...]:
    """Add the patches of one folder, its postinstall script, and patch-package among its dependencies.

    Raises:
        NextfixError: REFUSED when the script that is there leaves no place for another command.
    """
    destination = patches[0].destination
    manifest = place_of(destination.home, MANIFEST)
    missing = additions(destination, files)
    if _SCRIPT in missing:
        script = run_after(_script(files.data(manifest)), _TOOL, files.root / manifest, _SCRIPT)
        files.set_values(manifest, {("scripts", _SCRIPT): script})
    if _DEPENDENCY in missing:
        files.set_values(manifest, {("dependencies", _TOOL): _RANGE})
    for patch in patches:
        files.write(_place(patch.destination, files), patch.data)
    return ("install once; then commit patches/, package.json and the lockfile",)


def unwire(files: ProjectFiles) -> None:
    """Take nextfix's part out of the patches of every folder, and what it added to package.json for them."""
    for home in files.homes:
        folder = place_of(home, _FOLDER)
        added: set[str] = set()
        for name in files.names(folder):
            if "+" in name and name.endswith(".patch"):
                added |= read_patch(f"{folder}/{name}", files).added
                take_out(f"{folder}/{name}", files)
        _drop(place_of(home, MANIFEST), added, files)


def _drop(manifest: str, added: set[str], files: ProjectFiles) -> None:
    data = files.data(manifest)
    script = _script(data)
    if _SCRIPT in added:
        rest = without(script, lambda segment: segment == _TOOL)
        if rest:
            files.set_values(manifest, {("scripts", _SCRIPT): rest})
        elif script:
            files.drop_value(manifest, ("scripts", _SCRIPT))
    dependencies = data.get("dependencies")
    if _DEPENDENCY in added and isinstance(dependencies, dict) and dependencies.get(_TOOL) == _RANGE:
        files.drop_value(manifest, ("dependencies", _TOOL))


def _place(destination: Destination, files: ProjectFiles) -> str:
    """`node_modules/a/node_modules/@b/c` is `a++@b+c+VERSION.patch`."""
    packages = destination.inside.removeprefix("node_modules/").split("/node_modules/")
    stem = "++".join(package.replace("/", "+") for package in packages)
    return checked_place(destination.home, f"{_FOLDER}/{stem}+{destination.version}.patch", files)


def _script(data: dict[str, object]) -> str:
    scripts = data.get("scripts")
    script = scripts.get(_SCRIPT, "") if isinstance(scripts, dict) else ""
    if not isinstance(script, str):
        raise NextfixError(
            ExitCode.REFUSED,
            f"its script {_SCRIPT} is not text",
            path=MANIFEST,
            hint="correct it, then export",
        )
    return script


def _words(script: str) -> list[str]:
    return script.replace("(", " ").replace(")", " ").replace(";", " ").split()
