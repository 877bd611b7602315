"""nextfix diff."""

from pathlib import Path
from typing import Annotated

import typer

from patcher.check.config import configured_style
from patcher.cli.found import NO_COPY
from patcher.cli.main import Outcome
from patcher.cli.options import AllowModified, CertifiedOnly, Root, Rules, Style
from patcher.copies.diff import diff_all
from patcher.copies.request import Request
from patcher.errors import ExitCode
from patcher.report.findings.emit import show_patch
from patcher.text.display import one_line
from patcher.text.paths import shown


def diff(
    root: Root = Path(),
    stat: Annotated[bool, typer.Option("--stat", help="Only count hunks and lines, by file.")] = False,
    style: Style = None,
    rule: Rules = None,
    certified_only: CertifiedOnly = False,
    allow_modified: AllowModified = False,
    color: Annotated[
        bool | None, typer.Option("--color/--no-color", help="By default, on a terminal.", show_default=False)
    ] = None,
) -> Outcome:
    """Show what apply would write, as a unified diff for git apply and patch -p1; write nothing."""
    request = Request(
        root, style or configured_style(root), frozenset(rule or ()), certified_only, allow_modified
    )
    diffs, refused, copies = diff_all(request)
    for item in diffs:
        show_patch(item.path, item.patch, stat=stat, color=color)
    for reason in refused:
        typer.echo(one_line(reason), err=True)
    if refused:
        return Outcome(ExitCode.REFUSED, refused[0])
    if not copies:
        return Outcome(ExitCode.NOTHING, f"{shown(root)}: {NO_COPY}; install it first")
    if diffs:
        return Outcome(ExitCode.FINDINGS, f"{len(diffs)} files would change; 'nextfix apply' writes them")
    return Outcome(ExitCode.OK)
