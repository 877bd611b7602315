"""nextfix apply."""

from pathlib import Path
from typing import Annotated, Any

import typer

from patcher.check.config import configured_style
from patcher.cli.found import NO_COPY
from patcher.cli.main import Outcome
from patcher.cli.options import AllowModified, CertifiedOnly, Json, Root, Rules, Style
from patcher.copies.apply import Applied, Done, apply_all
from patcher.copies.request import Request
from patcher.errors import ExitCode, NextfixError
from patcher.text.display import one_line
from patcher.text.paths import shown


def apply(
    root: Root = Path(),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written; write nothing.")
    ] = False,
    style: Style = None,
    rule: Rules = None,
    certified_only: CertifiedOnly = False,
    allow_modified: AllowModified = False,
    warn_only: Annotated[
        bool, typer.Option("--warn-only", help="Print refusals, but exit 0: for a lenient hook.")
    ] = False,
    json: Json = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also name copies with nothing to do.")
    ] = False,
) -> Outcome:
    """Rewrite every affected copy under ROOT.

    Fit for a postinstall hook: it says nothing when there is nothing to do, one line for each copy that it
    rewrites, and fails loudly when it refuses. A second run changes nothing.
    """
    request = Request(
        root, style or configured_style(root), frozenset(rule or ()), certified_only, allow_modified
    )
    outcomes, skipped = apply_all(request, dry_run=dry_run)
    done: list[Applied] = []
    for outcome in outcomes:
        done.append(outcome)
        if not json:
            _print(outcome, verbose)
    for item in skipped:
        typer.echo(one_line(f"skipped {item.path}: {item.reason}"), err=True)
    if json:
        from patcher.report.copy_lines import as_json

        print(as_json("apply", [_record(outcome) for outcome in done], skipped))
    ended = _ended(request, done, bool(skipped), dry_run)
    if warn_only and ended.code in (ExitCode.REFUSED, ExitCode.NOTHING):
        typer.echo(f"nextfix: {one_line(ended.reason)}", err=True)
        return Outcome(ExitCode.OK)
    return ended


def _print(outcome: Applied, verbose: bool) -> None:
    place = f"{outcome.copy.name}@{outcome.copy.version}  {shown(outcome.copy.folder)}"
    if outcome.done in (Done.REFUSED, Done.FAILED):
        typer.echo(one_line(f"{outcome.done} {place}: {outcome.reason}"), err=True)
    elif outcome.done is not Done.UNCHANGED:
        certified = "certified" if outcome.certified else "uncertified"
        print(one_line(f"{outcome.done} {place}: {', '.join(outcome.rules)} ({outcome.style}, {certified})"))
        for line in _advice(outcome):
            print(f"  {one_line(line)}")
    elif verbose:
        print(one_line(f"{outcome.done} {place}: {outcome.verdict}"))


def _advice(outcome: Applied) -> list[str]:
    """What is left to do after the rewrite of a copy, each thing once."""
    from patcher.catalogue.load import package_record, rules_of

    applied = [rule for rule in rules_of(outcome.copy.name) if rule.id in outcome.rules]
    built = [rule.id for rule in applied if rule.rebuild]
    lines = [rule.advice(outcome.style) for rule in applied]
    if built:
        lines.append(f"{package_record(outcome.copy.name).rebuild} ({', '.join(built)})")
    return [line for line in dict.fromkeys(lines) if line]


def _record(outcome: Applied) -> dict[str, Any]:
    return {
        "name": outcome.copy.name,
        "version": outcome.copy.version,
        "path": shown(outcome.copy.folder),
        "layout": outcome.copy.layout,
        "done": outcome.done,
        "verdict": outcome.verdict,
        "certified": outcome.certified,
        "style": outcome.style,
        "rules": list(outcome.rules),
        "files": list(outcome.files),
        "reason": outcome.reason,
    }


def _ended(request: Request, done: list[Applied], skipped: bool, dry_run: bool) -> Outcome:
    errors = [outcome.error for outcome in done if outcome.error is not None]
    if errors:
        worst: NextfixError = max(errors, key=lambda error: error.code)
        return Outcome(worst.code, str(worst))
    refused = [outcome for outcome in done if outcome.done is Done.REFUSED]
    if refused:
        return Outcome(ExitCode.REFUSED, f"refused {shown(refused[0].copy.folder)}: {refused[0].reason}")
    if not done:
        reason = "every copy lies outside this project" if skipped else NO_COPY
        code = ExitCode.REFUSED if skipped else ExitCode.NOTHING
        return Outcome(
            code, f"{shown(request.root)}: {reason}; install it first, or name the folder that has it"
        )
    waiting = [outcome for outcome in done if outcome.done is Done.WOULD_REWRITE]
    if dry_run and waiting:
        return Outcome(ExitCode.FINDINGS, f"{len(waiting)} of {len(done)} copies would be rewritten")
    return Outcome(ExitCode.OK)
