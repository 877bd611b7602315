"""nextfix diff."""

from typing import Annotated

import typer

from patcher.cli.choice import Choice
from patcher.cli.found import end, report_problems
from patcher.cli.main import CommandResult
from patcher.cli.options import Everything
from patcher.cli.shared_options import with_options
from patcher.copies.diff import diff_all
from patcher.errors import ExitCode
from patcher.report.findings.emit import show_patch


@with_options(Choice)
def diff(
    choice: Choice,
    stat: Annotated[bool, typer.Option("--stat", help="Only count hunks and lines, by file.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="On a terminal too, show the whole of lines of minified code.")
    ] = False,
    everything: Everything = False,
    color: Annotated[
        bool | None, typer.Option("--color/--no-color", help="By default, on a terminal.", show_default=False)
    ] = None,
) -> CommandResult:
    """Show what apply would write, as a unified diff for git apply and patch -p1; write nothing.

    On a terminal, long lines are cut to the regions that change. Piped or with --full the diff is whole.
    """
    request = choice.request(everything=everything)
    diffs, survey = diff_all(request)
    for item in diffs:
        show_patch(item.path, item.patch, stat=stat, color=color, full=full)
    report_problems(survey.refusals or survey.missing)
    pending = CommandResult(
        ExitCode.FINDINGS, f"{len(diffs)} files would change; 'nextfix apply' writes them"
    )
    otherwise = pending if diffs else CommandResult(ExitCode.OK)
    return end(
        request.root, len(survey.plans) + request.by_findings, survey.refusals, survey.missing, otherwise
    )
