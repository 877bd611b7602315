"""What the preload of `export --to require-hook` costs at start-up.

    python -m tests.bench.bench_hook [RUNS]

Installs two releases of Next, exports the preload, and times `node` with and without it, in turns: an empty
script (the cost of having it), and one that loads Next's server (the cost of using it). Prints medians of
processor time in milliseconds, which a busy machine disturbs less than the clock, and the difference.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.delivery.tools import environment
from tests.delivery.trees import INSTALL, nextfix, run, workspace

SCRIPTS = {
    "an empty script": "0",
    "next/dist/server/next and next/dynamic": "require('next/dist/server/next');require('next/dynamic')",
    "next's server": "require('next/dist/server/next-server')",
}


def seconds(command: list[str], folder: Path) -> float:
    """The processor time that `command` takes, of the program and of the system for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(script: str, folder: Path, hook: Path, runs: int) -> tuple[float, float]:
    """The median times in milliseconds without and with the preload, measured in turns."""
    plain, hooked = ["node", "-e", script], ["node", "--require", str(hook), "-e", script]
    pairs = [(seconds(plain, folder), seconds(hooked, folder)) for _ in range(runs + 1)][1:]
    return (
        statistics.median(first for first, _ in pairs) * 1000,
        statistics.median(second for _, second in pairs) * 1000,
    )


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        root = workspace(Path(folder))
        run(INSTALL["npm"], root)
        nextfix("export", "--to", "require-hook", "--write", folder=root)
        hook = root / "nextfix-hook.cjs"
        print(
            f"{run(['node', '--version'], root).strip()}, {runs} runs each, preload of {hook.stat().st_size} bytes"
        )
        for name in ("old", "new"):
            for title, script in SCRIPTS.items():
                plain, hooked = medians(script, root / "apps" / name, hook, runs)
                print(
                    f"{name} {title}: {plain:.1f} ms, with the preload {hooked:.1f} ms, {hooked - plain:+.1f} ms"
                )


if __name__ == "__main__":
    main()
