"""`nextfix prove`: the experiment, on the app that nextfix makes or on the user's own server."""

from pathlib import Path

import typer

from patcher.cli.main import Outcome
from patcher.errors import ExitCode, NextfixError


def prove(
    next: str = typer.Option("", help="Release of next, such as 13.0.7; several with --matrix: 13.0.7,14.2.35."),
    tracer: str = typer.Option("", help="dd-trace@VERSION (default: of next's time), als, opentelemetry, none."),
    node: str = typer.Option("", help="Release of Node.js, such as 18, from npm; default: the one on the PATH."),
    style: str = typer.Option("documented", help="How the rewrites are written: documented or single-flight."),
    requests: int = typer.Option(20, min=1, max=10_000, help="Requests to each page."),
    traffic: str = typer.Option(
        "keep-alive", help="keep-alive, one-shot, keep-alive-concurrent or one-shot-concurrent."
    ),
    no_prepare: bool = typer.Option(False, "--no-prepare", help="Do not await app.prepare() before listening."),
    together: bool = typer.Option(False, "--together", help="One server for all pages, not one for each."),
    matrix: bool = typer.Option(
        False, "--matrix", help="Every combination of --next, --tracer and --node; without them the README's."
    ),
    app: Path = typer.Option(None, help="Your own server's folder, installed and built; a copy of it is run."),
    start: str = typer.Option("", help="With --app: the command that starts it; it listens on $PORT or {port}."),
    url: list[str] = typer.Option([], help="With --app: what to ask for, such as /path; again for more."),
    json: str = typer.Option("nextfix-prove.json", help="File for the results; empty for none."),
    html: str = typer.Option("nextfix-prove.html", help="File for the report; empty for none."),
    output: Path = typer.Option(Path(), help="Folder for both files."),
    keep: bool = typer.Option(False, "--keep", help="Leave the temporary folder for inspection."),
) -> Outcome:
    """Run a real server before and after apply, and count retained requests."""
    from patcher.cli.prove_progress import shown_progress
    from patcher.report.prove_text import print_results
    from patcher.rule import STYLES
    from patcher.workflows import prove as workflow

    if style not in STYLES:
        raise NextfixError(ExitCode.USAGE, f"no style {style!r}", hint=f"choose from {', '.join(STYLES)}")
    return Outcome(ExitCode.OK)
