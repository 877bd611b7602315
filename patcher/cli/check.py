"""nextfix check."""

from pathlib import Path
from typing import Annotated

import typer

from patcher.cli.main import Outcome
from patcher.errors import ExitCode, NextfixError
from patcher.model import Severity
from patcher.report.outputs import Format, parse_outputs
from patcher.report.summary import counted

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
        Format | None, typer.Option("--format", "-f", help="How the report is written; default text.")
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            help="A report in a file; '-' is standard output. The suffix or a prefix (sarif:FILE) tells the "
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
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="One line a finding, no summary, no progress.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="All copies, files, notes and skipped files in full.")
    ] = False,
) -> Outcome:
    """Find sites that keep finished requests alive.

    Looks at installed packages that a rule names and at your own source; --scope all looks at every file of
    node_modules too.
    """
    if quiet and verbose:
        raise NextfixError(
            ExitCode.USAGE, "--quiet and --verbose exclude each other", hint="give one of them"
        )
    outputs = parse_outputs(format, output or ())
    from patcher.report.emit import emit
    from patcher.report.progress import progress
    from patcher.report.render import Presentation
    from patcher.workflows.judge import ending
    from patcher.workflows.known import all_rules
    from patcher.workflows.survey import accept, survey, wanted

    asked = wanted(paths, scope, fail_on, baseline, config, cached=not no_cache, thorough=thorough)
    with progress("checking", wanted=not quiet) as advance:
        if update_baseline:
            count = accept(asked, advance)
        else:
            report = survey(asked, advance)
    if update_baseline:
        print(f"{asked.baseline}: {counted(count, 'finding')} accepted")
        return Outcome(ExitCode.OK)
    emit(report, outputs, Presentation(all_rules(), asked.fail_on, quiet, verbose))
    return Outcome(*ending(report, asked.fail_on, applied=applied))
