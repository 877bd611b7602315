"""Node.js: the one on the PATH, or a release from npm's packages, kept in a cache between experiments."""

import json
import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from patcher.disk.presence import is_there
from patcher.disk.scratch import scratch_folder
from patcher.disk.user_cache import cache_folder
from patcher.errors import ExitCode, NextfixError
from patcher.prove.spec import parsed
from patcher.prove.stage import Stage

SYSTEMS = {"Linux": "linux", "Darwin": "darwin", "Windows": "win"}
MACHINES = {"x86_64": "x64", "AMD64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Node:
    """One Node.js: its program and its release, such as 20.20.2."""

    program: Path
    version: str

    @property
    def major(self) -> int:
        """The first number of the release."""
        return parsed(self.version)[0]


def find_node(stage: Stage, wanted: str) -> Node:
    """The Node.js to run an experiment with.

    Args:
        stage: runs npm.
        wanted: a major (`18`), an exact release (`18.20.4`), or empty for the `node` on the PATH.

    Raises:
        NextfixError: REFUSED when there is no node or npm, FILES when the release cannot be fetched.
    """
    if not wanted:
        program = on_path("node")
        version = stage.run([str(program), "--version"], stage.folder, dict(os.environ), "node --version")
        return Node(program, version.strip().removeprefix("v"))
    package = f"node-{SYSTEMS[platform.system()]}-{MACHINES[platform.machine()]}"
    version = newest(stage, package, wanted)
    home = cache_folder() / "node" / f"{package}-{version}"
    program = home / "bin" / ("node.exe" if os.name == "nt" else "node")
    if not is_there(program):
        _fetch(stage, package, version, home)
    return Node(program, version)


def on_path(name: str) -> Path:
    """The program `name` on the PATH.

    Raises:
        NextfixError: REFUSED when there is none.
    """
    found = shutil.which(name)
    if found is None:
        raise NextfixError(
            ExitCode.REFUSED, f"{name} is not on the PATH", hint="nextfix prove needs Node.js and npm"
        )
    return Path(found)


def newest(stage: Stage, package: str, wanted: str) -> str:
    """The newest release of `package` that `wanted` (a major, a range, a release) allows.

    Raises:
        NextfixError: FILES when npm cannot tell, USAGE when no release matches.
    """
    command = [str(on_path("npm")), "view", f"{package}@{wanted}", "version", "--json", "--loglevel=silent"]
    answer = stage.run(command, stage.folder, dict(os.environ), f"npm view {package}@{wanted}")
    start = min((at for at in (answer.find("["), answer.find('"')) if at >= 0), default=-1)
    if start < 0:
        raise NextfixError(ExitCode.USAGE, f"npm has no {package}@{wanted}")
    versions = json.loads(answer[start : max(answer.rfind("]"), answer.rfind('"')) + 1])
    return max([versions] if isinstance(versions, str) else versions, key=parsed)


def _fetch(stage: Stage, package: str, version: str, home: Path) -> None:
    """Install the release beside its place and rename it there, so that a half one is never found."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder("", beside=home.parent) as folder:
        npm_install(stage, folder, [f"{package}@{version}"])
        try:
            os.rename(folder / "node_modules" / package, home)
        except OSError as error:
            if not is_there(home):  # else another experiment was quicker
                raise NextfixError(ExitCode.FILES, str(error.strerror), path=home) from error


def npm_install(stage: Stage, folder: Path, packages: list[str]) -> None:
    """`npm install` in `folder`, running no package's script.

    Args:
        stage: runs npm.
        folder: holds a package.json, or is empty.
        packages: what to install; nothing for what package.json names.

    Raises:
        NextfixError: FILES when npm fails.
    """
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--loglevel=error"]
    flags.append("--prefer-offline")  # what is named is exact: nothing is newer than what npm has cached
    if packages:
        flags.append("--no-save")
    command = [str(on_path("npm")), "install", *flags, *packages]
    stage.run(command, folder, dict(os.environ), "npm install")
