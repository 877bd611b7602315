"""nextfix explain."""

from typing import Annotated

import typer

from patcher.catalogue.load import families, rule_named, rules
from patcher.check.fix_findings import fixed_examples
from patcher.check.known_rules import ignore_rules, source_rules
from patcher.cli.main import CommandResult
from patcher.errors import ExitCode, NextfixError
from patcher.report.catalogue.rule_pages import explanation, general_explanation
from patcher.report.catalogue.upstream_issue import upstream_issue
from patcher.text.nearest import did_you_mean


def explain(
    rule: Annotated[str, typer.Argument(help="The rule's id, such as react-loadable/load.")],
    upstream: Annotated[
        bool,
        typer.Option("--upstream", help="The issue to file with the package's maintainers, as Markdown."),
    ] = False,
) -> CommandResult:
    """What a rule finds, why it matters, which releases have it, what is written instead."""
    general = {**source_rules(), **ignore_rules()}
    if upstream and rule in general:
        raise NextfixError(ExitCode.USAGE, f"{rule} is of no package; --upstream takes a package's rule")
    if rule in general:
        family = families().get(rule)
        if family is None:
            print(general_explanation(general[rule]))
        else:
            print(general_explanation(general[rule], family.retains, family.frees, fixed_examples(family)))
        return CommandResult(ExitCode.OK)
    known = rules()
    if rule not in (each.id for each in known):
        every = [*(each.id for each in known), *general]
        hint = did_you_mean(rule, every, "see 'nextfix rules'")
        raise NextfixError(ExitCode.USAGE, f"there is no rule {rule!r:.80}", hint=hint)
    described = rule_named(rule, known)
    print(upstream_issue(described) if upstream else explanation(described))
    return CommandResult(ExitCode.OK)
