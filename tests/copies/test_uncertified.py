"""What apply says of releases that the ledger does not hold."""

from pathlib import Path

import pytest

from patcher.cli.main import main
from tests.synthetic import UNCERTIFIED, make_project, snapshot


def apply(root: Path, *options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["apply", str(root), *options])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_an_uncertified_release_is_rewritten_by_structure_and_said_to_be_uncertified(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make_project(tmp_path)

    assert apply(tmp_path) == 0
    assert "(documented, uncertified)" in capfd.readouterr().out


def test_certified_only_refuses_an_uncertified_release_with_the_command_that_certifies_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make_project(tmp_path)
    before = snapshot(tmp_path)

    assert apply(tmp_path, "--certified-only") == 4
    assert f"'nextfix certify next@{UNCERTIFIED}' certifies it" in capfd.readouterr().err.splitlines()[-1]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("version", ["17.0.0", "99.0.0-canary.1"])
def test_a_release_newer_than_every_rule_is_refused_with_the_command_that_tries_the_rules(
    version: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make_project(tmp_path, version)
    before = snapshot(tmp_path)

    assert apply(tmp_path) == 4
    said = capfd.readouterr().err.splitlines()[-1]
    assert (
        f"next {version} is newer than every rule; 'nextfix certify next@{version}' tries the rules on it"
        in said
    )
    assert snapshot(tmp_path) == before


def test_a_certified_release_whose_file_was_changed_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make_project(tmp_path, "13.1.6")

    assert apply(tmp_path) == 4
    assert "differs from the one published in next@13.1.6" in capfd.readouterr().err.splitlines()[-1]
