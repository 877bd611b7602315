"""nextfix certify."""

from collections.abc import Iterator
from random import Random
from typing import Annotated

import typer

from patcher.catalogue.load import packages
from patcher.certify.campaign import (
    Certified,
    ReleaseOutcome,
    certify_all,
    every,
    missing,
    named,
    recorded,
    sample,
)
from patcher.cli.main import CommandResult
from patcher.errors import ExitCode, NextfixError, gravest
from patcher.npm.registry import Release
from patcher.report.progress import progress
from patcher.text.display import one_line


def certify(
    releases: Annotated[
        list[str] | None,
        typer.Argument(
            help="A release, range or tag of a package: stripe@18.0.0, 'stripe@>=18 <19', stripe@latest.",
            metavar="PACKAGE@RELEASE",
            show_default=False,
        ),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--all", help="Every release that a complete ledger holds.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Those of --all that the ledger lacks.")] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail where a hash differs from the ledger."),
    ] = False,
    count: Annotated[
        int,
        typer.Option(
            "--sample",
            help="Check N releases of the ledger, chosen from every package and era.",
            metavar="N",
            min=0,
        ),
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Also releases that the ledger holds.")] = False,
) -> CommandResult:
    """Verify the rules on published releases and record them in the ledger (for maintainers).

    Each release is fetched with npm, every rule and style is tried on it, and every result is verified. A
    rule that ends at an earlier release and fits is widened in its own source. Releases in the ledger are
    passed over, so a run that was broken off is completed by the same command.
    """
    check = check or count > 0
    if check and (new or force):
        raise NextfixError(ExitCode.USAGE, "--check writes nothing", hint="leave out --new and --force")
    chosen = tuple(dict.fromkeys(_chosen(releases or [], complete, new, check, count)))
    outcomes: list[Certified] = []
    with progress("certifying") as advance:
        for outcome in certify_all(chosen, check=check, force=force, advance=advance):
            outcomes.append(outcome)
            _print(outcome, check)
    if not check:
        _print_passed_over(outcomes)
    return _ended(outcomes, check)


def _chosen(specs: list[str], complete: bool, new: bool, check: bool, count: int) -> Iterator[Release]:
    if not (specs or complete or new or check):
        raise NextfixError(
            ExitCode.USAGE,
            "nothing to certify",
            hint="name a release (stripe@latest), or give --all or --new",
        )
    for spec in specs:
        yield from named(spec)
    if count:
        yield from sample(count, Random())
        return
    for package in packages():
        if new:
            yield from missing(package)
        elif complete:
            yield from every(package)
        elif not specs:
            yield from recorded(package)


def _print(outcome: Certified, check: bool) -> None:
    name = f"{outcome.release.package}@{outcome.release.version}"
    if outcome.problems:
        for problem in outcome.problems:
            typer.echo(one_line(f"{outcome.done} {name}: {problem}"), err=True)
    elif outcome.files:
        done = "as in the ledger" if check else outcome.done
        print(
            one_line(f"{done} {name}: {', '.join(outcome.rules)} in {len(outcome.files)} files"), flush=True
        )
    for rule in outcome.widened:
        print(one_line(f"    widened {rule} to {outcome.release.version}"), flush=True)


def _print_passed_over(outcomes: list[Certified]) -> None:
    """How many releases were not tried, since a rule that was changed meanwhile needs them tried again."""
    count = sum(outcome.done is ReleaseOutcome.UNCHANGED for outcome in outcomes)
    if count:
        print(f"passed over: {count} in the ledger already; --force tries them again")


def _ended(outcomes: list[Certified], check: bool) -> CommandResult:
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    bad = [outcome for outcome in outcomes if outcome.problems]
    if errors:
        code, reason = gravest(errors)
        return CommandResult(code, f"{len(bad)} of {len(outcomes)} releases failed; {reason}")
    if not outcomes:
        return (
            CommandResult(ExitCode.OK, "")
            if not check
            else CommandResult(ExitCode.NOTHING, "the ledger is empty")
        )
    if not bad:
        return CommandResult(ExitCode.OK)
    first = f"{bad[0].release.package}@{bad[0].release.version}: {bad[0].problems[0]}"
    if check:
        return CommandResult(
            ExitCode.FINDINGS, f"{len(bad)} of {len(outcomes)} releases differ from the ledger; {first}"
        )
    return CommandResult(
        ExitCode.REFUSED, f"{len(bad)} of {len(outcomes)} releases were not certified; {first}; fix the rule"
    )
