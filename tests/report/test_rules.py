"""The catalogue and the page of a rule."""

from patcher.registry.catalogue import rules
from patcher.report.rules import explanation, record


def test_a_rule_whose_code_is_copied_into_builds_says_when_it_takes_effect() -> None:
    for rule in rules():
        text = explanation(rule)
        assert ("Takes effect at the app's next 'next build'" in text) == rule.rebuild
        assert record(rule)["rebuild"] == rule.rebuild
    assert any(rule.rebuild for rule in rules())
