"""Time and peak memory of `nextfix heap` beside memlab, on the same snapshots.

    python tests/bench/bench_heap.py [MEGABYTES...] [--runs N] [--snapshots FOLDER] [--memlab FOLDER]

memlab is installed by npm when --memlab does not have it, in a cache by default; its browser is not fetched.
Snapshots are made by heap_generate.js, and kept when --snapshots says where. Runs alternate, each after the file
was read once, so that none waits for the disk. Medians are printed, as the table of the README: wall seconds,
seconds of processor time (which other load on the machine changes less), peak memory, and memlab's by nextfix's.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
HEAD = """\
| snapshot | nextfix: wall, processor, peak | memlab: wall, processor, peak | wall | processor | memory |
| --- | --- | --- | --- | --- | --- |"""
MEMLAB = "memlab@2.0.5"
CACHE = Path("~/.cache/nextfix-bench").expanduser()
MORE_HEAP = "--max-old-space-size=16000"


class Cost(NamedTuple):
    """What one run took: wall seconds, seconds of processor time, peak resident MiB."""

    wall: float
    processor: float
    memory: float


def measure(command: list[str], path: Path) -> Cost:
    """Run `command`, which reads `path`; it must end by itself, with 0 or, as with findings, 1."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(costs: list[Cost]) -> Cost:
    """The median of each number by itself."""
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))


def snapshot(folder: Path, megabytes: int) -> Path:
    """The snapshot of about that size, made when it is not there."""
    path = folder / f"{megabytes}.heapsnapshot"
    if not path.exists():
        generate = str(HERE / "heap_generate.js")
        subprocess.run(["node", "--expose-gc", MORE_HEAP, generate, str(megabytes), str(path)], check=True)
    return path


def installed(folder: Path) -> Path:
    """`folder` with memlab in it, installed when it is not there."""
    if not (folder / "node_modules" / "@memlab" / "heap-analysis").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            "npm",
            "install",
            "--prefix",
            str(folder),
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            MEMLAB,
        ]
        no_browser = {"PUPPETEER_SKIP_DOWNLOAD": "1", "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD": "1"}
        subprocess.run(command, check=True, env=os.environ | no_browser, stdout=subprocess.DEVNULL)
    return folder


def compare(path: Path, memlab: Path, runs: int) -> None:
    """Print one row of the table."""
    ours = [sys.executable, "-m", "patcher", "heap", str(path)]
    theirs = ["node", MORE_HEAP, str(HERE / "memlab_read.js"), str(memlab), str(path)]
    pairs = [(measure(ours, path), measure(theirs, path)) for _ in range(runs)]
    a, b = median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
    print(
        f"| {path.stat().st_size / 1e6:.0f} MB | {shown(a)} | {shown(b)} "
        f"| {b.wall / a.wall:.1f}x | {b.processor / a.processor:.1f}x | {a.memory / b.memory:.0%} |",
        flush=True,
    )


def shown(cost: Cost) -> str:
    """The cell of the table."""
    return f"{cost.wall:.2f} s, {cost.processor:.2f} s, {cost.memory:.0f} MiB"


def main() -> None:
    """Read the arguments and print the table."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # pip compiles what it installs
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("megabytes", type=int, nargs="*", default=[30, 300, 1000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--snapshots", type=Path)
    parser.add_argument("--memlab", type=Path, default=CACHE / "memlab")
    arguments = parser.parse_args()
    memlab = installed(arguments.memlab)
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, Node {node}, runs: {arguments.runs}\n{HEAD}"
    )
    with tempfile.TemporaryDirectory(prefix="nextfix-bench-") as temporary:
        folder = arguments.snapshots or Path(temporary)
        for megabytes in arguments.megabytes:
            compare(snapshot(folder, megabytes), memlab, arguments.runs)


if __name__ == "__main__":
    main()
