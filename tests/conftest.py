"""Fixtures that several folders of tests use."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import releases

# A law is held by its examples, never by the speed of the machine; in CI the examples are the same every time.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("steady"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "steady")


@pytest.fixture(scope="session")
def release() -> Callable[[str, str], Path]:
    """`release(name, version)`: the folder of a real release, for reading. Mark such a test `registry`."""
    return releases.release


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str, str], Path]:
    """`install(name, version)`: a copy in this test's own node_modules, for the test to rewrite."""
    return lambda name, version: releases.install(tmp_path, name, version)
