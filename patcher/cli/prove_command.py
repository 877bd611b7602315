"""`nextfix prove`: the experiment, on the app that nextfix makes or on the user's own server."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from patcher.cli.main import Outcome
from patcher.errors import ExitCode, NextfixError
from patcher.text.display import one_line

if TYPE_CHECKING:
    from patcher.prove.run_experiments import Axes, Outputs, Run

PIPE_WIDTH = 160


def prove(
    next: str = typer.Option(
        "", help="Release of next, such as 13.0.7; with --matrix several: 13.0.7,14.2.35."
    ),
    tracer: str = typer.Option(
        "", help="dd-trace@VERSION (default: of that time), als, opentelemetry or none."
    ),
    node: str = typer.Option("", help="Release of Node.js, such as 18, from npm; default: the PATH's."),
    style: str = typer.Option(
        "documented", help="Style: documented or single-flight; with --matrix several."
    ),
    requests: int = typer.Option(20, min=1, max=10_000, help="Requests to each page."),
    traffic: str = typer.Option(
        "keep-alive",
        help="keep-alive, one-shot, keep-alive-concurrent or one-shot-concurrent; with --matrix several, or all.",
    ),
    no_prepare: bool = typer.Option(False, "--no-prepare", help="Listen without awaiting app.prepare()."),
    together: bool = typer.Option(False, "--together", help="One server for all pages, not one for each."),
    quick: bool = typer.Option(
        False, "--quick", help="Only the original and all rules, not the server rules alone."
    ),
    cost: bool = typer.Option(
        False, "--cost", help="Only the cost of each style: servers built by 20 cold requests, and speed."
    ),
    matrix: bool = typer.Option(
        False, "--matrix", help="Every combination of --next, --tracer, --node, --style and --traffic."
    ),
    app: Path = typer.Option(None, help="Your own server's folder, installed and built; a copy is run."),
    start: str = typer.Option("", help="With --app: the command that starts it, on $PORT or {port}."),
    url: list[str] = typer.Option([], help="With --app: what to ask for, such as /path; again for more."),
    probe: bool = typer.Option(
        False, "--probe", help="With --app: note where each kept promise, timer and handle was made."
    ),
    no_growth: bool = typer.Option(
        False, "--no-growth", help="With --app: do not ask three times as often to see which keeper grows."
    ),
    json: str = typer.Option("nextfix-prove.json", help="File for the results; empty for none."),
    html: str = typer.Option("nextfix-prove.html", help="File for the report; empty for none."),
    output: Path = typer.Option(Path(), help="Folder for both files."),
    keep: bool = typer.Option(False, "--keep", help="Leave the temporary folder for inspection."),
) -> Outcome:
    """Run a real server before and after apply, and count retained requests."""
    from patcher.prove import run_experiments as workflow

    _check_styles(_listed(style) if matrix else [style])
    _refuse_mixed(
        app is not None,
        own={"--start": start, "--url": url, "--probe": probe, "--no-growth": no_growth},
        made={
            "--next": next, "--tracer": tracer, "--no-prepare": no_prepare, "--together": together,
            "--quick": quick, "--cost": cost, "--matrix": matrix,
        },
    )  # fmt: skip
    if cost:
        _refuse_with_cost(
            {
                "--quick": quick, "--matrix": matrix, "--together": together, "--no-prepare": no_prepare,
                "--style": style != workflow.Spec.style,
                "--requests": requests != workflow.Spec.requests,
                "--traffic": traffic != workflow.Spec.traffic,
            }
        )  # fmt: skip
    if app is not None:
        urls = tuple(url) or ("/",)
        run = workflow.own(
            workflow.OwnApp(app, start, urls, node, style, requests, traffic, not no_growth, probe)
        )
    else:
        spec = workflow.Spec(next or workflow.Spec.next, tracer, node, style, requests, not no_prepare,
                             traffic, together, quick, cost)  # fmt: skip
        run = (
            workflow.matrix(spec, _axes(next, tracer, node, style, traffic)) if matrix else workflow.one(spec)
        )
    if not output.is_dir():
        raise NextfixError(
            ExitCode.FILES, "no such folder", path=output, hint="make it, or leave --output out"
        )
    outputs = workflow.Outputs(_placed(output, json), _placed(output, html))
    return _run(run, outputs, keep)


def _run(run: "Run", outputs: "Outputs", keep: bool) -> Outcome:
    from patcher.prove.report.text_tables import print_results
    from patcher.prove.run_experiments import judged, prove
    from patcher.report.progress import shown_steps
    from patcher.report.terminal import console as console_on

    try:
        with shown_steps() as listener:
            results, folder = prove(run, outputs, listener, keep=keep)
    except KeyboardInterrupt:
        reason = (
            "interrupted: the servers were ended and their folder removed; nothing of your app was changed"
        )
        return Outcome(ExitCode.INTERRUPTED, reason)
    console = console_on(sys.stdout, pipe_width=PIPE_WIDTH)
    print_results(results, console)
    written = [str(path) for path in (outputs.json, outputs.html) if path is not None]
    console.print(f"written: {one_line(', '.join(written))}" if written else "", markup=False)
    if keep:
        console.print(f"kept: {folder}", markup=False)
    return Outcome(*judged(results))


def _axes(next: str, tracer: str, node: str, style: str, traffic: str) -> "Axes":
    """What a matrix combines; releases, tracers and Node.js that are not named are the README's."""
    from patcher.prove import run_experiments as workflow

    return workflow.Axes(
        _listed(next) or workflow.RELEASES,
        _listed(tracer) or workflow.TRACERS,
        _listed(node) or workflow.NODES,
        _listed(style),
        list(workflow.TRAFFIC) if traffic == "all" else _listed(traffic),
    )


def _check_styles(styles: list[str]) -> None:
    from patcher.rule import STYLES

    for style in styles:
        if style not in STYLES:
            raise NextfixError(ExitCode.USAGE, f"no style {style!r}", hint=f"choose from {', '.join(STYLES)}")


def _refuse_with_cost(others: dict[str, bool]) -> None:
    """Refuse what would do nothing beside --cost."""
    for name in [name for name, given in others.items() if given]:
        raise NextfixError(ExitCode.USAGE, f"{name} makes no sense with --cost")


def _listed(text: str) -> list[str]:
    """`a,b` as its parts."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _placed(folder: Path, name: str) -> Path | None:
    return folder / name if name else None


def _refuse_mixed(has_app: bool, own: dict[str, Any], made: dict[str, Any]) -> None:
    """Refuse options that would do nothing: those of the user's app without it, and the other way round."""
    for name in [name for name, value in (made if has_app else own).items() if value]:
        reason = "makes no sense with --app" if has_app else "needs --app"
        raise NextfixError(ExitCode.USAGE, f"{name} {reason}")
