"""The configuration file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from patcher.check.config import (
    Config,
    check_rule_names,
    config_schema,
    configured_style,
    find_config,
    load_config,
    path_filter,
)
from patcher.check.scope import Scope
from patcher.errors import ExitCode, NextfixError
from patcher.model import Severity

WHOLE = """\
scope = ["rules", "deps"]
fail-on = "error"
include = ["src/**"]
exclude = ["src/generated/"]
style = "single-flight"
baseline = "ci/nextfix.json"

[severity]
"next/server-promise" = "note"
"async/kept-timer" = "off"
"""


@pytest.fixture
def toml(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "nextfix.toml").write_text(text)
        return tmp_path / "nextfix.toml"

    return write


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(config_schema())


def test_every_key_has_its_field(toml: Callable[[str], Path], tmp_path: Path) -> None:
    assert load_config(toml(WHOLE)) == Config(
        file=tmp_path / "nextfix.toml",
        root=tmp_path,
        scope=frozenset({Scope.RULES, Scope.DEPS}),
        fail_on=Severity.ERROR,
        severity={"next/server-promise": Severity.NOTE, "async/kept-timer": None},
        include=("src/**",),
        exclude=("src/generated/",),
        style="single-flight",
        baseline=tmp_path / "ci" / "nextfix.json",
    )


def test_package_json_says_the_same_under_its_key(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text(json.dumps({"name": "app", "nextfix": {"scope": "all", "fail-on": "note"}}))

    assert load_config(path).scope == frozenset(Scope)
    assert load_config(path).fail_on is Severity.NOTE


def test_no_file_and_an_empty_file_say_nothing(toml: Callable[[str], Path], tmp_path: Path) -> None:
    assert load_config(None) == Config()
    assert load_config(toml("")) == Config(file=tmp_path / "nextfix.toml", root=tmp_path)


def test_the_nearest_folder_with_a_configuration_counts_up_to_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "repo" / "packages" / "web"
    inner.mkdir(parents=True)
    (tmp_path / "nextfix.toml").write_text("")
    (tmp_path / "repo" / ".git").mkdir()
    assert find_config(inner) is None

    (tmp_path / "repo" / "nextfix.toml").write_text("")
    (inner / "package.json").write_text('{"devDependencies": {"nextfix": "1"}}')
    assert find_config(inner) == tmp_path / "repo" / "nextfix.toml"

    (inner / "package.json").write_text('{"nextfix": {}}')
    assert find_config(inner) == inner / "package.json"


def test_the_style_of_a_project_is_found_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "nextfix.toml").write_text('style = "single-flight"')
    (tmp_path / "web").mkdir()

    assert configured_style(tmp_path / "web") == "single-flight"
    (tmp_path / "nextfix.toml").write_text("")
    assert configured_style(tmp_path / "web") is None


def test_two_configurations_in_one_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "nextfix.toml").write_text("")
    (tmp_path / "package.json").write_text('{"nextfix": {}}')

    with pytest.raises(NextfixError, match="keep one of the two"):
        find_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b", "nextfix.toml: is not TOML: "),
        (
            "scopes = 'all'",
            "nextfix.toml: scopes: there is no such key; write one of scope, fail-on, severity",
        ),
        ("fail-on = 'fatal'", "fail-on: 'fatal' is not allowed; write one of error, warning, note"),
        ("scope = 'sources'", "scope: 'sources' is not allowed; write one of rules, source, deps, all"),
        ("scope = ['rules', 'x']", "scope.1: 'x' is not allowed; write one of rules, source, deps, all"),
        (
            "[severity]\n'a/b' = 'high'",
            "severity.a/b: 'high' is not allowed; write one of error, warning, note, off",
        ),
        ("exclude = 'dist'", "exclude: 'dist' is not of type array"),
        ("style = 'fast'", "style: 'fast' is not allowed; write one of documented, single-flight"),
        ("baseline = ''", "baseline: "),
    ],
)
def test_an_error_names_the_file_the_key_and_what_is_allowed(
    toml: Callable[[str], Path], text: str, message: str
) -> None:
    with pytest.raises(NextfixError) as caught:
        load_config(toml(text))

    assert caught.value.code is ExitCode.USAGE
    assert message in str(caught.value)


def test_an_error_in_package_json_names_the_key_below_nextfix(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text('{"nextfix": {"style": 3}}')

    with pytest.raises(NextfixError, match=r"nextfix\.style: 3 is not allowed"):
        load_config(path)

    path.write_text('{"nextfix": 3}')
    with pytest.raises(NextfixError, match=r"nextfix: 3 is not of type object"):
        load_config(path)


@pytest.mark.parametrize("text", ['{"nextfix": ', '{"a": "nextfix"', '{"nextfix": "\\ud8'])
def test_a_package_json_that_is_not_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "package.json"
    path.write_text(text)

    with pytest.raises(NextfixError, match="is not JSON"):
        load_config(path)


def test_a_file_that_was_named_and_is_not_there_is_refused() -> None:
    with pytest.raises(NextfixError, match="there is no such configuration"):
        load_config(Path("no/nextfix.toml"))


def test_a_severity_for_an_unknown_rule_is_refused_with_the_nearest_name() -> None:
    config = Config(severity={"next/sever-promise": None})

    with pytest.raises(NextfixError, match="did you mean next/server-promise"):
        check_rule_names(config, {"next/server-promise", "async/kept-timer"})
    with pytest.raises(NextfixError, match="see 'nextfix rules'"):
        check_rule_names(Config(severity={"zzz": None}), {"next/server-promise"})


def test_patterns_are_those_of_gitignore_and_start_at_the_folder_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "web").mkdir()
    monkeypatch.chdir(tmp_path / "web")
    excluded = path_filter(["dist/", "/web/gen", "*.min.js", "!keep.min.js"], tmp_path)

    assert excluded("dist/x.js")
    assert excluded("gen/a/b.js")
    assert excluded("../a.min.js")
    assert not excluded("keep.min.js")
    assert not excluded("src/x.js")
    assert not excluded("../../dist/x.js")
