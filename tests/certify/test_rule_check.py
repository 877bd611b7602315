"""What `nextfix rules --check` finds beyond what loading a rule sees, and the skeleton of `nextfix rule new`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from patcher.catalogue import ledger, load
from patcher.certify.rule_check import rule_problems
from patcher.certify.skeleton import skeleton, write_skeleton
from patcher.errors import ExitCode, NextfixError
from patcher.report.catalogue.upstream_issue import upstream_issue


def test_nothing_is_wrong_with_our_rules() -> None:
    assert rule_problems() == ()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty checkout: rules and patches of its own."""
    for name in ("rules/general", "patches"):
        (tmp_path / name).mkdir(parents=True)
    for module in (load, ledger):
        monkeypatch.setattr(module, "data_folder", lambda name: tmp_path / name)
    load.forget()
    yield tmp_path
    load.forget()


def certified(version: str, files: tuple[str, ...]) -> None:
    entry = {"integrity": "sha512-x", "files": {path: {"sha256": "0", "rewrites": {}} for path in files}}
    ledger.record_release("@own/client", version, entry)


@pytest.mark.parametrize("package", ["@own/client", "plain"])
def test_a_new_skeleton_loads_and_only_lacks_a_certified_release(root: Path, package: str) -> None:
    written = write_skeleton(package, "dist/connection.js", root)
    load.forget()

    (rule,) = load.rules_of(package)
    assert (rule.id, rule.files) == (f"{package}/connection", ("dist/connection.js",))
    assert sorted(path.suffix for path in written) == [".cjs", ".py", ".py", ".py", ".py"]
    assert all(compile(path.read_bytes(), path, "exec") for path in written if path.suffix == ".py")
    (problem,) = rule_problems()
    assert f"run 'nextfix certify {package}@VERSION'" in problem


def test_a_rule_whose_files_were_half_written_is_completed(root: Path) -> None:
    *others, _ = write_skeleton("plain", "a.js", root)
    (rule,) = (path for path in root.rglob("a.py") if path.parent.name == "plain")
    rule.unlink()
    others[1].unlink(missing_ok=True)

    write_skeleton("plain", "a.js", root)

    assert rule.is_file()
    assert all(path.is_file() for path in others)


def test_a_rule_is_called_as_its_author_says(root: Path) -> None:
    write_skeleton("plain", "dist/bundle.prod.js", root, called="lazy-handler")
    load.forget()

    (rule,) = load.rules_of("plain")
    assert (rule.id, rule.harness) == ("plain/lazy-handler", "harness/lazy_handler.cjs")
    with pytest.raises(NextfixError, match="is not the name of a rule"):
        write_skeleton("plain", "dist/bundle.prod.js", root, called="lazy handler")


def test_a_second_rule_of_a_package_keeps_the_record_and_the_first(root: Path) -> None:
    write_skeleton("plain", "a.js", root)
    before = (root / "rules/plain/__init__.py").stat().st_mtime_ns

    write_skeleton("plain", "b.js", root)
    load.forget()

    assert [rule.id for rule in load.rules_of("plain")] == ["plain/a", "plain/b"]
    assert (root / "rules/plain/__init__.py").stat().st_mtime_ns == before
    with pytest.raises(NextfixError, match="is there already; edit it"):
        write_skeleton("plain", "a.js", root)


@pytest.mark.parametrize(
    ("package", "file"),
    [("../up", "a.js"), ("Plain", "a.js"), ("plain", "/a.js"), ("plain", "a/../b.js"), ("plain", "a.ts")],
)
def test_a_name_that_cannot_be_right_is_a_usage_error(root: Path, package: str, file: str) -> None:
    with pytest.raises(NextfixError) as caught:
        skeleton(package, file, root)

    assert caught.value.code == ExitCode.USAGE


def test_a_file_that_no_release_has_and_a_pattern_that_does_not_parse_are_found(root: Path) -> None:
    write_skeleton("@own/client", "dist/connection.js", root)
    path = root / "rules/@own/client/connection.py"
    certified("1.0.0", ("dist/other.js",))
    load.forget()
    (missing,) = rule_problems()
    assert "no certified release has dist/connection.js" in missing

    certified("1.0.1", ("dist/connection.js",))
    path.write_text(path.read_text().replace("if (!this.$SLOT) {", "if (!this.$SLOT {", 1))
    load.forget()
    (broken,) = rule_problems()
    assert "rewrite 1: find: not JavaScript with metavariables" in broken


def test_a_rewrite_for_releases_that_the_rule_does_not_cover_is_found(root: Path) -> None:
    write_skeleton("@own/client", "dist/connection.js", root)
    path = root / "rules/@own/client/connection.py"
    certified("1.0.0", ("dist/connection.js",))
    path.write_text(path.read_text().replace('inside="load()",', 'inside="load()", versions="<1.0.0",'))
    load.forget()

    (problem,) = rule_problems()

    assert "no certified release of the rule lies in <1.0.0" in problem


@pytest.mark.parametrize(
    "rule", ["@nestjs/terminus/cached-attempt", "@smithy/core/retry-strategy", "h3/lazy-handler-2"]
)
def test_the_issue_for_the_maintainers_has_a_program(rule: str) -> None:
    assert "setTimeout(() => { gc(); console.log(" in upstream_issue(load.rule_named(rule, load.rules()))
