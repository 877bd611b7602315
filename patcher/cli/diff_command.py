"""nextfix diff."""

from pathlib import Path
from typing import Annotated

import typer

from patcher.check.config import configured_style
from patcher.cli.found import end, report_problems
from patcher.cli.main import CommandResult
from patcher.cli.options import AllowModified, CertifiedOnly, Everything, Packages, Root, Rules, Scopes, Style
from patcher.cli.scoped import scoped
from patcher.copies.diff import diff_all
from patcher.copies.request import Request
from patcher.errors import ExitCode
from patcher.report.findings.emit import show_patch


def diff(
    root: Root = Path(),
    stat: Annotated[bool, typer.Option("--stat", help="Only count hunks and lines, by file.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="On a terminal too, show the whole of lines of minified code.")
    ] = False,
    style: Style = None,
    rule: Rules = None,
    certified_only: CertifiedOnly = False,
    allow_modified: AllowModified = False,
    scope: Scopes = None,
    package: Packages = None,
    everything: Everything = False,
    color: Annotated[
        bool | None, typer.Option("--color/--no-color", help="By default, on a terminal.", show_default=False)
    ] = None,
) -> CommandResult:
    """Show what apply would write, as a unified diff for git apply and patch -p1; write nothing.

    On a terminal, long lines are cut to the regions that change. Piped or with --full the diff is whole.
    """
    request = Request(
        root,
        style or configured_style(root),
        frozenset(rule or ()),
        certified_only,
        allow_modified,
        everything,
    )
    request = scoped(request, scope, package)
    diffs, survey = diff_all(request)
    for item in diffs:
        show_patch(item.path, item.patch, stat=stat, color=color, full=full)
    report_problems(survey.refusals or survey.missing)
    pending = CommandResult(
        ExitCode.FINDINGS, f"{len(diffs)} files would change; 'nextfix apply' writes them"
    )
    otherwise = pending if diffs else CommandResult(ExitCode.OK)
    return end(root, len(survey.plans) + request.by_findings, survey.refusals, survey.missing, otherwise)
