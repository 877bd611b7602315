"""nextfix status."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from patcher.cli.found import NO_COPY
from patcher.cli.main import Outcome
from patcher.cli.options import Json, Root
from patcher.copies.request import Request
from patcher.errors import ExitCode
from patcher.model import CopyState, Skipped, Verdict
from patcher.text.display import one_line
from patcher.text.paths import shown


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
) -> Outcome:
    """One line for each copy under ROOT: release, layout, verdict, and the files that Node runs.

    Says which release makes a rule unnecessary. With --applied it is silent when all is well.
    """
    request = Request(root)
    if cache_key:
        from patcher.copies.verify_applied import cache_key as key_of

        print(key_of(request))
    if applied:
        return _applied(request)
    return Outcome(ExitCode.OK) if cache_key else _status(request, json)


def _applied(request: Request) -> Outcome:
    from patcher.copies.verify_applied import applied

    found = applied(request)
    for check in found.wrong:
        place = f"{check.copy.name}@{check.copy.version}  {shown(check.copy.folder)}"
        typer.echo(one_line(f"{place}: {check.reason}"), err=True)
    _say_skipped(found.skipped)
    if not found.copies:
        return _nothing(request.root, bool(found.skipped))
    if found.wrong:
        code = max(check.code for check in found.wrong)
        count = f"{len(found.wrong)} of {len(found.copies)} copies"
        return Outcome(code, f"{count} not in order; run 'nextfix apply', or the install that patches")
    return Outcome(ExitCode.OK)


def _status(request: Request, json: bool) -> Outcome:
    from patcher.check.rule_sites import check_rules
    from patcher.copies.upgrade import expiry
    from patcher.npm.applicability import status_lines
    from patcher.report.copy_lines import as_json

    report = check_rules(request)
    if json:
        records = [{**asdict(copy), "expiry": expiry(copy)} for copy in report.copies]
        print(as_json("status", records, report.skipped))
    else:
        for copy in report.copies:
            _print(copy, expiry(copy))
        _say_skipped(report.skipped)
        print("\n".join(map(one_line, status_lines(request.root))))
    verdicts = {copy.verdict for copy in report.copies}
    if not report.copies:
        return _nothing(request.root, bool(report.skipped))
    if verdicts & {Verdict.MODIFIED, Verdict.UNKNOWN_RELEASE}:
        return Outcome(ExitCode.REFUSED, next(copy.reason for copy in report.copies if copy.reason))
    if Verdict.AFFECTED in verdicts:
        return Outcome(ExitCode.FINDINGS, "some copies are affected; run 'nextfix apply'")
    return Outcome(ExitCode.OK)


def _print(copy: CopyState, upgrade: str) -> None:
    from patcher.report.copy_lines import copy_line, file_lines

    print("\n".join([copy_line(copy), *file_lines(copy)]))
    if upgrade:
        print(one_line(f"    upgrade: {upgrade}"))


def _say_skipped(skipped: tuple[Skipped, ...]) -> None:
    for item in skipped:
        typer.echo(one_line(f"skipped {item.path}: {item.reason}"), err=True)


def _nothing(root: Path, skipped: bool) -> Outcome:
    code = ExitCode.REFUSED if skipped else ExitCode.NOTHING
    return Outcome(code, f"{shown(root)}: {NO_COPY}; install it first")
