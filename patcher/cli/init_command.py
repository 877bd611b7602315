"""nextfix init."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from patcher.cli.main import CommandResult
from patcher.cli.options import Root
from patcher.errors import ExitCode
from patcher.report.edit_lines import edit_lines
from patcher.report.terminal import wants_colour
from patcher.setup.init import Wish, init_all, undo_all
from patcher.text.display import one_line


def init(
    root: Root = Path(),
    write: Annotated[bool, typer.Option("--write", help="Write the files instead of showing them.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take out what init put in.")] = False,
    runner: Annotated[
        str | None,
        typer.Option(
            "--runner",
            help="What runs nextfix in scripts: uvx, pipx, or nextfix for one that pip installed. By default "
            "the first of these that is here.",
            metavar="RUNNER",
            show_default=False,
        ),
    ] = None,
    ci: Annotated[bool, typer.Option("--ci", help="Also add .github/workflows/nextfix.yml.")] = False,
    pre_commit: Annotated[
        bool, typer.Option("--pre-commit", help="Also add a hook to .pre-commit-config.yaml.")
    ] = False,
    make_root: Annotated[
        str | None,
        typer.Option(
            "--make-root",
            help="Also let FILE make the root context of style detached before the first request: instrumentation.ts, "
            "the file that starts the tracer, or the entry; auto finds one. A FILE that is not there becomes a "
            "module that exports it, which check --fix then imports.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
) -> CommandResult:
    """Wire nextfix into package.json: apply after an install, a check before a build and a start.

    Shows the change first; --write writes it, --undo takes it out again. Existing scripts go on running.
    """
    result = undo_all(root) if undo else init_all(Wish(root, runner, ci, pre_commit, make_root))
    for line in result.chosen:
        typer.echo(one_line(line), err=True)
    if write:
        from patcher.export.project_edits import write_edits

        write_edits(result.edits)
    for line in edit_lines(result.edits, root.resolve(), written=write, colour=wants_colour(sys.stdout)):
        print(line)
    if not result.edits:
        print("nothing to change")
        return CommandResult(ExitCode.OK)
    if not write:
        return CommandResult(ExitCode.FINDINGS, "nothing written; add --write to write it")
    return CommandResult(ExitCode.OK)
