"""Real packages before and after `apply --scope deps`, each run by a program of a few lines, as a table:

    python -m tests.detached.packages                 # all of packages.jsonl, some four minutes on a quiet machine
    python -m tests.detached.packages kysely stripe   # some of them
    python -m tests.detached.packages --node PATH     # on another Node.js

A line of packages.jsonl has the package and its release, the slot that keeps a request, what runs before any request
(`setup`), the expression that runs in each of three (`use`), how long to wait for what it starts (`quiet`, in
milliseconds), and, where requests stay afterwards, why (`left`). The packages are installed, without their scripts,
into the cache of tests.releases.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

TABLE = Path(__file__).with_name("packages.jsonl")
DRIVER = Path(__file__).with_name("packages_driver.cjs")
# What the programs need beside their packages, and peers that npm is told not to add by itself.
BESIDE = (
    *(
        "react@18.2.0",
        "react-dom@18.2.0",
        "express-session@1.18.1",
        "@nestjs/common@11.2.10",
        "@nestjs/core@11.2.10",
    ),
    *("rxjs@7.8.2", "reflect-metadata@0.2.2", "@opentelemetry/api@1.10.0", "zod@4.6.7"),
)


@dataclass(frozen=True)
class Program:
    """A line of the table."""

    package: str
    version: str
    slot: str
    setup: str
    use: str
    quiet: int
    left: str = ""


@dataclass(frozen=True)
class Outcome:
    """How many of three requests stay, and what each of them gave."""

    kept: int
    said: tuple[str, ...]


def programs() -> list[Program]:
    """The lines of the table, in order."""
    return [Program(**json.loads(line)) for line in TABLE.read_text().splitlines()]


def installed(chosen: Sequence[Program], folder: Path) -> tuple[Path, Path]:
    """Two projects below `folder` with the packages of `chosen`: as installed, and after `apply --scope deps`."""
    specs = sorted({f"{one.package}@{one.version}" for one in chosen} | set(BESIDE))
    cache = Path(os.environ.get("NEXTFIX_TEST_CACHE", "~/.cache/nextfix-tests")).expanduser()
    home = cache / "programs" / hashlib.sha256("\n".join(specs).encode()).hexdigest()[:16]
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{home}.lock"):
        if not home.is_dir():
            _install(specs, home)
    before, after = folder / "before", folder / "after"
    for project in (before, after):
        shutil.copytree(home, project, symlinks=True)
    command = [sys.executable, "-m", "patcher", "apply", "--scope", "deps"]
    subprocess.run(command, cwd=after, check=True, capture_output=True, timeout=1200)
    return before, after


def _install(specs: Sequence[str], home: Path) -> None:
    made = home.with_suffix(".made")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    (made / "package.json").write_text('{"name": "programs", "private": true}\n')
    flags = ["--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(
        ["npm", "install", *flags, *specs], cwd=made, check=True, capture_output=True, timeout=1200
    )
    made.rename(home)


def run(program: Program, project: Path, node: str) -> Outcome:
    """What the driver says of a program in a project."""
    task = project / f"{program.package.replace('/', '+')}.task.json"
    task.write_text(json.dumps({"setup": program.setup, "use": program.use, "quiet": program.quiet}))
    command = [node, "--expose-gc", str(DRIVER), str(task)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return Outcome(said["kept"], tuple(said["said"]))


def rewritten(project: Path) -> list[Path]:
    """The files of a project that `apply` has rewritten."""
    files = []
    for receipt in sorted(project.glob("**/node_modules/.nextfix/*.json")):
        held = json.loads(receipt.read_text())
        package = receipt.parents[1] / held["name"]
        files += [package / entry["path"] for entry in held["files"] if entry["before"] != entry["after"]]
    return files


def unreadable(files: Sequence[Path], node: str) -> list[str]:
    """What `node --check` says of those of `files` that Node cannot read."""
    found = []
    for file in files:
        done = subprocess.run(
            [node, "--check", str(file)], capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode:
            found.append(f"{file}: {done.stderr[-300:]}")
    return found


def main() -> None:
    """Print the table as Markdown."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("package", nargs="*")
    parser.add_argument("--node", default=shutil.which("node") or "node")
    options = parser.parse_args()
    chosen = [one for one in programs() if not options.package or one.package in options.package]
    with tempfile.TemporaryDirectory() as folder:
        before, after = installed(chosen, Path(folder))
        files = rewritten(after)
        print("| package | slot | before | after | same result | |\n| --- | --- | ---: | ---: | --- | --- |")
        for one in chosen:
            was, now = run(one, before, options.node), run(one, after, options.node)
            same = "yes" if was.said == now.said else f"NO: {was.said} {now.said}"
            name = f"{one.package} {one.version}"
            print(f"| {name} | {one.slot} | {was.kept} | {now.kept} | {same} | {one.left} |", flush=True)
        wrong = unreadable(files, options.node)
        print(f"\n{len(files)} files rewritten, {len(wrong)} that `node --check` refuses", *wrong, sep="\n")


if __name__ == "__main__":
    main()
