"""The Node.js that a project runs on, as its files say, and what of a request that Node keeps.

Before Node 24, AsyncLocalStorage rests on async_hooks: every promise and timer carries the store of the
request that made it. With AsyncContextFrame, the default from 24, a promise carries none; a timer still does
up to 24.19. Measured on 16.20, 18.20, 20.20, 22.12, 24.4 to 24.21 and 26.10; 25 was not.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from patcher.disk.outside import read_start
from patcher.errors import NextfixError
from patcher.npm.manifest import Manifest, read_manifest
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
_VERSION = re.compile(r"\d+(?:\.\d+){0,2}")

# Releases that stand for all of their line: where a range lies is told by which of them it admits.
_EDGES = tuple(f"{major}.{rest}" for major in range(10, 31) for rest in ("0.0", "999.999"))
_EDGES += ("24.19.999", "24.20.0")


class Context(StrEnum):
    """How a Node ties the store of a request to what the request makes."""

    HOOKS = "async_hooks"  # promises and timers carry it
    FRAME_TIMERS = "AsyncContextFrame, timers carry it"
    FRAME = "AsyncContextFrame"  # neither promises nor timers carry it
    UNMEASURED = "AsyncContextFrame, timers not measured"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Which Node a project runs on.

    Attributes:
        versions: an npm range, or one version; empty when nothing says it.
        stated: what says it: `.nvmrc`, `engines.node`, `the running Node`.
        contexts: how the releases that `versions` admits tie stores, in the order of the releases.
        flag: a command-line flag in the project's scripts that changes it, or empty.
    """

    versions: str
    stated: str
    contexts: tuple[Context, ...]
    flag: str = ""

    def __str__(self) -> str:
        if not self.versions:
            return "an unknown Node"
        return f"Node {self.versions} ({self.stated}{', with ' + self.flag if self.flag else ''})"


def runtime_of(project: Path, *, running: bool) -> Runtime:
    """The Node that `project` runs on: pinned by a file, else by engines.node, else the running one.

    Args:
        project: the project's folder.
        running: whether `node --version` may be asked when no file says it; that starts a process.
    """
    manifest = _manifest(project)
    flag = _flag(manifest)
    for versions, stated in _stated(project, manifest):
        contexts = contexts_of(versions, flag)
        if contexts:
            return Runtime(versions, stated, contexts, flag)
    version = _running() if running else ""
    if version:
        return Runtime(version, "the running Node", contexts_of(version, flag), flag)
    return Runtime("", "", (), flag)


def contexts_of(versions: str, flag: str = "") -> tuple[Context, ...]:
    """How the Node releases in the npm range `versions` tie stores; empty when it is no range.

    Args:
        versions: an npm range or version.
        flag: a command-line flag that changes it, or empty.
    """
    mentioned = [_padded(found) for found in _VERSION.findall(versions)]
    try:
        admitted = [edge for edge in (*_EDGES, *mentioned) if is_release(edge) and in_range(edge, versions)]
    except ValueError:
        return ()
    admitted.sort(key=lambda version: tuple(map(int, version.split("."))))
    return tuple(dict.fromkeys(_context(version, flag) for version in admitted))


def _padded(version: str) -> str:
    return ".".join((*version.split("."), "0", "0")[:3]) if version.count(".") < 2 else version


def _context(version: str, flag: str) -> Context:
    major, minor, _ = (int(part) for part in version.split("."))
    framed = major >= 24 or (major >= 22 and flag == "--experimental-async-context-frame")
    if not framed or flag == "--no-async-context-frame":
        return Context.HOOKS
    if major < 24 or (major == 24 and minor < 20):
        return Context.FRAME_TIMERS
    return Context.UNMEASURED if major == 25 else Context.FRAME


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
