"""How every command that works on copies ends: one code and one last line for what was found, and what was not."""

from collections.abc import Sequence
from pathlib import Path

import typer

from patcher.cli.main import CommandResult
from patcher.errors import ExitCode, NextfixError, gravest
from patcher.text.display import one_line
from patcher.text.paths import shown

NO_COPY = "no copy of a package that nextfix has rules for"
_OK = CommandResult(ExitCode.OK)
_INSTALL = "install it first, or name the folder that has it"


def report_problems(problems: Sequence[NextfixError]) -> None:
    """Print a line on stderr for each place that was not looked at."""
    for problem in problems:
        typer.echo(one_line(f"skipped {problem}"), err=True)


def end(
    root: Path,
    count: int,
    problems: Sequence[NextfixError],
    missing: Sequence[NextfixError] = (),
    otherwise: CommandResult = _OK,
) -> CommandResult:
    """Decide how a command ends.

    Args:
        root: the project, as the user named it.
        count: how many copies were looked at.
        problems: what could not be read, was refused or failed; the gravest is the outcome.
        missing: where copies were to be expected and are not; it matters when nothing was looked at.
        otherwise: the outcome when there is no problem and something was looked at.
    """
    if problems:
        return CommandResult(*gravest(problems))
    if count:
        return otherwise
    if missing:
        return CommandResult(*gravest(missing))
    return CommandResult(ExitCode.NOTHING, f"{shown(root)}: {NO_COPY}; {_INSTALL}")
