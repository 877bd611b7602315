"""nextfix check."""

from pathlib import Path

from patcher.cli.main import Outcome
from patcher.cli.options import Root
from patcher.errors import ExitCode
from patcher.text.display import one_line
from patcher.workflows.check import check_rules
from patcher.workflows.request import Request


def check(root: Root = Path()) -> Outcome:
    """Find sites that keep finished requests alive."""
    report = check_rules(Request(root))
    for found in report.findings:
        print(one_line(f"{found.path}:{found.line}:{found.column}: {found.severity} {found.rule} {found.message}"))
    if not report.copies:
        return Outcome(ExitCode.NOTHING, f"{root}: no copy of next found; install it first")
    return Outcome(ExitCode.FINDINGS, f"{len(report.findings)} findings") if report.findings else Outcome(ExitCode.OK)
