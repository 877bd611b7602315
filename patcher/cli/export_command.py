"""nextfix export."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from patcher.cli.choice import Choice
from patcher.cli.found import end, report_problems
from patcher.cli.main import CommandResult
from patcher.cli.shared_options import with_options
from patcher.copies.export_patches import TARGETS, Exported, choose_target, export_all, undo_exports
from patcher.copies.request import Request
from patcher.copies.require_hook_plan import export_hook, undo_hook
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from patcher.report.edit_lines import edit_lines
from patcher.report.terminal import wants_colour
from patcher.text.display import one_line

_HOOK = "require-hook"


@with_options(Choice)
def export(
    choice: Choice,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="npm (12 or newer), pnpm, bun, yarn (2 or newer), patch-package, or require-hook: a preload "
            "for node --require. By default what the project is installed with.",
            metavar="TARGET",
            show_default=False,
        ),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the files instead of showing them.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take out what exports wrote; a person's part of a patch stays.")
    ] = False,
    all_files: Annotated[
        bool, typer.Option("--all-files", help="Also the files that only a development server runs.")
    ] = False,
) -> CommandResult:
    """The same change as a package manager's own patch, so that installing needs no Python.

    Shows what it would change in package.json (or pnpm-workspace.yaml) and which patches it would write;
    --write writes them. Running it again after an upgrade, with another style or for another target replaces
    its own part of a patch and keeps everybody else's to the byte.
    """
    if undo:
        return _undo(choice.root, to, write)
    target = to or _chosen(choice.root)
    _refuse_unknown(target)
    request = choice.request()
    if target == _HOOK:
        result = export_hook(request, all_files=all_files)
    else:
        result = export_all(request, target, all_files=all_files)
    report_problems(result.refused or result.missing)
    _show(result, choice.root, write)
    return _ended(result, request, target, write)


def _undo(root: Path, to: str | None, write: bool) -> CommandResult:
    """Take exports out: those for package managers, and the preload where that is named."""
    if to not in (None, _HOOK):
        _refuse_unknown(to)
    parts = [undo_hook(root)] if to == _HOOK else [undo_exports(root)]
    if to is None:
        parts.append(undo_hook(root))
    for result in parts:
        if result.edits:
            _show(result, root, write)
    if not any(result.edits for result in parts):
        print("nothing to take out: no export of nextfix is wired in here")
        return CommandResult(ExitCode.OK)
    return (
        CommandResult(ExitCode.OK)
        if write
        else CommandResult(ExitCode.FINDINGS, "nothing written; add --write")
    )


def _chosen(root: Path) -> str:
    target, why = choose_target(root)
    typer.echo(one_line(f"target: {target} ({why})"), err=True)
    return target


def _refuse_unknown(target: str | None) -> None:
    if target not in (*TARGETS, _HOOK):
        raise NextfixError(
            ExitCode.USAGE, f"no target {target!r}", hint=f"the targets are {', '.join((*TARGETS, _HOOK))}"
        )


def _show(result: Exported, root: Path, write: bool) -> None:
    """Write the edits if that is wanted, and say what was or would be written, and what is left to do."""
    if write:
        write_edits(result.edits)
    for line in edit_lines(result.edits, root.resolve(), written=write, colour=wants_colour(sys.stdout)):
        print(line)
    for number, step in enumerate(result.steps if write else (), 1):
        print(f"{number}. {step}")


def _ended(result: Exported, request: Request, target: str, write: bool) -> CommandResult:
    pending = CommandResult(ExitCode.FINDINGS, f"nothing written; add --write to export to {target}")
    otherwise = pending if result.edits and not write else CommandResult(ExitCode.OK)
    if (result.copies or request.by_findings) and not result.edits and not result.refused:
        print(f"nothing to export: {target} has every change already, or no copy needs one")
    return end(request.root, result.copies + request.by_findings, result.refused, result.missing, otherwise)
