"""Fixtures of these tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.untrusted.trees import Nextfix


@pytest.fixture
def nextfix(tmp_path: Path) -> Nextfix:
    """Runs nextfix in `tmp_path`, as a process, so that what reaches the terminal is seen byte for byte."""

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "patcher", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)

    return run
