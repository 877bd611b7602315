"""nextfix apply against patch-package with the equivalent patch: first run and second run, in one table.

Needs hyperfine and npm. Run: python tests/bench/bench_apply.py
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NEXT = "next@13.1.6"
NEXTFIX = str(Path(sys.executable).with_name("nextfix"))


def main() -> None:
    """Make an app with one copy of next, then time both tools on it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # pip compiles what it installs
    if not shutil.which("hyperfine"):
        sys.exit("hyperfine is missing: apt-get install hyperfine")
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder)
        (app / "package.json").write_text('{"name": "app", "version": "1.0.0", "private": true}')
        run(
            [
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                NEXT,
                "react@18",
                "react-dom@18",
                "patch-package",
            ],
            app,
        )
        (app / "patches").mkdir()
        patch = subprocess.run([NEXTFIX, "diff"], cwd=app, capture_output=True, check=False).stdout
        (app / "patches" / "next+13.1.6.patch").write_bytes(patch)
        report(app)


def report(app: Path) -> None:
    """Time the four runs and print them with their ratios and peak memory."""
    apply, package = f"{NEXTFIX} apply", "node node_modules/patch-package/index.js"
    undo = f"{NEXTFIX} revert"
    reverse = f"{package} --reverse"
    first = [timed(app, apply, undo), timed(app, package, reverse)]
    run(reverse.split(), app)
    run(apply.split(), app)
    second = [timed(app, apply)]
    run(undo.split(), app)
    run(package.split(), app)
    second.append(timed(app, package))
    print("| | nextfix | patch-package | ratio |\n| --- | --- | --- | --- |")
    for name, (ours, theirs) in (("first run", first), ("second run", second)):
        print(f"| {name} | {shown(ours)} | {shown(theirs)} | {theirs[0] / ours[0]:.2f} |")


def shown(measured: tuple[float, int]) -> str:
    """A measurement as the table shows it."""
    return f"{measured[0] * 1000:.0f} ms, {measured[1]} MiB"


def timed(app: Path, command: str, prepare: str = "true") -> tuple[float, int]:
    """Median seconds and peak MiB of `command`, `prepare` run before each."""
    out = app / "times.json"
    run(
        ["hyperfine", "--shell=none", "--warmup=2", "--runs=15", "--style=none", f"--prepare={prepare}",
         f"--export-json={out}", command],
        app,
    )  # fmt: skip
    median = float(json.loads(out.read_text())["results"][0]["median"])
    if prepare != "true":
        run(prepare.split(), app)
    return median, peak(command, app)


def peak(command: str, folder: Path) -> int:
    """Peak memory of one run of `command` in MiB, as the kernel counts it."""
    with subprocess.Popen(command.split(), cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return int(usage.ru_maxrss // 1024)


def run(command: list[str], folder: Path) -> None:
    """Run a command quietly; its output is shown when it fails."""
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: {result.stdout}{result.stderr}")


if __name__ == "__main__":
    main()
