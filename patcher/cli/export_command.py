"""nextfix export."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from patcher.cli.found import end, report_problems
from patcher.cli.main import Outcome
from patcher.cli.options import AllowModified, CertifiedOnly, Packages, Root, Rules, Scopes, Style
from patcher.cli.scoped import scoped
from patcher.copies.export_patches import TARGETS, Exported, default_target, export_all
from patcher.copies.request import Request
from patcher.copies.require_hook_plan import export_hook
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from patcher.report.edit_lines import edit_lines
from patcher.report.terminal import wants_colour

_HOOK = "require-hook"


def export(
    root: Root = Path(),
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
    style: Style = None,
    rule: Rules = None,
    certified_only: CertifiedOnly = False,
    allow_modified: AllowModified = False,
    scope: Scopes = None,
    package: Packages = None,
) -> Outcome:
    """The same change as a package manager's own patch, so that installing needs no Python.

    Shows what it would change in package.json (or pnpm-workspace.yaml) and which patches it would write;
    --write writes them. Running it again after an upgrade or with another style replaces its own part of a
    patch and keeps everybody else's.
    """
    target = to or default_target(root)
    if target not in (*TARGETS, _HOOK):
        raise NextfixError(
            ExitCode.USAGE, f"no target {target!r}", hint=f"the targets are {', '.join((*TARGETS, _HOOK))}"
        )
    request = Request(root, style, frozenset(rule or ()), certified_only, allow_modified)
    request = scoped(request, scope, package)
    result = export_hook(request) if target == _HOOK else export_all(request, target)
    report_problems(result.refused or result.missing)
    for line in edit_lines(result.edits, root.resolve(), written=write, colour=wants_colour(sys.stdout)):
        print(line)
    if write:
        write_edits(result.edits)
        for number, step in enumerate(result.steps, 1):
            print(f"{number}. {step}")
    return _ended(result, request, target, write)


def _ended(result: Exported, request: Request, target: str, write: bool) -> Outcome:
    pending = Outcome(ExitCode.FINDINGS, f"nothing written; add --write to export to {target}")
    otherwise = pending if result.edits and not write else Outcome(ExitCode.OK)
    if (result.copies or request.by_findings) and not result.edits and not result.refused:
        print(f"nothing to export: {target} has every change already, or no copy needs one")
    return end(request.root, result.copies + request.by_findings, result.refused, result.missing, otherwise)
