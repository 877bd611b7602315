"""nextfix status."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from patcher.cli.found import end, report_problems
from patcher.cli.main import CommandResult
from patcher.cli.options import Json, Root
from patcher.copies.request import Request
from patcher.errors import ExitCode
from patcher.model import Verdict
from patcher.text.display import one_line


def status(
    root: Root = Path(),
    json: Json = False,
    applied: Annotated[
        bool,
        typer.Option(
            "--applied", help="Only check that every copy is as apply leaves it: for start and build scripts."
        ),
    ] = False,
    cache_key: Annotated[
        bool, typer.Option("--cache-key", help="Print a key for CI caches of the rewritten tree.")
    ] = False,
) -> CommandResult:
    """One line for each copy under ROOT: release, layout, verdict, and the files that Node runs.

    Copies that differ in nothing but their place share a line. Says which release makes a rule unnecessary. With
    --applied it is silent when all is well.
    """
    request = Request(root)
    if cache_key:
        from patcher.copies.verify_applied import cache_key as key_of

        print(key_of(request))
    if applied:
        return _applied(request)
    return CommandResult(ExitCode.OK) if cache_key else _status(request, json)


def _applied(request: Request) -> CommandResult:
    from patcher.copies.verify_applied import check_applied

    found = check_applied(request)
    problems = [*found.copies.problems, *found.wrong]
    report_problems(problems or found.copies.missing)
    return end(request.root, len(found.checks), problems, found.copies.missing)


def _status(request: Request, json: bool) -> CommandResult:
    from patcher.check.rule_sites import copy_state
    from patcher.copies.survey import plan_all
    from patcher.copies.upgrade import expiry
    from patcher.npm.applicability import status_lines
    from patcher.npm.copies import as_skipped
    from patcher.report.copy_lines import as_json, copy_lines

    survey = plan_all(request)
    states = [copy_state(plan) for plan in survey.plans]
    if json:
        records = [{**asdict(state), "expiry": expiry(state)} for state in states]
        print(as_json("status", records, [*map(as_skipped, survey.problems)]))
    else:
        for line in copy_lines([(state, expiry(state)) for state in states]):
            print(line)
        report_problems(survey.problems or survey.missing)
        print("\n".join(map(one_line, status_lines(request.root))))
    affected = any(state.verdict is Verdict.AFFECTED for state in states)
    pending = CommandResult(ExitCode.FINDINGS, "some copies are affected; run 'nextfix apply'")
    otherwise = pending if affected else CommandResult(ExitCode.OK)
    return end(request.root, len(states), survey.refusals, survey.missing, otherwise)
