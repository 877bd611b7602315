"""`nextfix rules --affected` prints the six measured rows."""

import pytest

from patcher.cli.rules_command import rules
from patcher.errors import ExitCode
from patcher.retention.words import affected_rows


def test_the_six_rows_are_printed_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(affected=True).code is ExitCode.OK
    assert capsys.readouterr().out == affected_rows() + "\n"
