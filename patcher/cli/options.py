"""Options that several commands share, each written once."""

from pathlib import Path
from typing import Annotated

import typer

Root = Annotated[Path, typer.Argument(help="The project, or one package directory.", show_default=False)]
Style = Annotated[
    str | None,
    typer.Option(
        "--style",
        help="documented (default), single-flight or detached; a rewritten copy keeps its own.",
        metavar="STYLE",
    ),
]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rule", help="Only this rule, also where it is but a note; may be repeated.", metavar="ID"
    ),
]
CertifiedOnly = Annotated[
    bool, typer.Option("--certified-only", help="Refuse releases that the ledger does not hold.")
]
AllowModified = Annotated[
    bool,
    typer.Option(
        "--allow-modified", help="Also rewrite files that differ from the published ones, by structure."
    ),
]
Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        help="rules (default): what rules know; deps: what check finds in other packages, made in the root (style "
        "detached); rules,deps: both.",
        metavar="SCOPE",
        show_default=False,
    ),
]
Packages = Annotated[
    list[str] | None,
    typer.Option("--package", help="With --scope deps: only this package; may be repeated.", metavar="NAME"),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Everything = Annotated[
    bool,
    typer.Option(
        "--all", help="Also the rules that make no difference on the Node that the project declares."
    ),
]
