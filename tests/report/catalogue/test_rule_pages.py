"""The catalogue and the page of a rule."""

from patcher.catalogue.load import rules
from patcher.report.catalogue.rule_pages import explanation, record, table


def test_a_rule_whose_code_is_copied_into_builds_says_when_it_takes_effect() -> None:
    for rule in rules():
        text = explanation(rule)
        assert ("An app's build copies this code" in text) == rule.rebuild
        assert record(rule)["rebuild"] == rule.rebuild
    assert any(rule.rebuild for rule in rules())


def test_the_catalogue_as_markdown_has_a_row_for_each_rule() -> None:
    lines = table(rules(), markdown=True).splitlines()

    assert [line.split("`")[1] for line in lines[2:]] == [rule.id for rule in rules()]
    assert all(line.count("|") == 5 for line in lines)
