"""nextfix rules."""

import json as json_module
from typing import Annotated

import typer

from patcher.catalogue.ledger import certified_releases
from patcher.catalogue.load import rules as catalogue
from patcher.check.known_rules import ignore_rules, source_rules
from patcher.cli.main import Outcome
from patcher.cli.options import Json
from patcher.errors import ExitCode
from patcher.report.catalogue.release_table import releases_table
from patcher.report.catalogue.rule_pages import general_lines, general_record, record, table


def rules(
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the table of the README.")] = False,
    releases: Annotated[
        bool, typer.Option("--releases", help="The certified releases that have each rule, from the ledger.")
    ] = False,
) -> Outcome:
    """The catalogue of rules."""
    known = catalogue()
    if releases:
        ledgers = {rule.package: certified_releases(rule.package) for rule in known}
        print(releases_table(known, ledgers, markdown=markdown))
        return Outcome(ExitCode.OK)
    general = {**source_rules(), **ignore_rules()}.values()
    if json:
        print(json_module.dumps([*map(record, known), *map(general_record, general)], indent=2))
    elif markdown:
        print(table(known, markdown=True))
    else:
        print(f"{table(known, markdown=False)}\n\nIn any source\n{general_lines(general)}")
    return Outcome(ExitCode.OK)
