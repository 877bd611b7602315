"""Every rule's program, run by several releases of Node: the slots that it names, and no others."""

import re
import subprocess
from pathlib import Path

import pytest

from patcher.heap import count
from patcher.heap.blame import rules
from patcher.heap.blame.blame_rule import BlameRule
from patcher.heap.blame.rules import RULES
from tests.heap.programs import NIGHTLY, RELEASES, heap_of, node_of

# One release each in the ordinary run, another for the next rule; all of them every night.
SAMPLED = [(rule, RELEASES[number % len(RELEASES)]) for number, rule in enumerate(RULES)]
ALL = [(rule, release) for rule in RULES for release in RELEASES]


@pytest.mark.registry
@pytest.mark.parametrize(
    ("rule", "release"),
    [pytest.param(*case, id=f"{case[0].id}-{case[1]}") for case in (ALL if NIGHTLY else SAMPLED)],
)
def test_a_program_of_the_rule_is_blamed_on_the_slot_that_keeps_it(
    rule: BlameRule, release: str, tmp_path: Path
) -> None:
    snapshot = heap_of(node_of(release), rule.example.program, tmp_path, stdout=subprocess.PIPE)
    report = count(snapshot)

    labels = [group.label for group in report.groups]
    # A warning of Node's opens stderr in the context of whatever is running.
    labels = [label for label in labels if "in stderr in (node:" not in label]
    wanted = rule.example.expected(int(release))
    for slot in wanted:
        assert any(re.fullmatch(slot, label) for label in labels), (slot, labels)
    assert len(labels) >= len(wanted) if wanted else not labels


def test_every_rule_is_named_as_its_file() -> None:
    files = {path.stem for path in Path(str(rules.__file__)).parent.glob("*.py")} - {"__init__"}

    assert {rule.id for rule in RULES} == files
    assert all(rule.about.endswith(".") for rule in RULES)
