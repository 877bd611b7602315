"""`--format` and `--output` together."""

from pathlib import Path
from typing import Any

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.report.findings.outputs import Output, ReportFormat, parse_outputs


@pytest.mark.parametrize(
    ("format", "outputs", "expected"),
    [
        pytest.param(None, [], [Output(ReportFormat.TEXT)], id="text on standard output by default"),
        pytest.param("json", [], [Output(ReportFormat.JSON)], id="a format alone is for standard output"),
        pytest.param(None, ["-"], [Output(ReportFormat.TEXT)], id="a dash is standard output"),
        pytest.param("github", ["-"], [Output(ReportFormat.GITHUB)], id="a dash takes the format"),
        pytest.param(None, ["json:-"], [Output(ReportFormat.JSON)], id="a dash may have a prefix"),
        pytest.param(None, ["a.sarif"], [Output(ReportFormat.SARIF, Path("a.sarif"))], id="suffix .sarif"),
        pytest.param(
            None, ["a.sarif.json"], [Output(ReportFormat.SARIF, Path("a.sarif.json"))], id=".sarif.json"
        ),
        pytest.param(None, ["A.JSON"], [Output(ReportFormat.JSON, Path("A.JSON"))], id="suffix in capitals"),
        pytest.param(None, ["a.xml"], [Output(ReportFormat.JUNIT, Path("a.xml"))], id="suffix .xml"),
        pytest.param(None, ["a.txt"], [Output(ReportFormat.TEXT, Path("a.txt"))], id="suffix .txt"),
        pytest.param(
            "sarif", ["a.json"], [Output(ReportFormat.SARIF, Path("a.json"))], id="format beats suffix"
        ),
        pytest.param(
            "json", ["report"], [Output(ReportFormat.JSON, Path("report"))], id="format without a suffix"
        ),
        pytest.param(
            "json", ["sarif:a.json"], [Output(ReportFormat.SARIF, Path("a.json"))], id="prefix beats all"
        ),
        pytest.param(
            "github",
            ["-", "a.sarif", "json:b"],
            [
                Output(ReportFormat.GITHUB),
                Output(ReportFormat.SARIF, Path("a.sarif")),
                Output(ReportFormat.JSON, Path("b")),
            ],
            id="with several outputs the format is for what does not say its own",
        ),
        pytest.param(
            None, ["C:a.json"], [Output(ReportFormat.JSON, Path("C:a.json"))], id="a drive is no prefix"
        ),
    ],
)
def test_every_output_has_the_format_that_was_meant(
    format: str | None, outputs: list[Any] | list[str], expected: list[Output]
) -> None:
    assert list(parse_outputs(ReportFormat(format) if format else None, outputs)) == expected


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        (["report"], "no format is known"),
        (["report.html"], "no format is known"),
        (["json:"], "names no file"),
        ([""], "names no file"),
        (["-", "json:-"], "standard output is named twice"),
        (["a.json", "sarif:a.json"], "a.json is named twice"),
        (["no/such/a.json"], "its folder does not exist"),
    ],
)
def test_an_output_that_cannot_be_meant_is_refused_with_what_to_write(
    outputs: list[str], reason: str
) -> None:
    with pytest.raises(NextfixError, match=reason) as caught:
        parse_outputs(None, outputs)

    assert caught.value.code is ExitCode.USAGE
    assert caught.value.hint
