"""nextfix rules."""

import json as json_module
from typing import Annotated

import typer

from patcher.cli.main import Outcome
from patcher.cli.options import Json
from patcher.errors import ExitCode
from patcher.registry.catalogue import rules as catalogue
from patcher.report.rules import record, table


def rules(
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the table of the README.")] = False,
) -> Outcome:
    """The catalogue of rules."""
    known = catalogue()
    print(
        json_module.dumps([record(rule) for rule in known], indent=2)
        if json
        else table(known, markdown=markdown)
    )
    return Outcome(ExitCode.OK)
