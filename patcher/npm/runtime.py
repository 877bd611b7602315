"""The Node.js that a project runs on, as its files say it, and the releases that this admits."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from patcher.disk.outside import read_start
from patcher.disk.presence import is_there
from patcher.errors import NextfixError
from patcher.npm.manifest import Manifest, read_manifest
from patcher.retention.table import Release, measured_releases, release_of
from patcher.semver import in_range, is_release

_CODENAMES = {
    "argon": "4",
    "boron": "6",
    "carbon": "8",
    "dubnium": "10",
    "erbium": "12",
    "fermium": "14",
    "gallium": "16",
    "hydrogen": "18",
    "iron": "20",
    "jod": "22",
    "krypton": "24",
}
_PINS = (".nvmrc", ".node-version")
_LONGEST = 256  # bytes of a version or range that is believed
_RUNS = "the running Node"
_VERSION = re.compile(r"\d+(?:\.\d+){0,2}")

# Releases that stand for all of their line: where a range lies is seen by which of them it admits.
_LINES = tuple(f"{major}.{rest}" for major in range(10, 31) for rest in ("0.0", "999.999"))
_HIGHEST = 8  # folders above a project that may say which Node it runs on


@dataclass(frozen=True, slots=True)
class Runtime:
    """Which Node a project runs on.

    Attributes:
        versions: an npm range, or one version; empty when nothing says it.
        stated: what says it: `.nvmrc`, `engines.node`, `the running Node`.
        releases: releases that `versions` admits, at least one for each change of what Node keeps, in their order.
        flag: a command-line flag in the project's scripts that changes it, or empty.
    """

    versions: str
    stated: str
    releases: tuple[Release, ...]
    flag: str = ""

    @property
    def declared(self) -> bool:
        """Whether the project itself says which Node it runs on."""
        return bool(self.versions) and self.stated != _RUNS

    def __str__(self) -> str:
        if not self.versions:
            return "an unknown Node"
        return f"Node {self.versions} ({self.stated}{', with ' + self.flag if self.flag else ''})"


def runtime_of(project: Path, *, running: bool) -> Runtime:
    """The Node that `project` runs on: pinned by a file, else by engines.node, else the running one.

    What the project's own folder does not say the nearest folder above does, up to the repository's root.

    Args:
        project: the project's folder.
        running: whether `node --version` may be asked when no file says it; that starts a process.
    """
    flag = ""
    for folder in _folders(project):
        manifest = _manifest(folder)
        flag = flag or _flag(manifest)
        for versions, stated in _stated(folder, manifest):
            releases = admitted(versions)
            if releases:
                return Runtime(versions, stated, releases, flag)
    version = _running() if running else ""
    return Runtime(version, _RUNS if version else "", admitted(version) if version else (), flag)


def admitted(versions: str) -> tuple[Release, ...]:
    """Node releases that the npm range `versions` admits, in their order; none when it is not a range.

    At least one release stands for each stretch in which Node keeps the same.
    """
    if not versions.strip():
        return ()
    mentioned = [_padded(found) for found in _VERSION.findall(versions)]
    measured = [".".join(map(str, release)) for release in measured_releases()]
    try:
        found = {
            release_of(edge)
            for edge in (*_LINES, *measured, *mentioned)
            if is_release(edge) and in_range(edge, versions)
        }
    except ValueError:
        return ()
    return tuple(sorted(found))


def _folders(project: Path) -> Iterable[Path]:
    """The folder of a project and those above it, up to the root of its repository."""
    project = project.absolute()
    for folder in (project, *project.parents[:_HIGHEST]):
        yield folder
        if is_there(folder / ".git"):
            return


def _padded(version: str) -> str:
    return ".".join((*version.split("."), "0", "0")[:3]) if version.count(".") < 2 else version


def _stated(project: Path, manifest: Manifest | None) -> Iterable[tuple[str, str]]:
    for name in _PINS:
        try:
            text = read_start(project / name, _LONGEST).decode("utf-8")
        except (NextfixError, UnicodeDecodeError):
            continue
        lines = [line.partition("#")[0].strip() for line in text.splitlines()]
        yield _pinned(next((line for line in lines if line), "")), name
    for table, stated in (("volta", "volta.node"), ("engines", "engines.node")):
        value = manifest.data.get(table) if manifest else None
        versions = value.get("node") if isinstance(value, dict) else None
        if isinstance(versions, str) and 0 < len(versions) <= _LONGEST:
            yield versions, stated


def _pinned(text: str) -> str:
    """A line of .nvmrc as an npm range: `v20.11.1`, `20`, `lts/iron`; aliases that move name none."""
    name = text.lower().removeprefix("lts/")
    return _CODENAMES.get(name, text.removeprefix("v"))


def _flag(manifest: Manifest | None) -> str:
    """The flag about AsyncContextFrame in a script of package.json."""
    scripts = manifest.data.get("scripts") if manifest else None
    texts = " ".join(str(text) for text in scripts.values()) if isinstance(scripts, dict) else ""
    flags = ("--no-async-context-frame", "--experimental-async-context-frame")
    return next((flag for flag in flags if flag in texts), "")


def _manifest(project: Path) -> Manifest | None:
    try:
        return read_manifest(project)
    except (NextfixError, OSError):
        return None


def _installed() -> str | None:
    """The `node` of the machine. npm puts the project's own programs first on the path: those are not run."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    trusted = [
        folder for folder in folders if os.path.isabs(folder) and "node_modules" not in Path(folder).parts
    ]
    return shutil.which("node", path=os.pathsep.join(trusted))


def _running() -> str:
    node = _installed()
    if node is None:
        return ""
    alone = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    try:
        done = subprocess.run([node, "--version"], capture_output=True, timeout=5, check=True, env=alone)
    except (OSError, subprocess.SubprocessError):
        return ""
    version = done.stdout.decode("ascii", "replace").strip().removeprefix("v")
    return version if is_release(version) else ""
