"""The issue for a package's maintainers."""

from pathlib import Path

import pytest

from patcher.catalogue.load import rules
from patcher.report.catalogue.upstream_issue import upstream_issue
from patcher.rule import Rule
from tests.terminal import run


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_has_an_issue_with_a_change_and_its_releases(rule: Rule) -> None:
    issue = upstream_issue(rule)

    assert f"{rule.package} {rule.versions}" in issue
    assert issue.count("```diff") == len(rule.rewrites)
    assert "\n+" in issue
    assert ("expose-gc" in issue) is bool(rule.program)


def test_a_family_has_no_maintainers_to_write_to(tmp_path: Path) -> None:
    done = run("explain", "kept-promise-field", "--upstream", cwd=tmp_path)

    assert done.returncode == 2
    assert "of no package" in done.stderr
