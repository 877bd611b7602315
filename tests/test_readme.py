"""The README says what the program says: its tables are the program's own output."""

import re
from pathlib import Path

import pytest

from patcher.catalogue.load import rules
from patcher.cli.commands import COMMANDS
from patcher.errors import ExitCode
from tests.terminal import run

README = (Path(__file__).parents[1] / "README.md").read_text()


def generated(name: str) -> str:
    """The text between the markers of a generated table."""
    found = re.search(rf"<!-- {name}: generated.*?-->\n(.*?)\n<!-- /{name} -->", README, re.DOTALL)
    assert found, f"README.md has no block {name}"
    return found[1].strip()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("rules", ["rules", "--markdown"]), ("releases", ["rules", "--releases", "--markdown"])],
)
def test_a_table_is_what_its_command_prints(name: str, arguments: list[str], tmp_path: Path) -> None:
    assert generated(name) == run(*arguments, cwd=tmp_path).stdout.strip()


def test_every_command_rule_and_exit_code_is_described() -> None:
    for command in COMMANDS:
        assert f"nextfix {command}" in README, command
    for rule in rules():
        assert f"`{rule.id}`" in README, rule.id
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} \|", README, re.MULTILINE), code
