"""The table of a report by package."""

from pathlib import Path

import pytest

from patcher.model import PackageId, Report, Severity
from patcher.report.findings.by_package import by_package
from tests.report.records import finding


def test_what_fails_a_build_comes_first_with_what_to_do() -> None:
    quiet = finding(package=PackageId("a", "1.0.0"), severity=Severity.NOTE, fix="none")
    loud = finding(package=PackageId("b", "2.0.0"), severity=Severity.ERROR, fix="none", times=3)
    known = finding(package=PackageId("next", "12.3.4"), severity=Severity.WARNING, fix="available")
    own = finding(package=None, severity=Severity.WARNING, fix="none")

    assert by_package(Report((quiet, loud, known, own), (), ())).splitlines()[:8] == [
        "b 2.0.0: 1 error, in up to 3 files each",
        "    no rewrite is safe, and this says why: nextfix apply --dry-run --scope deps --package b",
        "next 12.3.4: 1 warning",
        "    nextfix apply",
        "your own source: 1 warning",
        "    nextfix check --fix --dry-run",
        "a 1.0.0: 1 note",
        "    only notes: nextfix check --verbose says what is in doubt",
    ]


def test_a_package_without_a_version_has_no_space_before_the_colon() -> None:
    nested = finding(package=PackageId("inner", ""), severity=Severity.WARNING, fix="none")

    assert by_package(Report((nested,), (), ())).startswith("inner: 1 warning\n")


def test_ones_own_source_in_a_workspace_is_summed_up_by_its_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("", "apps/web", "apps/api"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "package.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    paths = ("server.js", "apps/web/src/a.ts", "apps/api/b.ts", "apps/api/src/deep/c.ts")
    found = [finding(package=None, path=path, severity=Severity.WARNING, fix="none") for path in paths]

    assert by_package(Report(tuple(found), (), ())).splitlines()[:-1:2] == [
        "your own source in apps/api: 2 warnings",
        "your own source: 1 warning",
        "your own source in apps/web: 1 warning",
    ]
