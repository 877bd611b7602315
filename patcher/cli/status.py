"""nextfix status."""

from dataclasses import asdict
from pathlib import Path

import typer

from patcher.cli.main import Outcome
from patcher.cli.options import Json, Root
from patcher.errors import ExitCode
from patcher.model import Verdict
from patcher.report.copies import as_json, copy_line, file_lines
from patcher.text.display import one_line
from patcher.text.paths import shown
from patcher.workflows.check import check_rules
from patcher.workflows.request import Request


def status(root: Root = Path(), json: Json = False) -> Outcome:
    """One line for each copy under ROOT: release, layout, verdict, and the files that Node runs."""
    report = check_rules(Request(root))
    if json:
        print(as_json("status", [asdict(copy) for copy in report.copies], report.skipped))
    else:
        for copy in report.copies:
            print("\n".join([copy_line(copy), *file_lines(copy)]))
        for item in report.skipped:
            typer.echo(one_line(f"skipped {item.path}: {item.reason}"), err=True)
    verdicts = {copy.verdict for copy in report.copies}
    if not report.copies:
        code = ExitCode.REFUSED if report.skipped else ExitCode.NOTHING
        return Outcome(code, f"{shown(root)}: no copy of next found; install it first")
    if verdicts & {Verdict.MODIFIED, Verdict.UNKNOWN_RELEASE}:
        return Outcome(ExitCode.REFUSED, next(copy.reason for copy in report.copies if copy.reason))
    if Verdict.AFFECTED in verdicts:
        return Outcome(ExitCode.FINDINGS, "some copies are affected; run 'nextfix apply'")
    return Outcome(ExitCode.OK)
