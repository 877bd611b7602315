"""Fixtures that several folders of tests use."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, settings

from tests import releases

# A law is held by its examples, never by the speed of the machine; in CI the examples are the same every time.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("steady"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "steady")

# A job in the background of a shell is born deaf to SIGINT, and so is what it starts: the tests of Ctrl-C are not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def release() -> Callable[[str, str], Path]:
    """`release(name, version)`: the folder of a real release, for reading. Mark such a test `registry`."""
    return releases.release


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str, str], Path]:
    """`install(name, version)`: a copy in this test's own node_modules, for the test to rewrite."""
    return lambda name, version: releases.install(tmp_path, name, version)


_TRIED: Counter[str] = Counter()


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Iterator[Callable[..., None]]:
    """`tried(kind, times=1)`: count inputs or faults by their kind; the sums are printed at the end of the session."""
    counts: Counter[str] = Counter()

    def count(kind: str, times: int = 1) -> None:
        counts[kind] += times

    yield count
    record_property("tried", dict(counts))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Sum what the tests of every worker say that they tried."""
    for name, counts in report.user_properties if report.when == "teardown" else ():
        if name == "tried":
            _TRIED.update(cast(dict[str, int], counts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many inputs and faults were tried."""
    if _TRIED:
        terminalreporter.write_line(f"tried: {_TRIED.total():,}")
        for kind, count in sorted(_TRIED.items()):
            terminalreporter.write_line(f"{count:10,} {kind}")
