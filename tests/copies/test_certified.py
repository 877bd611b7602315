"""Our ledger against the registry and against real releases."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.catalogue.ledger import certified_releases
from patcher.catalogue.load import rules_of
from patcher.certify.campaign import differences, due, entry_of
from patcher.certify.certificate import certify_files
from patcher.certify.trial import Trial
from patcher.cli.main import main
from patcher.disk.receipt import digest
from patcher.npm.registry import Release, members
from patcher.rule import STYLES
from patcher.semver import is_stable, order
from tests.releases import LOCK, tarball

# One release of each way in which next was compiled and of each set of rules.
RELEASES = (
    *("9.0.6", "9.1.2", "10.2.3", "11.1.4", "12.3.4", "13.0.0"),
    *("13.1.6", "13.4.9", "13.5.6", "14.2.35", "15.0.8", "16.4.6"),
)
WANTED = frozenset(path for rule in rules_of("next") for path in rule.files)

pytestmark = pytest.mark.registry


def files_of(version: str) -> tuple[Release, dict[str, bytes]]:
    path = tarball("next", version)
    integrity = json.loads(LOCK.read_text())[f"next@{version}"]
    return Release("next", version, str(path), integrity), members(path, WANTED)


def test_our_ledger_has_every_stable_release_up_to_its_newest_and_a_canary_of_every_minor_line() -> None:
    held = certified_releases("next")
    newest = max((version for version in held if is_stable(version)), key=order)
    expected = [version for version in due("next") if is_stable(version) and order(version) <= order(newest)]

    assert [version for version in held if is_stable(version)] == expected
    canaries = {version.rpartition(".")[0].split("-")[0] for version in held if not is_stable(version)}
    assert len(canaries) >= 23


@pytest.mark.parametrize("version", RELEASES)
def test_a_release_computed_again_is_as_our_ledger_has_it_and_behaves(version: str) -> None:
    release, files = files_of(version)

    certificate = certify_files(version, files, rules_of("next"))

    assert certificate.problems == []
    assert list(differences(certified_releases("next")[version], entry_of(release, certificate))) == []
    trial = Trial()
    assert [
        fault for result in certificate.results for fault in trial.faults(result, f"next@{version}")
    ] == []


@pytest.mark.parametrize("version", ["11.1.4", "13.1.6", "16.4.6"])
@pytest.mark.parametrize("style", STYLES)
def test_apply_on_a_real_install_says_certified_and_writes_the_bytes_of_the_ledger(
    version: str, style: str, install: Callable[[str, str], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    package = install("next", version)

    with pytest.raises(SystemExit) as ended:
        main(["apply", str(package.parents[1]), "--certified-only", "--style", style])

    assert ended.value.code == 0
    assert f"({style}, certified)" in capfd.readouterr().out
    for path, file in certified_releases("next")[version]["files"].items():
        hashes = {
            result["sha256"] for result in file["rewrites"].get(style, file["rewrites"].get("*")).values()
        } | {file["sha256"]}
        assert digest((package / path).read_bytes()) in hashes
