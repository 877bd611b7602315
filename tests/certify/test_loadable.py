"""next/dynamic of real releases: single flight, sticky failures, timers, retry, and what React renders."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests import releases
from tests.certify.rewriting import RELEASES, behaviour, files_of

pytestmark = pytest.mark.registry

# The packages that a server of each major of React needs beside it.
COMPANIONS = (
    "object-assign@4.1.1",
    "prop-types@15.8.1",
    "react-is@16.13.1",
    "use-subscription@1.5.1",
    "use-sync-external-store@1.6.0",
)
REACT_OF = {
    "9.0.6": "16.14.0", "9.1.1": "16.14.0", "9.1.2": "16.14.0", "9.5.5": "16.14.0", "10.0.9": "17.0.2",
    "10.2.3": "17.0.2", "11.1.4": "17.0.2", "12.1.6": "17.0.2", "12.3.4": "18.2.0", "13.0.7": "18.2.0",
    "13.1.6": "18.2.0", "13.2.4": "18.2.0", "13.3.1": "18.2.0", "13.3.4": "18.2.0", "13.4.2": "18.2.0",
    "13.4.9": "18.2.0", "13.4.12": "18.2.0", "13.4.19": "18.2.0", "13.5.6": "18.2.0", "14.2.35": "18.2.0",
    "15.5.29": "19.2.0", "16.4.6": "19.2.0",
}  # fmt: skip


def loadables(version: str) -> list[str]:
    """The files of a release that have next/dynamic's loadable."""
    return [path for path in files_of(version) if "loadable" in path or "pages" in path]


@pytest.fixture(scope="session")
def react(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`react(version)`: a project with that React and what it needs, for rendering."""

    @cache
    def project(version: str) -> Path:
        root = tmp_path_factory.mktemp(f"react-{version}")
        for package in (f"react@{version}", f"react-dom@{version}", *COMPANIONS):
            name, _, number = package.rpartition("@")
            shutil.copytree(releases.release(name, number), root / "node_modules" / name)
        return root

    return project


@pytest.mark.parametrize("version", RELEASES)
def test_twenty_preloads_and_a_later_one_load_once_and_give_the_module(version: str) -> None:
    for path in loadables(version):
        facts = behaviour(version, path, "documented").rewritten
        assert facts["preload"] == {"distinct": 1, "failures": 0, "same": True, "loads": 1, "promised": True}
        assert facts["preloadAll"]["loads"] == [1, 1, 1, 1]
        assert facts["preloadAll"]["nested"] == 1
        assert facts["preloadAll"]["modules"] == [True] * 4


@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize(("scenario", "reason"), [("fails", "no module"), ("failsUndefined", "undefined")])
def test_a_failed_load_stays_failed_with_its_reason(version: str, scenario: str, reason: str) -> None:
    for path in loadables(version):
        facts = behaviour(version, path, "documented").rewritten[scenario]
        assert (facts["reasons"], facts["failures"], facts["later"]) == ([reason], 20, reason)
        assert facts["loads"] == 1


@pytest.mark.parametrize("version", RELEASES)
def test_timers_fire_at_delay_and_timeout_and_are_cleared_by_a_load(version: str) -> None:
    for path in loadables(version):
        facts = behaviour(version, path, "documented").rewritten
        assert [seen["waiting"] for seen in facts["timers"]["seen"]] == [2, 2, 1, 1, 0, 0]
        assert (facts["early"]["waiting"], facts["early"]["cleared"], facts["early"]["silent"]) == (
            0,
            2,
            True,
        )


@pytest.mark.parametrize("version", ["9.1.1", "10.2.3", "12.3.4", "13.4.19", "14.2.35", "16.4.6"])
def test_retry_of_the_loading_component_loads_again(version: str) -> None:
    for path in loadables(version):
        facts = behaviour(version, path, "documented").rewritten["retry"]
        assert (facts["retried"], facts["loads"]) == ("function", 2)
        assert facts["after"]["type"] == "Shown"


@pytest.mark.parametrize("version", RELEASES)
def test_the_react_of_the_release_renders_the_same_and_nothing_is_kept(
    version: str, react: Callable[[str], Path]
) -> None:
    for path in loadables(version):
        found = behaviour(version, path, "documented", react=react(REACT_OF[version]))
        assert found.failures == ()
        assert found.rewritten["rendering"]["react"] == REACT_OF[version]
        assert "shown here" in found.rewritten["rendering"]["unprepared"]["seen"][1]["html"]
        assert found.original["kept"]["rendered"]["store"]
        assert found.rewritten["kept"]["rendered"] == {
            "promises": 0,
            "timers": 0,
            "store": False,
            "held": True,
        }
