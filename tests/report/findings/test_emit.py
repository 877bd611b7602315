"""Reports to files and to standard output."""

import json
from pathlib import Path
from typing import Any

import pytest

from patcher.errors import NextfixError
from patcher.report.findings.emit import emit
from patcher.report.findings.outputs import parse_outputs
from patcher.report.findings.render import Presentation
from tests.report.records import RULES, finding, hostile, report


@pytest.mark.parametrize("what", [report(finding()), hostile()], ids=["plain", "hostile"])
def test_one_report_goes_to_every_output_at_once(
    what: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["a.sarif", "a.json", "a.xml", "a.txt", "github:a.log"]

    emit(what, parse_outputs(None, ["-", *names]), Presentation(RULES))

    assert [(tmp_path / name.rpartition(":")[2]).stat().st_size > 0 for name in names] == [True] * 5
    assert json.loads((tmp_path / "a.json").read_text())["summary"]["errors"] == 1
    assert capsys.readouterr().out == (tmp_path / "a.txt").read_text()


def test_a_file_is_never_coloured_and_no_color_is_stronger_than_force_color(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "1")
    emit(report(finding()), parse_outputs(None, ["-", "a.txt"]), Presentation(RULES))

    assert "\x1b[" in capsys.readouterr().out
    assert "\x1b[" not in (tmp_path / "a.txt").read_text()

    monkeypatch.setenv("NO_COLOR", "1")
    emit(report(finding()), parse_outputs(None, []), Presentation(RULES))

    assert "\x1b[" not in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").mkdir()

    with pytest.raises(NextfixError, match=r"a\.json"):
        emit(report(), parse_outputs(None, ["-", str(tmp_path / "a.json")]), Presentation(RULES))

    assert capsys.readouterr().out == ""
