"""The options that several subcommands of `nextfix prove` share, each written once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

STYLE = "documented"
TRAFFIC = "keep-alive"
REQUESTS = 20
_TRAFFICS = "keep-alive, one-shot, keep-alive-concurrent or one-shot-concurrent"

NextRelease = Annotated[str, typer.Option("--next", help="Release of next, such as 14.2.35.")]
NextReleases = Annotated[
    str, typer.Option("--next", help="Releases of next: 13.0.7,14.2.35; default: the README's.")
]
Tracer = Annotated[
    str,
    typer.Option(
        help="dd-trace@VERSION (default: of that time), opentelemetry, opentelemetry@2, sentry@11, als or none."
    ),
]
Tracers = Annotated[
    str, typer.Option("--tracer", help="Tracers: dd-trace,als,opentelemetry@2; default: the README's.")
]
NodeRelease = Annotated[
    str, typer.Option("--node", help="Release of Node.js, such as 22, from npm; default: the PATH's.")
]
NodeReleases = Annotated[
    str, typer.Option("--node", help="Releases of Node.js: 20,22,24; default: the README's.")
]
Style = Annotated[str, typer.Option(help="Style: documented or single-flight.")]
Styles = Annotated[str, typer.Option("--style", help="Styles: documented,single-flight.")]
Requests = Annotated[int, typer.Option(min=1, max=10_000, help="Requests to each page.")]
Traffic = Annotated[str, typer.Option(help=f"{_TRAFFICS}.")]
Traffics = Annotated[str, typer.Option("--traffic", help=f"{_TRAFFICS}: several, or all.")]
NoPrepare = Annotated[bool, typer.Option("--no-prepare", help="Listen without awaiting app.prepare().")]
Together = Annotated[bool, typer.Option("--together", help="One server for all pages, not one for each.")]
AppRouter = Annotated[
    bool,
    typer.Option("--app-router", help="Also pages and a route handler of the app router (from next 14 on)."),
]
Everything = Annotated[
    bool,
    typer.Option(
        "--everything",
        help="What else Next.js serves (from 14 on): --app-router, server actions, middleware, images, pages made "
        "anew, streams, after(), errors, and clients that leave.",
    ),
]
NoGrowth = Annotated[
    bool,
    typer.Option("--no-growth", help="Do not ask three times as often to see which keeper grows."),
]
Also = Annotated[
    list[str] | None,
    typer.Option(
        "--also",
        metavar="STATE",
        show_default=False,
        help="Measure one more state of the packages: detached (the rules' packages in style detached) or deps "
        "(apply --scope rules,deps); may be repeated.",
    ),
]


@dataclass(frozen=True, slots=True)
class Reports:
    """Where an experiment leaves what it measured."""

    json: Annotated[str, typer.Option(help="File for the results; empty for none.")] = "nextfix-prove.json"
    html: Annotated[str, typer.Option(help="File for the report; empty for none.")] = "nextfix-prove.html"
    output: Annotated[Path, typer.Option(help="Folder for both files.")] = Path()
    keep: Annotated[bool, typer.Option("--keep", help="Leave the temporary folder for inspection.")] = False


def listed(text: str) -> list[str]:
    """`a,b` as its parts."""
    return [part.strip() for part in text.split(",") if part.strip()]
