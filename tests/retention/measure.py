"""Run every kind of kept thing on Node releases under trackers, in a cache outside the repository.

Node comes from npm's `node` package. The cache is $NEXTFIX_RETENTION_CACHE, by default ~/.cache/nextfix-retention:
`node/VERSION` has a Node each, `trackers/NAME` a tracker each.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from filelock import FileLock

TRIALS = Path(__file__).with_name("trials.cjs")
NO_FRAME, FRAME = "--no-async-context-frame", "--experimental-async-context-frame"

# Both ends of each line of releases, and both sides of each place where what is kept changes.
NODES = (
    "18.20.8",
    "20.0.0",
    "20.20.2",
    "22.0.0",
    "22.15.1",
    "22.16.0",
    "22.23.3",
    f"22.23.3 {FRAME}",
    "24.0.0",
    f"24.0.0 {NO_FRAME}",
    "24.11.0",
    "24.19.0",
    f"24.19.0 {NO_FRAME}",
    "24.20.0",
    f"24.20.0 {NO_FRAME}",
    "24.21.0",
    "25.0.0",
    "25.9.0",
    f"25.9.0 {NO_FRAME}",
    "26.0.0",
    "26.5.1",
    f"26.5.1 {NO_FRAME}",
    "26.6.0",
    f"26.6.0 {NO_FRAME}",
    "26.10.0",
)
FEW = ("20.20.2", "22.23.3", "24.11.0", "24.19.0", "24.20.0", "24.21.0", "26.10.0")


@dataclass(frozen=True, slots=True)
class Tracker:
    """What keeps a store for each request: a name, what npm installs for it, and the Node releases to measure on."""

    name: str
    packages: tuple[str, ...] = ()
    nodes: tuple[str, ...] = FEW


TRACKERS = (
    Tracker("als-run", nodes=NODES),
    Tracker("als-enter"),
    Tracker("cls-hooked", ("cls-hooked@4.2.2",)),
    Tracker("dd-trace-3.9", ("dd-trace@3.9.3",)),
    Tracker("dd-trace-5.20", ("dd-trace@5.20.0",)),
    Tracker("dd-trace-5", ("dd-trace@5",)),
    Tracker("dd-trace-6", ("dd-trace@6",)),
    Tracker("opentelemetry", ("@opentelemetry/api@1", "@opentelemetry/sdk-trace-node@2")),
    Tracker("sentry", ("@sentry/node",)),
)


def node(version: str) -> Path:
    """The program of a Node release, fetched from npm when it is not in the cache.

    Raises:
        subprocess.CalledProcessError: npm cannot fetch it.
    """
    folder = _cache() / "node" / version
    _install(folder, (f"node@{version}",), scripts=True)
    return folder / "node_modules/node/bin/node"


def folder_of(tracker: Tracker) -> Path | None:
    """The folder that has the packages of `tracker`, fetched when they are not in the cache; None for Node's own."""
    if not tracker.packages:
        return None
    folder = _cache() / "trackers" / tracker.name
    _install(folder, tracker.packages, scripts=False)
    return folder


def releases(tracker: Tracker) -> str:
    """The installed releases of `tracker`, as a table says them."""
    folder = folder_of(tracker)
    if folder is None:
        return "AsyncLocalStorage"
    names = [
        package[: package.rindex("@")] if "@" in package[1:] else package for package in tracker.packages
    ]
    found = [
        f"{name} {json.loads((folder / 'node_modules' / name / 'package.json').read_text())['version']}"
        for name in names
    ]
    return ", ".join(found)


def measure(tracker: Tracker, where: str) -> dict[str, bool | None] | None:
    """Which trials keep their request on the Node `where`; None where the tracker does not run there.

    Args:
        tracker: what keeps a store for each request.
        where: a release of Node, perhaps with a flag behind it.
    """
    version, _, flag = where.partition(" ")
    command = [str(node(version)), *filter(None, [flag]), "--expose-gc", str(TRIALS), tracker.name]
    folder = folder_of(tracker)
    done = subprocess.run(
        [*command, str(folder)] if folder else command,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        return None
    found: dict[str, bool | None] = json.loads(done.stdout.splitlines()[-1])
    return found


@cache
def _cache() -> Path:
    named = os.environ.get("NEXTFIX_RETENTION_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "nextfix-retention"


def _install(folder: Path, packages: tuple[str, ...], *, scripts: bool) -> None:
    if (folder / "node_modules").is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if (folder / "node_modules").is_dir():
            return
        (folder / "package.json").write_text('{"private": true}')
        npm = shutil.which("npm") or "npm"
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages]
        subprocess.run(
            [*command, *([] if scripts else ["--ignore-scripts"])], check=True, capture_output=True
        )
