"""nextfix check."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patcher.cli.main import CommandResult
from patcher.errors import ExitCode, NextfixError, gravest
from patcher.model import Report, Severity
from patcher.report.findings.outputs import ReportFormat, parse_outputs
from patcher.report.findings.summary import counted
from patcher.text.display import one_line

if TYPE_CHECKING:
    from patcher.check.run import Wanted

_LIMIT = "The severity from which a finding fails: error, warning (default) or note."


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders; by default this folder.", metavar="[PATH]..."),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="rules, source, deps or all; default rules,source.", metavar="SCOPE"),
    ] = None,
    format: Annotated[
        ReportFormat | None, typer.Option("--format", "-f", help="How the report is written; default text.")
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            help="A report in a file; '-' is standard output. The suffix or a prefix (sarif:FILE) names the "
            "format. May be repeated.",
            metavar="[FORMAT:]FILE",
        ),
    ] = None,
    fail_on: Annotated[
        Severity | None, typer.Option("--fail-on", help=_LIMIT, show_choices=False, metavar="SEVERITY")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Accept the findings in FILE.", metavar="FILE")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Write today's findings to the baseline.")
    ] = False,
    applied: Annotated[
        bool,
        typer.Option(
            "--applied", help="Fail unless every affected copy is rewritten, whatever is accepted or ignored."
        ),
    ] = False,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Rewrite what can be rewritten safely in your own source, never in node_modules. What is ignored "
            "inline, accepted by the baseline or off is left alone.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --fix: print the unified diff, write nothing.")
    ] = False,
    style: Annotated[
        str | None,
        typer.Option(
            "--style",
            help="With --fix: single-flight (default), in which concurrent first callers share one promise, or "
            "documented, in which each makes its own.",
            metavar="STYLE",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Read FILE instead of looking for a configuration.", metavar="FILE"),
    ] = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough",
            help="Read what no server runs too: in node_modules, tests, build tools, and builds for browsers and for "
            "development.",
        ),
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Analyse every file, also those unchanged since the last run.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="One line a package with its counts, and what to do about it.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="One line a finding, no summary, no progress.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="All copies, files, notes and skipped files in full.")
    ] = False,
) -> CommandResult:
    """Find sites that keep finished requests alive.

    Looks at installed packages that a rule names and at your own source; --scope all looks at every file of
    node_modules too. --fix rewrites your own source where that is safe, and says why where it is not; a failure
    is then no longer remembered, the next call tries again.
    """
    fixing = _fixing(fix, dry_run, style, update_baseline, bool(output or format))
    if quiet and verbose:
        raise NextfixError(
            ExitCode.USAGE, "--quiet and --verbose exclude each other", hint="give one of them"
        )
    if summary and (quiet or verbose or fix or update_baseline):
        raise NextfixError(
            ExitCode.USAGE, "--summary is a report of its own", hint="leave --quiet, --verbose and --fix out"
        )
    outputs = parse_outputs(format, output or ())
    from patcher.check.known_rules import all_rules
    from patcher.check.policy import ending
    from patcher.check.run import accept, survey, wanted
    from patcher.check.same_function import one_a_function
    from patcher.report.findings.emit import emit
    from patcher.report.findings.render import Presentation
    from patcher.report.progress import progress

    asked = wanted(paths, scope, fail_on, baseline, config, cached=not no_cache, thorough=thorough)
    chosen = _style(style, asked) if fix else ""
    with progress("checking", wanted=not quiet) as advance:
        if update_baseline:
            count = accept(asked, advance)
        else:
            report = survey(asked, advance)
    if update_baseline:
        print(f"{asked.baseline}: {counted(count, 'finding')} accepted")
        return CommandResult(ExitCode.OK)
    if fixing is _Fixing.SHOWN:
        return _shown(report, chosen, asked.fail_on)
    failure = None
    if fixing is _Fixing.WRITTEN:
        from patcher.check.fix_findings import fix_report

        report, failure = fix_report(report, chosen, lambda: survey(asked, lambda *_: None))
    elif any(output.format in (ReportFormat.JSON, ReportFormat.SARIF) for output in outputs):
        report = _with_fixes(report, asked)
    report = one_a_function(report)
    emit(report, outputs, Presentation(all_rules(), asked.fail_on, quiet, verbose, summary=summary))
    if failure is not None:
        return CommandResult(failure.code, str(failure))
    return CommandResult(*ending(report, asked.fail_on, applied=applied))


def _style(style: str | None, asked: "Wanted") -> str:
    from patcher.check.fix_findings import style_of

    return style_of(style, asked.config)


def _with_fixes(report: Report, asked: "Wanted") -> Report:
    """`report` with what --fix could do said of each finding; only then is the code of --fix loaded."""
    from patcher.check.fix_findings import with_fixes

    own = any(finding.package is None for finding in report.findings)
    return with_fixes(report, _style(None, asked)) if own else report


class _Fixing(Enum):
    """What `--fix` and `--dry-run` ask for together."""

    NOT = "not"
    SHOWN = "shown"
    WRITTEN = "written"


def _fixing(fix: bool, dry_run: bool, style: str | None, update: bool, reported: bool) -> _Fixing:
    for name, given in (("--dry-run", dry_run), ("--style", style is not None)):
        if given and not fix:
            raise NextfixError(ExitCode.USAGE, f"{name} belongs to --fix", hint=f"write --fix {name}")
    if fix and update:
        raise NextfixError(ExitCode.USAGE, "--fix and --update-baseline exclude each other", hint="fix first")
    if dry_run and reported:
        raise NextfixError(
            ExitCode.USAGE, "--dry-run prints a diff, no report", hint="leave --format and --output out"
        )
    return _Fixing.SHOWN if dry_run else _Fixing.WRITTEN if fix else _Fixing.NOT


def _shown(report: Report, style: str, fail_on: Severity) -> CommandResult:
    """Print what --fix would write on standard output, and what it would leave on standard error."""
    from patcher.check.fix_findings import plan_fixes, refusals
    from patcher.check.policy import ending
    from patcher.report.findings.emit import show_patch
    from patcher.report.findings.summary import reached

    fixes = plan_fixes(report, style)
    for line in refusals(fixes):
        typer.echo(one_line(line), err=True)
    changed = [fix for fix in fixes if fix.old != fix.new]
    for fix in changed:
        show_patch(fix.path, fix.diff.patch)
    pending = ""
    if changed:
        count = sum(len(fix.fixed) for fix in changed)
        would = f"{counted(count, 'finding')} in {counted(len(changed), 'file')} would be fixed"
        pending = f"{would}; drop --dry-run to write"
    elif left := reached(report.findings, fail_on):
        pending = f"nothing to fix safely; {counted(len(left), 'finding')} left"
    failed = [fix.error for fix in fixes if fix.error is not None]
    code, reason = gravest(failed) if failed else ending(report, fail_on)
    if code > ExitCode.NOTHING:
        return CommandResult(code, "; ".join(filter(None, (pending, reason))))
    return CommandResult(ExitCode.FINDINGS, pending) if pending else CommandResult(code, reason)
