"""The options of `nextfix prove`; the experiments themselves are tested in tests/proof."""

from pathlib import Path

import pytest

from patcher.cli.main import main
from patcher.errors import ExitCode


def ends(*arguments: str) -> int:
    """The exit code of `nextfix prove` with `arguments`."""
    with pytest.raises(SystemExit) as ended:
        main(["prove", *arguments])
    return int(str(ended.value.code))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--app", ".", "--start", "x", "--next", "13.0.7"], "--next makes no sense with --app"),
        (["--app", ".", "--start", "x", "--matrix"], "--matrix makes no sense with --app"),
        (["--app", "."], "--app needs --start"),
        (["--start", "npm start"], "--start needs --app"),
        (["--url", "/"], "--url needs --app"),
        (["--style", "callback"], "no style 'callback'"),
        (["--tracer", "zipkin"], "no tracer 'zipkin'"),
        (["--next", "latest"], "'latest' is not an exact release"),
        (["--traffic", "slow"], "no traffic 'slow'"),
        (["--traffic", "all"], "no traffic 'all'"),
        (["--matrix", "--traffic", "one-shot,slow"], "no traffic 'slow'"),
        (["--matrix", "--style", "documented,callback"], "no style 'callback'"),
        (["--cost", "--matrix"], "--matrix makes no sense with --cost"),
        (["--cost", "--requests", "5"], "--requests makes no sense with --cost"),
        (["--cost", "--style", "single-flight"], "--style makes no sense with --cost"),
        (["--cost", "--quick"], "--quick makes no sense with --cost"),
        (["--app", ".", "--start", "x", "--cost"], "--cost makes no sense with --app"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors_before_anything_runs(
    arguments: list[str], reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ends(*arguments) == ExitCode.USAGE
    assert reason in capfd.readouterr().err.splitlines()[-1]


def test_a_folder_for_the_reports_that_is_missing_is_told_before_anything_runs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ends("--output", str(tmp_path / "missing")) == ExitCode.FILES
    assert "no such folder" in capfd.readouterr().err
