"""certify: the ledger grows release by release, and a hash that differs is found."""

import random
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.catalogue import load as catalogue
from patcher.catalogue.ledger import certified_releases, ledger_path, read_ledger
from patcher.certify import campaign as module
from patcher.certify.campaign import (
    Certified,
    ReleaseOutcome,
    certify_all,
    differences,
    due,
    every,
    missing,
    named,
    recorded,
    sample_of,
    shares,
)
from patcher.errors import ExitCode, NextfixError
from patcher.npm.registry import Release, read_release
from tests import own_registry
from tests.synthetic import FILES, SANDBOX_JS

SANDBOX = "dist/server/web/sandbox/context.js"
RULES = Path(__file__).parents[2] / "rules"
# One rule of ours, made to end at 2.0.0, and its file: enough for every step that certify makes.
RULE = (RULES / "next" / "sandbox_module_context.py").read_text()
RANGE = catalogue.rule_named("next/sandbox-module-context", catalogue.rules()).versions
FILE = {SANDBOX: SANDBOX_JS}


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[own_registry.Registry]:
    text = RULE.replace(f'versions="{RANGE}"', 'versions=">=1.0.0 <=2.0.0"')
    registry = own_registry.use(monkeypatch, tmp_path, {"own.py": text})
    yield registry
    own_registry.forget()


def run(spec: str, *, check: bool = False, force: bool = False) -> list[Certified]:
    return list(certify_all(named(spec), check=check, force=force, advance=lambda *_: None))


def rule_text(tmp_path: Path) -> str:
    return (tmp_path / "rules" / "next" / "own.py").read_text()


def test_a_release_is_recorded_with_its_integrity_and_files(registry: own_registry.Registry) -> None:
    registry.publish("1.5.0", FILE)

    (outcome,) = run("next@1.5.0")

    assert (outcome.done, outcome.files, outcome.widened) == (ReleaseOutcome.CERTIFIED, (SANDBOX,), ())
    entry = certified_releases("next")["1.5.0"]
    assert entry["integrity"] == registry.releases["1.5.0"]["dist.integrity"]
    assert set(entry["files"][SANDBOX]["rewrites"]) == {"*"}


def test_what_the_ledger_holds_is_not_fetched_again_unless_forced(registry: own_registry.Registry) -> None:
    registry.publish("1.5.0", FILE)
    run("next@1.5.0")

    (again,) = run("next@1.5.0")
    assert (again.done, registry.downloads) == (ReleaseOutcome.UNCHANGED, 1)

    before = ledger_path("next", "1.5.0").read_bytes()
    (forced,) = run("next@1.5.0", force=True)
    assert (forced.done, registry.downloads) == (ReleaseOutcome.CERTIFIED, 2)
    assert ledger_path("next", "1.5.0").read_bytes() == before


def test_a_release_that_the_ledger_holds_without_a_rule_about_it_is_missing_and_certified_again(
    registry: own_registry.Registry, tmp_path: Path
) -> None:
    other = SANDBOX.replace("context.js", "other.js")
    own = tmp_path / "rules" / "next" / "own.py"
    own.write_text(
        rule_text(tmp_path).replace('dead=("dist/esm/server/web/sandbox/context.js",)', f'dead=("{other}",)')
    )
    own_registry.forget()
    registry.publish("1.4.0", FILE)
    registry.publish("1.5.0", FILE | {other: SANDBOX_JS})
    run("next@1.4.0 || 1.5.0")
    assert missing("next") == ()

    added = rule_text(tmp_path).replace("next/sandbox-module-context", "next/other").replace(SANDBOX, other)
    added = added.replace('versions=">=1.0.0 <=2.0.0"', 'versions=">=1.5.0 <=2.0.0"')
    (tmp_path / "rules" / "next" / "added.py").write_text(added)
    own_registry.forget()

    assert [release.version for release in missing("next")] == ["1.5.0"]
    passed_over, again = run("next@1.4.0 || 1.5.0")
    assert (passed_over.done, again.done) == (ReleaseOutcome.UNCHANGED, ReleaseOutcome.CERTIFIED)
    assert set(again.files) == {SANDBOX, other}
    assert missing("next") == ()


def test_a_file_with_the_code_of_a_rule_that_does_not_name_it_is_refused(
    registry: own_registry.Registry,
) -> None:
    registry.publish("1.4.0", {**FILE, "dist/bundle.mjs": f"{SANDBOX_JS}\n", "dist/other.js": "a();\n"})

    (outcome,) = run("next@1.4.0")

    assert outcome.done is ReleaseOutcome.REFUSED
    assert outcome.problems == (
        "dist/bundle.mjs: has the code of next/sandbox-module-context, which does not name it; "
        "add it to files, or to dead",
    )


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("nxt@1.4.0", "no rule is about 'nxt'"),
        ("next", r"'next' names no release"),
        ("next@", r"'next@' names no release"),
        ("@own/next", r"no rule is about '@own/next'"),
    ],
)
def test_a_release_that_cannot_be_meant_is_answered_with_what_is_near(spec: str, said: str) -> None:
    with pytest.raises(NextfixError, match=said) as caught:
        named(spec)

    assert caught.value.code is ExitCode.USAGE
    assert "next" in caught.value.hint
    assert len(caught.value.hint) < 60


