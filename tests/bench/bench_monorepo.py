"""A monorepo of 200 workspaces with 40 copies of Next and 300,000 files: what check, status and apply cost.

    python tests/bench/bench_monorepo.py [--folder DIR] [--runs N]

A quarter, a half and the whole of it are measured, so that what grows faster than the tree shows. All of it is our own
writing. Processor time and memory are those of the process, as the system counts them. What writes nothing is run
three times, the best is told: of `check` that is one that remembers the files. `--no-cache` remembers none.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.synthetic import make_package

WORKSPACES, COPIES, FILES = 200, 40, 300_000
SOURCES = 25  # of a workspace's own; the other files lie in node_modules
COMMANDS = (
    ("check", "--scope", "rules"),
    ("check",),
    ("check", "--scope", "all", "--no-cache"),
    ("check", "--scope", "all"),
    ("status",),
    ("diff", "--stat"),
    ("apply",),
    ("apply",),  # the second time: nothing to do
    ("revert",),
)
ONCE = {"apply", "revert", "--no-cache"}  # what a second run would find done, or would do again for nothing


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: seconds of the clock and of the processor, and mebibytes at most."""

    wall: float
    processor: float
    memory: float


def build(root: Path, share: float) -> int:
    """Make `share` of the monorepo at `root`; how many files it has."""
    workspaces, copies, files = (int(whole * share) for whole in (WORKSPACES, COPIES, FILES))
    root.mkdir(parents=True)
    (root / "package.json").write_text('{"private": true, "workspaces": ["apps/*"]}')
    made = 1
    for number in range(workspaces):
        folder = root / f"apps/app-{number}"
        (folder / "src").mkdir(parents=True)
        (folder / "package.json").write_text(f'{{"name": "app-{number}"}}')
        for at in range(SOURCES):
            (folder / f"src/part-{at}.js").write_text(_source(at))
        made += SOURCES + 1
        if number < copies:
            made += sum(1 for path in make_package(folder / "node_modules").rglob("*") if path.is_file())
    return made + _dependencies(root / "node_modules", files - made)


def _source(number: int) -> str:
    return (
        f"export async function part{number}(request) {{\n  const found = await load(request);\n  return found;\n}}\n"
        * 5
    )


def _dependencies(modules: Path, count: int) -> int:
    """`count` files of packages that are not Next, 100 a package."""
    for number, size in enumerate(_parts(count, 100)):
        folder = modules / f"dependency-{number}" / "lib"
        folder.mkdir(parents=True)
        (folder.parent / "package.json").write_text(f'{{"name": "dependency-{number}", "version": "1.0.0"}}')
        for at in range(size - 1):
            (folder / f"{at}.js").write_text("module.exports = 1;\n")
    return count


def _parts(count: int, size: int) -> Iterator[int]:
    while count > 0:
        yield min(size, count)
        count -= size


def cost(arguments: tuple[str, ...], root: Path) -> Cost:
    """Run nextfix once in `root`."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "patcher", *arguments]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), (arguments, process.returncode)
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> None:
    """Measure a quarter, a half and the whole, and print a line for each command."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # pip compiles what it installs
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", default="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    parser.add_argument("--runs", type=int, default=3, help="of each command that writes nothing")
    chosen = parser.parse_args()
    print("| files | workspaces | copies | command | wall, s | processor, s | MiB |")
    print("| ---: | ---: | ---: | --- | ---: | ---: | ---: |")
    spent: dict[int, list[float]] = {}
    for share in (0.25, 0.5, 1.0):
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            root = Path(folder) / "monorepo"
            files = build(root, share)
            for number, arguments in enumerate(COMMANDS):
                runs = 1 if ONCE.intersection(arguments) else chosen.runs
                best = min((cost(arguments, root) for _ in range(runs)), key=lambda found: found.processor)
                spent.setdefault(number, []).append(best.processor)
                print(
                    f"| {files:,} | {int(WORKSPACES * share)} | {int(COPIES * share)} | `{' '.join(arguments)}` "
                    f"| {best.wall:.2f} | {best.processor:.2f} | {best.memory:.0f} |",
                    flush=True,
                )
    print("\nprocessor time of the whole over that of the half (2 is linear):")
    for number, (_, half, whole) in spent.items():
        print(f"  {' '.join(COMMANDS[number]):28} {whole / half:.2f}")


if __name__ == "__main__":
    main()
