"""`nextfix rules`: the six measured rows, and the tables of the documents."""

from pathlib import Path

import pytest

from patcher.cli import rules_command
from patcher.cli.rules_command import rules
from patcher.errors import ExitCode, NextfixError
from patcher.retention.words import affected_rows


def test_the_six_rows_are_printed_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(affected=True).code is ExitCode.OK
    assert capsys.readouterr().out == affected_rows() + "\n"


def test_tables_are_written_in_a_checkout_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_command, "data_folder", lambda name: tmp_path / name)

    with pytest.raises(NextfixError, match="for a checkout of nextfix; clone its repository") as caught:
        rules(write=True)

    assert caught.value.code is ExitCode.USAGE


def test_a_document_without_the_place_for_a_table_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_command, "data_folder", lambda name: tmp_path / name)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "rules").mkdir()
    document = tmp_path / "rules/README.md"
    document.write_text("# Rules\n")

    with pytest.raises(
        NextfixError, match=f"{document}: no block rules; put <!-- rules: generated"
    ) as caught:
        rules(write=True)

    assert (caught.value.code, document.read_text()) == (ExitCode.FILES, "# Rules\n")
