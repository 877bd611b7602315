"""Which package manager installs a project, and which release of it, as far as files say; nothing is run.

The project's own word counts first (`packageManager`, `devEngines`), then what the last install left behind
(`node_modules/.modules.yaml`, the format of the lockfile), then the program that is on the PATH here.
"""

import os
import re
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from patcher.disk.outside import read_if_there, read_start
from patcher.disk.presence import is_regular
from patcher.errors import NextfixError
from patcher.npm.manifest import read_manifest
from patcher.text.formats import parse_yaml


class Manager(StrEnum):
    """The package managers that nextfix knows; yarn 1 and later yarns differ in everything that matters here."""

    NPM = "npm"
    PNPM = "pnpm"
    YARN = "yarn"
    YARN_CLASSIC = "yarn-classic"
    BUN = "bun"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A package manager, its release as far as that is known, and what says so.

    `version_why` says where the release is from; it is empty when no file names one.
    """

    manager: Manager
    version: str
    why: str
    version_why: str = ""

    @property
    def major(self) -> int:
        """The major version; 0 when it is not known."""
        head = self.version.split(".")[0]
        return int(head) if head.isdigit() else 0

    @property
    def command(self) -> str:
        """The name of the program."""
        return "yarn" if self.manager is Manager.YARN_CLASSIC else self.manager.value

    @property
    def text(self) -> str:
        """The manager and its release in words."""
        if not self.version:
            return f"{self.command}, release unknown"
        return f"{self.command} {self.version} ({self.version_why})"


# The program of each manager, and the packages that it comes in.
_PROGRAMS = {
    "npm": ("npm",),
    "pnpm": ("pnpm",),
    "yarn": ("yarn", "@yarnpkg/cli-dist"),
    "bun": ("bun",),
}
_LOCKFILE_RELEASES = {"5.3": "6", "5.4": "7", "6.0": "8", "6.1": "8"}
_LOCKFILES = (
    ("pnpm-lock.yaml", Manager.PNPM),
    ("bun.lock", Manager.BUN),
    ("bun.lockb", Manager.BUN),
    ("yarn.lock", Manager.YARN),
    ("package-lock.json", Manager.NPM),
    ("npm-shrinkwrap.json", Manager.NPM),
)


def manager_of(root: Path) -> Chosen:
    """The manager that package.json names, else the one whose lockfile is there, else npm; with its release.

    Raises:
        NextfixError: DEFECT when package.json is not JSON.
    """
    manifest = read_manifest(root)
    data = manifest.data if manifest else {}
    for field, named in (("packageManager", data.get("packageManager")), ("devEngines", _engine(data))):
        if isinstance(named, str) and "@" in named:
            name, _, version = named.partition("@")
            if name in _PROGRAMS:
                return _with_version(root, _manager(name, version), f"{field}: {named}", version, field)
    for file, manager in _LOCKFILES:
        if is_regular(root / file):
            classic = manager is Manager.YARN and _is_classic(root / file)
            return _with_version(root, Manager.YARN_CLASSIC if classic else manager, f"{file} is there")
    return _with_version(root, Manager.NPM, "neither packageManager nor a lockfile names another")


def _engine(data: dict[str, Any]) -> str:
    """`devEngines.packageManager` written as `packageManager` is; the first of several."""
    engines = data.get("devEngines")
    found = engines.get("packageManager") if isinstance(engines, dict) else None
    found = found[0] if isinstance(found, list) and found else found
    if not isinstance(found, dict) or not isinstance(found.get("name"), str):
        return ""
    version = found.get("version")
    return f"{found['name']}@{version if isinstance(version, str) else ''}"


def _manager(name: str, version: str) -> Manager:
    classic = name == "yarn" and _lowest(version).startswith(("0.", "1."))
    return Manager.YARN_CLASSIC if classic else Manager(name)


def _lowest(version: str) -> str:
    """The first release that a version or range speaks of: `10.1.0` of `^10.1.0`, `9.0.0+sha512.x` without its hash."""
    found = re.search(r"\d+(?:\.\d+)*", version)
    return f"{found[0]}." if found and "." not in found[0] else found[0] if found else ""


def _with_version(root: Path, manager: Manager, why: str, named: str = "", field: str = "") -> Chosen:
    """`manager` with its release: the one that the project names, else what an install or this machine has."""
    version = _lowest(named)
    if version:
        return Chosen(manager, version.rstrip("."), why, f"{field} in package.json")
    if manager is Manager.PNPM:
        for source, found in (
            ("node_modules/.modules.yaml", _installed_by(root)),
            ("lockfileVersion", _of_lockfile(root)),
        ):
            if found:
                return Chosen(manager, found, why, source)
    found = _on_path(_PROGRAMS["yarn" if manager is Manager.YARN_CLASSIC else manager.value])
    return Chosen(manager, found, why, "on the PATH here" if found else "")


def _installed_by(root: Path) -> str:
    """The release of pnpm that made node_modules."""
    place = root / "node_modules" / ".modules.yaml"
    try:
        data = parse_yaml(read_if_there(place) or b"", place)
    except NextfixError:
        return ""
    found = data.get("packageManager") if isinstance(data, dict) else None
    return found.removeprefix("pnpm@") if isinstance(found, str) and found.startswith("pnpm@") else ""


def _of_lockfile(root: Path) -> str:
    """The release of pnpm that a lockfile of its own format tells; 9 and later share one."""
    try:
        start = read_start(root / "pnpm-lock.yaml", 256)
    except NextfixError:
        return ""
    found = re.search(rb"^lockfileVersion: '?(\d+\.\d+)", start, re.MULTILINE)
    return _LOCKFILE_RELEASES.get(found[1].decode(), "") if found else ""


def _on_path(program: tuple[str, ...]) -> str:
    """The release of a program on the PATH, from the package.json of the package that it is a file of."""
    found = shutil.which(program[0])
    for folder in Path(os.path.realpath(found)).parents[:3] if found else ():
        try:
            manifest = read_manifest(folder)
        except NextfixError:
            continue
        if manifest is not None and manifest.name in program:
            return manifest.version
    return ""


def _is_classic(lockfile: Path) -> bool:
    return b"# yarn lockfile v1" in read_start(lockfile, 512)
