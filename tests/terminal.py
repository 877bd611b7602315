"""Running nextfix as a user does: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The finished process of `nextfix ARGUMENTS` in the folder `cwd`."""
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-m", "patcher", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=False)


def last(result: subprocess.CompletedProcess[str]) -> str:
    """The last line of stderr, where the reason for any exit code but 0 stands."""
    return result.stderr.strip().splitlines()[-1] if result.stderr.strip() else ""
