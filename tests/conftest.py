"""Fixtures that several folders of tests use."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import releases


@pytest.fixture(scope="session")
def release() -> Callable[[str, str], Path]:
    """`release(name, version)`: the folder of a real release, for reading. Mark such a test `registry`."""
    return releases.release


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str, str], Path]:
    """`install(name, version)`: a copy in this test's own node_modules, for the test to rewrite."""
    return lambda name, version: releases.install(tmp_path, name, version)
