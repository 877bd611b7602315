"""Heaps made by the Node that is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

LEAKY = Path(__file__).with_name("leaky_server.js")


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node; without one the test is skipped, since only a real heap shows what it asserts."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed; these tests read heaps that node writes")
    return found


@pytest.fixture(scope="session")
def promises_carry(node: str) -> None:
    """Node up to 23 attaches the store to promises; later ones do not, and nothing is retained there."""
    version = subprocess.run(
        [node, "-p", "process.versions.node"], capture_output=True, text=True, check=True
    )
    if int(version.stdout.split(".")[0]) >= 24:
        pytest.skip("from Node 24 a settled promise does not keep its async context")


@pytest.fixture(scope="session")
def leaky_heap(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The heap of leaky_server.js after one request to each of its urls."""
    path = tmp_path_factory.mktemp("heap") / "leaky.heapsnapshot"
    subprocess.run([node, "--expose-gc", str(LEAKY), str(path)], check=True, timeout=120)
    return path
