"""nextfix rule new."""

from typing import Annotated

import typer

from patcher.certify.skeleton import write_skeleton
from patcher.cli.main import CommandResult
from patcher.errors import ExitCode, NextfixError
from patcher.text.paths import shown


def rule(
    what: Annotated[str, typer.Argument(help="new", metavar="new")],
    package: Annotated[str, typer.Argument(help="The npm package: stripe, @smithy/node-http-handler.")],
    file: Annotated[str, typer.Argument(help="The file that Node runs, from the package's folder.")],
    name: Annotated[
        str, typer.Option("--name", help="What to call the rule; by default as its file.", metavar="NAME")
    ] = "",
) -> CommandResult:
    """Write the skeleton of a rule, its harness and its test (for maintainers, in a checkout).

    They load and say what to fill in; rules/README.md leads through it.
    """
    if what != "new":
        raise NextfixError(
            ExitCode.USAGE, f"no such action: {what!r}", hint="write 'nextfix rule new PACKAGE FILE'"
        )
    for path in write_skeleton(package, file, called=name):
        print(f"wrote {shown(path)}")
    print(f"fill them in, then run 'nextfix certify {package}@latest' and 'nextfix rules --check'")
    return CommandResult(ExitCode.OK)