def test_a_run_that_is_broken_off_keeps_what_was_done_and_is_completed_by_the_next(
    registry: own_registry.Registry,
) -> None:
    versions = [f"1.{minor}.0" for minor in range(6)]
    for version in versions:
        registry.publish(version, FILE)

    running = certify_all(every("next"), check=False, force=False, advance=lambda *_: None)
    next(running)
    next(running)
    cast(Generator[Certified], running).close()  # as an exception at this place would

    assert list(certified_releases("next")) == versions[:2]
    assert [
        outcome.release.version for outcome in run(f"next@{' || '.join(versions)}") if outcome.files
    ] == versions[2:]
    assert list(certified_releases("next")) == versions


def test_a_newer_release_that_fits_widens_the_rule_in_its_source(
    registry: own_registry.Registry, tmp_path: Path
) -> None:
    registry.publish("2.0.1", FILE)
    registry.publish("2.1.0", FILE)
    before = rule_text(tmp_path)

    first, second = run("next@2.0.1 || 2.1.0")

    assert first.widened == second.widened == ("next/sandbox-module-context",)
    assert rule_text(tmp_path) == before.replace("<=2.0.0", "<=2.1.0")
    assert list(certified_releases("next")) == ["2.0.1", "2.1.0"]


def test_a_newer_release_that_does_not_fit_changes_nothing_and_says_why(
    registry: own_registry.Registry, tmp_path: Path
) -> None:
    registry.publish("2.0.1", {SANDBOX: SANDBOX_JS.replace("shared.set", "await shared.set")})
    before = rule_text(tmp_path)

    (outcome,) = run("next@2.0.1")

    assert outcome.done is ReleaseOutcome.REFUSED
    assert "next/sandbox-module-context says modified" in outcome.problems[0]
    assert (rule_text(tmp_path), certified_releases("next")) == (before, {})


def test_a_release_that_no_rule_is_about_is_refused(registry: own_registry.Registry) -> None:
    registry.publish("0.9.0", {"dist/server/next.js": "own"})

    (outcome,) = run("next@0.9.0")

    assert (outcome.done, outcome.problems) == (ReleaseOutcome.REFUSED, ("no rule is about this release",))


