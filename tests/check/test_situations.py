"""Every finding has its verdict of where it matters, by the project that its file belongs to."""

import json
from pathlib import Path

import pytest

from patcher.check.situations import forget, node_advice, with_verdicts
from patcher.model import Finding, Severity
from patcher.retention.kinds import Kept


def finding(path: str, keeps: Kept = "promise") -> Finding:
    return Finding("r", Severity.ERROR, path, 1, 1, 1, "f", "s", "m", "none", keeps=keeps)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "package.json").write_text(json.dumps({"engines": {"node": "24.11.0"}}))
    old = tmp_path / "apps" / "old"
    old.mkdir(parents=True)
    (old / "package.json").write_text(json.dumps({"engines": {"node": "20"}}))
    monkeypatch.chdir(tmp_path)
    forget()
    return tmp_path


def test_a_finding_that_keeps_nothing_on_the_declared_node_is_a_note() -> None:
    (found,) = with_verdicts([finding("src/a.js")])
    assert found.applies is not None
    assert (found.applies.verdict, found.severity) == ("no", Severity.NOTE)


def test_what_the_declared_node_keeps_stays_as_severe_as_it_was() -> None:
    (found,) = with_verdicts([finding("src/a.js", "live-timer")])
    assert found.severity is Severity.ERROR


def test_a_package_of_a_workspace_counts_with_its_own_node() -> None:
    own, dependency = with_verdicts(
        [finding("apps/old/src/a.js"), finding("apps/old/node_modules/x/node_modules/y/a.js")]
    )
    assert own.severity is dependency.severity is Severity.ERROR


def test_the_node_that_keeps_requests_by_itself_is_named() -> None:
    (advice,) = node_advice()
    assert "upgrade Node to 24.15.0 or later" in advice
