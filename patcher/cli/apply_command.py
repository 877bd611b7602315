"""nextfix apply."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from patcher.cli.choice import Choice
from patcher.cli.found import end, report_problems
from patcher.cli.main import CommandResult
from patcher.cli.options import Everything, Json
from patcher.cli.shared_options import with_options
from patcher.copies.apply import Applied, CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.disk.presence import is_regular
from patcher.errors import ExitCode
from patcher.model import Verdict
from patcher.npm.copies import Copies
from patcher.text.display import one_line
from patcher.text.paths import shown


@with_options(Choice)
def apply(
    choice: Choice,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written; write nothing.")
    ] = False,
    everything: Everything = False,
    warn_only: Annotated[
        bool, typer.Option("--warn-only", help="Print refusals, but exit 0: for a lenient hook.")
    ] = False,
    json: Json = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also name copies with nothing to do.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No line when there is nothing to do.")
    ] = False,
) -> CommandResult:
    """Rewrite every affected copy under ROOT.

    Fit for a postinstall hook: one line for each copy that it rewrites, one when there is nothing to do (none with
    --quiet), and it fails loudly when it refuses. A second run changes nothing and says so.

    With --scope deps, what check finds in packages that no rule knows is made in the root context, where no request
    runs (style detached); what cannot be is left, with the reason.
    """
    request = choice.request(everything=everything)
    outcomes, copies = apply_all(request, dry_run=dry_run)
    done = list(outcomes)
    if json:
        from patcher.report.copy_lines import as_json

        print(as_json("apply", [_record(outcome) for outcome in done], copies.skipped))
    else:
        _print(done, choice.root, verbose)
        if not (quiet or verbose):
            _print_unchanged(done)
        report_problems(copies.problems or copies.missing)
    ended = _ended(request, done, copies, dry_run)
    if warn_only and ended.code in (ExitCode.REFUSED, ExitCode.NOTHING):
        typer.echo(f"nextfix: {one_line(ended.reason)}", err=True)
        return CommandResult(ExitCode.OK)
    return ended


def _print(done: list[Applied], root: Path, verbose: bool) -> None:
    """A line for each release to which the same was done, and what is left to do, each thing once."""
    groups: dict[tuple[str, ...], list[Applied]] = {}
    for outcome in done:
        groups.setdefault((outcome.copy.name, outcome.copy.version, outcome.done, _what(outcome)), []).append(
            outcome
        )
    for (*_, what), alike in groups.items():
        first = alike[0]
        line = one_line(f"{first.done} {_places(alike)}: {what}")
        if first.error is not None or (
            first.done is CopyOutcome.UNCHANGED and first.verdict is Verdict.UNKNOWN_RELEASE
        ):
            typer.echo(line, err=True)
        elif verbose or first.done is not CopyOutcome.UNCHANGED:
            print(line)
        if first.error is None and first.reason:
            typer.echo(one_line(f"left in {_places(alike)}: {first.reason}"), err=True)
    left = {rule for outcome in done for rule in outcome.left}
    if left:
        names = ", ".join(sorted(left))
        print(one_line(f"left alone: {names}: no request is kept on {_node(root)}; --all rewrites them"))
    written = [
        outcome for outcome in done if outcome.done in (CopyOutcome.REWRITTEN, CopyOutcome.WOULD_REWRITE)
    ]
    lines = [line for outcome in written for line in (*_advice(outcome), *_more(outcome, root))]
    for line in dict.fromkeys(lines):
        print(f"  {one_line(line)}")


def _print_unchanged(done: list[Applied]) -> None:
    """The one line of a run in which every copy was as it must be; none when any was rewritten, refused or unknown."""
    applied = sum(outcome.verdict is Verdict.APPLIED for outcome in done)
    fine = all(
        outcome.done is CopyOutcome.UNCHANGED and outcome.verdict in (Verdict.APPLIED, Verdict.NOT_AFFECTED)
        for outcome in done
    )
    if applied and fine:
        copies = "1 copy has its rewrites" if applied == 1 else f"{applied} copies have their rewrites"
        print(f"nothing to do: {copies}")


def _node(root: Path) -> str:
    from patcher.npm.runtime import runtime_of

    return str(runtime_of(root, running=False))


def _what(outcome: Applied) -> str:
    """What was done to a copy, without its place."""
    if outcome.error is not None:
        return outcome.reason
    if outcome.done is CopyOutcome.UNCHANGED:
        return outcome.reason if outcome.verdict is Verdict.UNKNOWN_RELEASE else str(outcome.verdict)
    certified = "certified" if outcome.certified else "uncertified"
    return f"{', '.join(outcome.rules)} ({outcome.style}, {certified})"


def _places(alike: list[Applied]) -> str:
    copy = alike[0].copy
    others = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
    return f"{copy.name}@{copy.version}  {shown(copy.folder)}{others}"


def _advice(outcome: Applied) -> list[str]:
    """What is left to do after the rewrite of a copy."""
    from patcher.catalogue.load import package_record, rules_of

    applied = [rule for rule in rules_of(outcome.copy.name) if rule.id in outcome.rules]
    built = [rule.id for rule in applied if rule.rebuild]
    lines = [rule.advice(outcome.style) for rule in applied]
    if built:
        lines.append(f"{package_record(outcome.copy.name).rebuild} ({', '.join(built)})")
    return [line for line in lines if line]


def _more(outcome: Applied, root: Path) -> Iterator[str]:
    """What style `detached` would free in addition, where the project has what needs it."""
    from patcher.catalogue.load import rules_of
    from patcher.rule import DETACHED

    for rule in rules_of(outcome.copy.name) if outcome.style != DETACHED else ():
        for file, freed in rule.detached_frees.items() if rule.id in outcome.rules else ():
            if is_regular(root / file):
                yield f"--style {DETACHED} would free in addition: {freed}"


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


def _ended(request: Request, done: list[Applied], copies: Copies, dry_run: bool) -> CommandResult:
    problems = [*copies.problems, *(outcome.error for outcome in done if outcome.error is not None)]
    waiting = [outcome for outcome in done if outcome.done is CopyOutcome.WOULD_REWRITE]
    pending = CommandResult(ExitCode.FINDINGS, f"{len(waiting)} of {len(done)} copies would be rewritten")
    otherwise = pending if dry_run and waiting else CommandResult(ExitCode.OK)
    return end(request.root, len(done) + request.by_findings, problems, copies.missing, otherwise)
