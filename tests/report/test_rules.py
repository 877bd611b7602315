"""The catalogue as the README shows it."""

from patcher.registry.catalogue import rules
from patcher.report.rules import table


def test_the_catalogue_as_markdown_has_a_row_for_each_rule() -> None:
    lines = table(rules(), markdown=True).splitlines()

    assert [line.split("`")[1] for line in lines[2:]] == [rule.id for rule in rules()]
    assert all(line.count("|") == 5 for line in lines)
