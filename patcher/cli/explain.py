"""nextfix explain."""

from typing import Annotated

import typer

from patcher.cli.main import Outcome
from patcher.errors import ExitCode
from patcher.registry.catalogue import rule_named, rules
from patcher.report.rules import explanation


def explain(
    rule: Annotated[str, typer.Argument(help="The rule's id, such as next/server-promise.")],
) -> Outcome:
    """What a rule finds, why it matters, which releases have it, what is written instead."""
    print(explanation(rule_named(rule, rules())))
    return Outcome(ExitCode.OK)
