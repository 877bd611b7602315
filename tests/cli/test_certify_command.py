"""nextfix certify: what it prints, and its exit codes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from patcher.catalogue import load as catalogue
from patcher.catalogue.ledger import read_ledger
from patcher.cli.main import main
from tests import own_registry
from tests.synthetic import SANDBOX_JS

SANDBOX = "dist/server/web/sandbox/context.js"
RULE = Path(__file__).parents[2] / "rules" / "next" / "sandbox_module_context.py"
RANGE = catalogue.rule_named("next/sandbox-module-context", catalogue.rules()).versions


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[own_registry.Registry]:
    text = RULE.read_text().replace(f'versions="{RANGE}"', 'versions=">=1.0.0 <=2.0.0"')
    registry = own_registry.use(monkeypatch, tmp_path, {"own.py": text})
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        registry.publish(version, {SANDBOX: SANDBOX_JS})
    yield registry
    own_registry.forget()


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["certify", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return (capsys.readouterr().err.strip().splitlines() or [""])[-1]


@pytest.mark.usefixtures("registry")
def test_all_certifies_every_release_with_a_line_each_and_a_second_run_what_it_passed_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("--all") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"certified next@1.{minor}.0: next/sandbox-module-context in 1 files" for minor in range(3)
    ]

    assert run("--all") == 0
    assert capsys.readouterr() == ("passed over: 3 in the ledger already; --force tries them again\n", "")


def test_new_certifies_only_what_the_ledger_lacks(
    registry: own_registry.Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("next@1.1.0") == 0
    capsys.readouterr()

    assert run("--new") == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "certified next@1.0.0",
        "certified next@1.2.0",
    ]
    assert registry.downloads == 3


def test_a_widened_rule_is_named(registry: own_registry.Registry, capsys: pytest.CaptureFixture[str]) -> None:
    registry.publish("2.0.1", {SANDBOX: SANDBOX_JS})

    assert run("next@2.0.1") == 0
    assert "    widened next/sandbox-module-context to 2.0.1" in capsys.readouterr().out.splitlines()


def test_a_release_that_does_not_fit_is_refused_with_the_reason_last(
    registry: own_registry.Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.publish("1.3.0", {"dist/other.js": ""})

    assert run("next@1.3.0 || 1.0.0") == 4
    assert last_line(capsys).startswith(
        "nextfix: 1 of 2 releases were not certified; next@1.3.0: next/sandbox-module-context: the release has none"
    )


@pytest.mark.usefixtures("registry")
def test_check_and_sample_compare_with_the_ledger_and_fail_on_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--check") == 3
    assert run("--all") == 0
    assert run("--check") == 0
    assert run("--sample", "2") == 0
    assert capsys.readouterr().out.count("as in the ledger next@") == 5

    path = tmp_path / "patches" / "next" / "1.1.json"
    path.write_text(path.read_text().replace('"hunks": 1', '"hunks": 2'))
    read_ledger.cache_clear()
    assert run("--check") == 1
    assert last_line(capsys).startswith(
        "nextfix: 1 of 3 releases differ from the ledger; next@1.1.0: files > "
    )


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "nothing to certify"),
        (("react@18.0.0",), "no rule is about 'react'; 'nextfix rules' lists them"),
        (("next",), "'next' names no release; write it as next@latest"),
        (("next@7.7.7",), "the registry has no next@7.7.7"),
        (("--check", "--new"), "--check writes nothing; leave out --new and --force"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    reason: str,
) -> None:
    assert run(*arguments) == 2
    assert last_line(capsys).startswith(f"nextfix: {reason}")


@pytest.mark.usefixtures("registry")
def test_without_npm_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    assert run("--all") == 5
    assert last_line(capsys) == "nextfix: npm is not on the PATH; install Node.js, which brings it"
