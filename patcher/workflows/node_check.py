"""`node --check`: whether Node itself reads a rewritten file, besides the parser that rewrote it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from patcher.errors import ExitCode, NextfixError

_PATIENCE = 60.0  # seconds for one file; half a megabyte takes a tenth of one


def syntax_error(source: bytes) -> str:
    """What Node says against `source` as a CommonJS module, or the empty string. Nothing of it is run.

    Raises:
        NextfixError: FILES when there is no node on the PATH, or it does not answer.
    """
    node = shutil.which("node")
    if node is None:
        raise NextfixError(ExitCode.FILES, "node is not on the PATH", hint="install Node.js")
    with tempfile.TemporaryDirectory(prefix="nextfix-check-") as folder:
        path = Path(folder) / "result.cjs"
        path.write_bytes(source)
        try:
            done = subprocess.run(
                [node, "--check", str(path)], capture_output=True, timeout=_PATIENCE, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise NextfixError(
                ExitCode.FILES, f"node --check gave no answer in {_PATIENCE:.0f} s", path=node
            ) from error
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stderr.decode(errors="replace").splitlines() if "Error" in line]
    return lines[0] if lines else f"node --check ended with {done.returncode}"