def test_a_download_that_fails_does_not_keep_the_others_from_being_certified(
    registry: own_registry.Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patcher.npm.registry._PAUSES", ())
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        registry.publish(version, FILE)
    Path(registry.releases["1.1.0"]["dist.tarball"]).unlink()

    outcomes = run("next@1.0.0 || 1.1.0 || 1.2.0")

    assert [outcome.done for outcome in outcomes] == [
        ReleaseOutcome.CERTIFIED,
        ReleaseOutcome.FAILED,
        ReleaseOutcome.CERTIFIED,
    ]
    assert list(certified_releases("next")) == ["1.0.0", "1.2.0"]


def test_a_check_of_an_unchanged_ledger_writes_nothing_and_agrees(registry: own_registry.Registry) -> None:
    registry.publish("1.5.0", FILE)
    run("next@1.5.0")
    path = ledger_path("next", "1.5.0")
    before = path.stat()

    (outcome,) = list(certify_all(recorded("next"), check=True, force=False, advance=lambda *_: None))

    assert (outcome.done, outcome.problems) == (ReleaseOutcome.UNCHANGED, ())
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("name", ["before", "after", "integrity"])
def test_a_check_finds_a_hash_that_differs_and_where(registry: own_registry.Registry, name: str) -> None:
    registry.publish("1.5.0", FILE)
    run("next@1.5.0")
    path = ledger_path("next", "1.5.0")
    entry = read_ledger(path)["1.5.0"]
    file = entry["files"][SANDBOX]
    after = file["rewrites"]["*"]["next/sandbox-module-context"]["sha256"]
    old, place = {
        "before": (file["sha256"], f"files > {SANDBOX} > sha256 is"),
        "after": (
            after,
            f"files > {SANDBOX} > rewrites > * > next/sandbox-module-context > sha256 is",
        ),
        "integrity": (entry["integrity"], "integrity is"),
    }[name]
    path.write_text(path.read_text().replace(old, "0" * 64))
    read_ledger.cache_clear()

    (outcome,) = run("next@1.5.0", check=True)

    assert outcome.done is ReleaseOutcome.DIFFERS
    assert any(problem.startswith(place) for problem in outcome.problems)


def test_a_check_of_a_release_that_the_ledger_lacks_differs(registry: own_registry.Registry) -> None:
    registry.publish("1.5.0", FILE)

    (outcome,) = run("next@1.5.0", check=True)

    assert (outcome.done, outcome.problems) == (ReleaseOutcome.DIFFERS, ("the ledger does not hold it",))


def test_a_result_that_node_does_not_read_is_refused(
    registry: own_registry.Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patcher.certify.trial.syntax_error", lambda _: "SyntaxError: own")
    registry.publish("1.5.0", FILE)

    (outcome,) = run("next@1.5.0")

    assert outcome.done is ReleaseOutcome.REFUSED
    assert "node --check: SyntaxError: own" in outcome.problems[0]


def test_a_package_of_which_no_release_is_in_range_has_nothing_due(registry: own_registry.Registry) -> None:
    registry.publish("9.0.0", FILE)

    assert due("next") == ()
    assert missing("next") == ()


def test_a_complete_ledger_begins_with_the_first_release_in_range_and_has_the_newest_canaries(
    registry: own_registry.Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = replace(catalogue.package_record("next"), prereleases_since="1.5.0")
    monkeypatch.setattr(module, "package_record", lambda _: record)
    for version in (
        "0.9.0",
        "1.0.0",
        "1.4.1-canary.1",
        "1.5.1-canary.9",
        "1.5.1-canary.10",
        "1.5.1-rc.1",
        "1.5.0",
        "2.7.0",
        "3.0.0-canary.0",
    ):
        registry.publish(version, FILE)

    assert due("next") == ("1.0.0", "1.5.0", "1.5.1-canary.10", "2.7.0", "3.0.0-canary.0")
    run("next@1.0.0 || 1.5.0")
    assert [release.version for release in missing("next")] == ["1.5.1-canary.10", "2.7.0", "3.0.0-canary.0"]


def test_a_release_that_no_rule_can_be_about_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    first = catalogue.rule_named("next/sandbox-module-context", catalogue.rules())
    rule = replace(first, versions=">=1.1.0 <1.2.0 || >=1.3.0 <1.5.0", fixed_upstream="2.0.0")
    published = ["1.1.0", "1.1.1", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "2.0.0", "2.1.0"]
    monkeypatch.setattr(module, "rules_of", lambda _: (rule,))
    monkeypatch.setattr(module, "due", lambda _: tuple(published))
    held: dict[str, Any] = {"files": {SANDBOX: {"rewrites": {"*": {rule.id: {}}}}}}
    monkeypatch.setattr(module, "certified_releases", lambda _: {"1.1.0": held, "1.3.0": held})
    monkeypatch.setattr(module, "located", lambda _, chosen: tuple(chosen))

    assert [str(version) for version in missing("next")] == ["1.1.1", "1.4.0", "1.5.0"]


def test_a_sample_has_one_release_of_each_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [f"1.0.{patch}" for patch in range(40)]
    monkeypatch.setattr(module, "certified_releases", lambda _: {version: {} for version in versions})
    monkeypatch.setattr(module, "located", lambda _, chosen: tuple(chosen))

    def sampled(count: int, seed: int) -> list[str]:
        return [str(version) for version in sample_of("next", count, random.Random(seed))]

    assert [versions.index(version) // 2 for version in sampled(20, 1)] == list(range(20))
    assert sampled(20, 2) != sampled(20, 1)
    assert sampled(50, 1) == versions


@given(st.lists(st.integers(1, 300), min_size=1, max_size=12), st.integers(1, 400))
def test_a_sample_reaches_every_package_that_it_can_and_has_its_size(sizes: list[int], count: int) -> None:
    ledger = {str(at): size for at, size in enumerate(sizes)}

    found = shares(ledger, count, random.Random(1))

    assert sum(found.values()) == min(count, sum(sizes))
    assert len(found) == min(count, len(sizes))
    assert all(1 <= share <= ledger[package] for package, share in found.items())


def test_a_package_with_a_longer_ledger_has_the_larger_share() -> None:
    assert shares({"next": 280, "h3": 50, "stripe": 10}, 12, random.Random(1)) == {
        "next": 10,
        "h3": 1,
        "stripe": 1,
    }


def test_no_more_than_three_releases_are_ahead_of_the_one_at_work(
    registry: own_registry.Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    for minor in range(9):
        registry.publish(f"1.{minor}.0", FILE)

    def read(wanted_release: Release, *rest: Any) -> object:
        started.append(wanted_release.version)
        return read_release(wanted_release, *rest)

    monkeypatch.setattr(module, "read_release", read)

    running = certify_all(every("next"), check=False, force=False, advance=lambda *_: None)
    next(running)

    assert len(started) <= 3
    cast(Generator[Certified], running).close()


def test_differences_name_missing_and_surplus_keys() -> None:
    assert list(differences({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}})) == [
        "a is in the ledger only",
        "b > c is in the ledger only",
        "b > d is not in the ledger",
    ]


def test_all_files_of_the_synthetic_package_pass_node_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {path.name: path.read_text() for path in (RULES / "next").glob("*.py")}
    registry = own_registry.use(monkeypatch, tmp_path, rules)
    registry.publish("13.1.6", FILES)

    (outcome,) = run("next@13.1.6")

    assert (outcome.done, len(outcome.files)) == (ReleaseOutcome.CERTIFIED, 3)
    own_registry.forget()
