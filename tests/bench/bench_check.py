"""nextfix check over a whole node_modules against ast-grep with a rule for one of the families, in one table.

All read the same tree in the same run, in turns, so that what else the machine does hits all of them; wall and
processor time are medians of five. Cold: nothing remembered; files are in the page cache for all. `--thorough` reads
what ast-grep reads, every file; without it, tests, build tools and builds for browsers and for development are
passed over. Needs npm, and ast-grep on PATH (PyPI: ast-grep-cli).

Run: python tests/bench/bench_check.py [TREE] [--profile]. Without TREE a tree of about 16,000 files is
installed in a temporary folder.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGES = [
    *("next@13.1.6", "react", "react-dom", "dd-trace@3.13.2", "@apollo/server@4", "express@4", "mongoose@8"),
    *("pg@8", "ioredis@5", "winston@3", "@aws-sdk/client-s3@3", "typescript@5", "eslint@8", "jest@29"),
    *("@mui/material@5", "lodash@4", "rxjs@7", "date-fns@3"),
]
RUNS = 5
ALL_FILES = [
    word for kind in ["hidden", "vcs", "dot", "parent", "global", "exclude"] for word in ("--no-ignore", kind)
]
RULE = """id: lazy-promise-memo
language: JavaScript
rule:
  kind: if_statement
  has: {field: condition, stopBy: end, kind: unary_expression, pattern: "!$P"}
  all:
    - has:
        stopBy: end
        kind: assignment_expression
        all:
          - has: {field: left, pattern: $P}
          - has:
              field: right
              stopBy: end
              kind: call_expression
              has:
                field: function
                kind: member_expression
                has: {field: property, regex: "^(then|catch|finally)$"}
"""


def main() -> None:
    """Measure both tools on the tree and print the table."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # pip compiles what it installs
    if not shutil.which("ast-grep"):
        sys.exit("ast-grep is missing: pip install ast-grep-cli")
    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--profile" in sys.argv:
        profile(Path(given[0]).resolve())
        return
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(given[0]).resolve() if given else install(Path(folder))
        (Path(folder) / "rule.yml").write_text(RULE)
        report(tree, Path(folder))


def install(folder: Path) -> Path:
    """The benchmark tree, installed without running anything of it."""
    (folder / "package.json").write_text('{"name": "tree", "version": "1.0.0", "private": true}')
    command = [
        "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--legacy-peer-deps",
        *PACKAGES,
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def report(tree: Path, folder: Path) -> None:
    """Print wall and processor time of all runs, and the ratios."""
    memory = folder / "memory"
    check = [sys.executable, "-m", "patcher", "check", "--scope", "all", "--quiet"]
    commands: dict[str, tuple[list[str], bool]] = {
        "ast-grep": (["ast-grep", "scan", "-r", str(folder / "rule.yml"), *ALL_FILES, "."], False),
        "nextfix, cold": (check, True),
        "nextfix --thorough, cold": ([*check, "--thorough"], True),
        "nextfix, warm": (check, False),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, (command, forget) in commands.items():
            if forget:
                shutil.rmtree(memory, ignore_errors=True)
            if name == "nextfix, warm":
                run(check, tree, memory)
            taken[name].append(run(command, tree, memory))
    walls = {name: statistics.median(wall for wall, _ in runs) for name, runs in taken.items()}
    used = {name: statistics.median(cpu for _, cpu in runs) for name, runs in taken.items()}
    rival = "ast-grep"
    print("| | wall s | processor s | wall ratio | processor ratio |\n| --- | --- | --- | --- | --- |")
    for name in commands:
        ratios = f"{walls[rival] / walls[name]:.1f} | {used[rival] / used[name]:.1f}"
        print(f"| {name} | {walls[name]:.2f} | {used[name]:.2f} | {ratios} |")


def run(command: list[str], tree: Path, memory: Path) -> tuple[float, float]:
    """Wall and processor seconds of one run in `tree`, with its memory in the folder `memory`."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(memory)}
    subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def profile(tree: Path) -> None:
    """Print the files that take longest, with their processor seconds."""
    from patcher.scan.read import look_at
    from patcher.scan.source_files import dependency_files

    os.chdir(tree)
    taken = []
    for path in dependency_files([Path()], []):
        start = time.process_time()
        look_at(path)
        taken.append((time.process_time() - start, path))
    print(f"{sum(seconds for seconds, _ in taken):.2f} s in {len(taken)} files")
    for seconds, path in sorted(taken, reverse=True)[:25]:
        print(f"{seconds:.2f} {path}")


if __name__ == "__main__":
    main()
