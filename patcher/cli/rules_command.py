"""nextfix rules."""

import json as json_module
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from patcher.catalogue.ledger import certified_releases
from patcher.catalogue.load import data_folder, families, packages
from patcher.catalogue.load import rules as catalogue
from patcher.check.known_rules import ignore_rules, source_rules
from patcher.cli.main import CommandResult
from patcher.cli.options import Json
from patcher.disk.presence import is_regular
from patcher.errors import ExitCode, NextfixError
from patcher.report.catalogue.release_table import files_table, releases_table
from patcher.report.catalogue.rule_pages import families_table, general_lines, general_record, record, table
from patcher.retention.words import affected_rows
from patcher.text.display import one_line
from patcher.text.paths import shown


def rules(
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the tables of rules/README.md.")] = False,
    releases: Annotated[
        bool, typer.Option("--releases", help="The certified releases that have each rule, from the ledger.")
    ] = False,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write the tables of the documents (in a checkout)."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what is wrong with the rules; exit 1 when something is.")
    ] = False,
    affected: Annotated[
        bool, typer.Option("--affected", help="Which Node and which tracer keeps what, in six measured rows.")
    ] = False,
) -> CommandResult:
    """The catalogue of rules."""
    if affected:
        print(affected_rows())
        return CommandResult(ExitCode.OK)
    if check:
        return _checked()
    known = catalogue()
    if write:
        return _written()
    if releases:
        print(_releases(markdown=markdown))
        return CommandResult(ExitCode.OK)
    general = {**source_rules(), **ignore_rules()}.values()
    if json:
        print(json_module.dumps([*map(record, known), *map(general_record, general)], indent=2))
    elif markdown:
        print(table(known, markdown=True))
    else:
        print(f"{table(known, markdown=False)}\n\nIn any source\n{general_lines(general)}")
    return CommandResult(ExitCode.OK)


def _checked() -> CommandResult:
    from patcher.certify.rule_check import rule_problems

    problems = rule_problems()
    for problem in problems:
        typer.echo(one_line(problem), err=True)
    if problems:
        return CommandResult(ExitCode.FINDINGS, f"{len(problems)} things are wrong with the rules")
    print(f"{len(catalogue())} rules of {len(packages())} packages are in order")
    return CommandResult(ExitCode.OK)


def _releases(*, markdown: bool) -> str:
    return releases_table(catalogue(), _ledgers(), markdown=markdown)


def _ledgers() -> dict[str, dict[str, Any]]:
    return {package: certified_releases(package) for package in packages()}


def _written() -> CommandResult:
    from patcher.retention.words import affected_rows

    rules = data_folder("rules")
    if not is_regular(rules.parent / "pyproject.toml"):
        raise NextfixError(
            ExitCode.USAGE,
            "--write is for a checkout of nextfix",
            hint="clone its repository, and run it there",
        )
    tables = {
        "rules": table(catalogue(), markdown=True),
        "releases": _releases(markdown=True),
        "files": files_table(catalogue(), _ledgers()),
    }
    _write_blocks(rules / "README.md", tables)
    _write_blocks(rules.parent / "README.md", {"affected": affected_rows()})
    _write_blocks(
        rules.parent / "patcher" / "check" / "README.md",
        {"families": families_table(families().values())},
    )
    return CommandResult(ExitCode.OK)


def _write_blocks(path: Path, blocks: Mapping[str, str]) -> None:
    """Put each of `blocks` into its place in the document at `path`."""
    from patcher.disk.write import write_file
    from patcher.report.catalogue.generated import with_block

    old = new = path.read_text(encoding="utf-8")
    for name, content in blocks.items():
        try:
            new = with_block(new, name, content)
        except ValueError as error:
            hint = f"put <!-- {name}: generated --> and <!-- /{name} --> where the table belongs"
            raise NextfixError(ExitCode.FILES, str(error), path=path, hint=hint) from error
    if new != old:
        write_file(path, new.encode())
        print(f"wrote {shown(path)}")
