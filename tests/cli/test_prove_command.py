"""The options of `nextfix prove`; the experiments themselves are tested in tests/proof."""

from pathlib import Path

import pytest

from patcher.cli.main import main
from patcher.cli.old_spellings import modern
from patcher.errors import ExitCode


def ends(*arguments: str) -> int:
    """The exit code of `nextfix prove` with `arguments`."""
    with pytest.raises(SystemExit) as ended:
        main(["prove", *arguments])
    return int(str(ended.value.code))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ["--app", ".", "--start", "x", "--next", "13.0.7"],
            "--next makes no sense with 'nextfix prove app'",
        ),
        (["--app", ".", "--start", "x", "--matrix"], "--matrix makes no sense with 'nextfix prove app'"),
        (["--app", "."], "prove app needs --start"),
        (["app", "."], "prove app needs --start"),
        (["app"], "Missing argument 'DIR'"),
        (["--start", "npm start"], "'nextfix prove'; it belongs to 'nextfix prove app'"),
        (["--url", "/"], "'nextfix prove'; it belongs to 'nextfix prove app'"),
        (["--probe"], "'nextfix prove'; it belongs to 'nextfix prove app'"),
        (["--style", "callback"], "no style 'callback'"),
        (["--tracer", "zipkin"], "no tracer 'zipkin'"),
        (["--next", "latest"], "'latest' is not an exact release"),
        (["--traffic", "slow"], "no traffic 'slow'"),
        (["--traffic", "all"], "no traffic 'all'"),
        (["--also", "everything"], "no state 'everything'"),
        (["--app-router"], "--app-router needs next 14"),
        (["app", ".", "--start", "x", "--also", "everything"], "no state 'everything'"),
        (["--matrix", "--traffic", "one-shot,slow"], "no traffic 'slow'"),
        (["matrix", "--style", "documented,callback"], "no style 'callback'"),
        (["--cost", "--matrix"], "--matrix makes no sense with 'nextfix prove cost'"),
        (["--cost", "--requests", "5"], "--requests makes no sense with 'nextfix prove cost'"),
        (["--cost", "--style", "single-flight"], "--style makes no sense with 'nextfix prove cost'"),
        (["--cost", "--quick"], "--quick makes no sense with 'nextfix prove cost'"),
        (["--app", ".", "--start", "x", "--cost"], "--cost makes no sense with 'nextfix prove app'"),
        (["--requests", "5", "app", "."], "--requests stands before 'app'"),
        (["matrix", "--node", "lts"], "'lts' is not a release of Node.js; write its major"),
        (["--node", "x"], "'x' is not a release of Node.js"),
        (["app", ".", "--start", "x", "--node", "x"], "'x' is not a release of Node.js"),
        (["matrx"], "no subcommand 'matrx'; did you mean matrix"),
        (["--no-such"], "no option '--no-such'"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors_before_anything_runs(
    arguments: list[str], reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ends(*arguments) == ExitCode.USAGE
    assert reason in capfd.readouterr().err.splitlines()[-1]


def test_a_folder_for_the_reports_that_is_missing_is_reported_before_anything_runs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ends("--output", str(tmp_path / "missing")) == ExitCode.FILES
    assert "no such folder" in capfd.readouterr().err


SUBCOMMANDS = ("app", "matrix", "cost", "probe")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("--app . --start x --url /", "app . --start x --url /"),
        ("--start x --app=. --probe", "app . --start x --probe"),
        ("--matrix --next 14.2.35", "matrix --next 14.2.35"),
        ("--next 13.0.7 --cost", "cost --next 13.0.7"),
        ("--quick --together --requests 5", "--quick --together --requests 5"),
        ("app . --start x", "app . --start x"),
        ("app --app --start x", "app --app --start x"),
        ("--app", "app"),
        ("", ""),
    ],
)
def test_an_old_spelling_is_the_subcommand_that_it_meant(old: str, new: str) -> None:
    assert modern(old.split(), SUBCOMMANDS) == new.split()


@pytest.mark.parametrize(
    ("subcommand", "has", "lacks"),
    [
        ((), ("--quick", "--app-router", "--also"), ("--start", "--url", "--probe", "--table")),
        (("app",), ("--start", "--url", "--probe"), ("--next", "--tracer", "--quick", "--table")),
        (("matrix",), ("--table", "--traffic"), ("--start", "--quick", "--probe")),
        (("cost",), ("--next", "--node"), ("--requests", "--style", "--traffic")),
        (("probe",), ("FILE",), ("--json", "--node")),
    ],
)
def test_the_help_of_each_shows_its_own_options(
    subcommand: tuple[str, ...],
    has: tuple[str, ...],
    lacks: tuple[str, ...],
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert ends(*subcommand, "--help") == ExitCode.OK
    words = capfd.readouterr().out.split()

    assert set(has) <= {word.strip("{}") for word in words}
    assert not set(lacks) & set(words)


def test_the_probe_is_written_by_a_subcommand(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert ends("probe", str(tmp_path / "probe.cjs")) == ExitCode.OK

    assert "createHook" in (tmp_path / "probe.cjs").read_text()
    assert "node --require" in capfd.readouterr().out
