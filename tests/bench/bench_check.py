"""nextfix check over a whole node_modules against ast-grep with a rule for one of the families, in one table.

Both read the same tree in the same run; wall and processor time are medians of three, cold and warm apart
(cold: nothing remembered; files are in the page cache for both). Needs npm, and ast-grep on PATH (PyPI:
ast-grep-cli).

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
    """Print wall and processor time of the three runs, and the ratios."""
    rival = ["ast-grep", "scan", "-r", str(folder / "rule.yml"), *ALL_FILES, "."]
    ours = [sys.executable, __file__, "--scan", str(folder / "memory.json")]
    rows = {
        "ast-grep": measured(rival, tree, None),
        "nextfix, cold": measured(ours, tree, folder / "memory.json"),
    }
    rows["nextfix, warm"] = measured(ours, tree, None)
    wall, cpu = rows["ast-grep"]
    print("| | wall s | processor s | wall ratio | processor ratio |\n| --- | --- | --- | --- | --- |")
    for name, (seconds, used) in rows.items():
        print(f"| {name} | {seconds:.2f} | {used:.2f} | {wall / seconds:.1f} | {cpu / used:.1f} |")


def measured(command: list[str], tree: Path, forget: Path | None) -> tuple[float, float]:
    """Median wall and processor seconds of three runs; `forget` is removed before each."""
    walls, used = [], []
    for _ in range(3):
        if forget is not None:
            forget.unlink(missing_ok=True)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, cwd=tree, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.perf_counter() - start)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(walls), statistics.median(used)


def scan_once(memory: Path) -> None:
    """What `check --scope all` does with the files of the working directory, reports apart."""
    from patcher.analysis.scan import scan
    from patcher.packages.sources import dependency_sources, own_sources
    from patcher.registry.families import families

    files = [*own_sources([Path()]).files, *dependency_sources([Path()]).files]
    result = scan(files, families(), jobs=2, cache=memory)
    print(len(files), len(result.findings), len(result.skipped))


def profile(tree: Path) -> None:
    """Print the files that take longest, with their processor seconds."""
    from patcher.analysis.reading import look_at
    from patcher.packages.sources import dependency_sources

    os.chdir(tree)
    taken = []
    for path in dependency_sources([Path()]).files:
        start = time.process_time()
        look_at(path)
        taken.append((time.process_time() - start, path))
    print(f"{sum(seconds for seconds, _ in taken):.2f} s in {len(taken)} files")
    for seconds, path in sorted(taken, reverse=True)[:25]:
        print(f"{seconds:.2f} {path}")


if __name__ == "__main__":
    if "--scan" in sys.argv:
        scan_once(Path(sys.argv[-1]))
    else:
        main()
