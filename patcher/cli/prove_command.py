"""`nextfix prove`: the experiment; its subcommands run it on the user's own server, or many times."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from patcher.cli import prove_options as given
from patcher.cli.main import CommandResult
from patcher.cli.old_spellings import modern
from patcher.cli.prove_options import Reports
from patcher.cli.shared_options import with_options
from patcher.disk.presence import is_a_folder
from patcher.errors import ExitCode, NextfixError
from patcher.text.display import one_line
from patcher.text.nearest import did_you_mean

if TYPE_CHECKING:
    from patcher.prove.run_experiments import Axes, Outputs, Run

PIPE_WIDTH = 160
ALONE = "prove"


class ProveGroup(TyperGroup):
    """`prove` and its subcommands; what was an option of `prove` and chose among them is still understood."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse `args`, an old spelling in today's words.

        Raises:
            NextfixError: USAGE for an option that `nextfix prove` alone does not have.
        """
        try:
            return super().parse_args(ctx, modern(args, list(self.commands)))
        except Exception as error:
            raise _no_such_option(error, ALONE, self) from error

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The subcommand that `args` begins with.

        Raises:
            NextfixError: USAGE when there is none of that name, with the nearest.
        """
        if args[0] not in self.commands:
            hint = did_you_mean(args[0], list(self.commands), "see 'nextfix prove --help'")
            raise NextfixError(ExitCode.USAGE, f"prove has no subcommand {args[0]!r:.80}", hint=hint)
        return super().resolve_command(ctx, args)


class ProveCommand(TyperCommand):
    """A subcommand; an option that it does not have is explained by the one that has it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse `args`.

        Raises:
            NextfixError: USAGE for an option that the subcommand does not have.
        """
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            raise _no_such_option(error, f"prove {ctx.info_name}", ctx.parent.command) from error


def _no_such_option(error: Exception, command: str, group: Any) -> Exception:
    """`error`; for an unknown option one that says which subcommand has it."""
    name = getattr(error, "option_name", "") if type(error).__name__ == "NoSuchOption" else ""
    if not name:
        return error
    having = {ALONE: group} | {f"prove {each.name}": each for each in group.commands.values()}
    of = [words for words, each in having.items() if any(name in option.opts for option in each.params)]
    if not of and name.strip("-") in group.commands:  # what chose a subcommand before there were any
        of = [f"prove {name.strip('-')}"]
    if not of:
        reason, hint = f"no option {name!r:.80}", f"see 'nextfix {command} --help'"
    else:
        reason, hint = f"{name} makes no sense with 'nextfix {command}'", f"it belongs to 'nextfix {of[0]}'"
    return NextfixError(ExitCode.USAGE, reason, hint=hint)


prove = typer.Typer(
    cls=ProveGroup,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@prove.callback(invoke_without_command=True)
@with_options(Reports)
def experiment(
    reports: Reports,
    context: typer.Context,
    next: given.NextRelease = "",
    tracer: given.Tracer = "",
    node: given.NodeRelease = "",
    style: given.Style = given.STYLE,
    requests: given.Requests = given.REQUESTS,
    traffic: given.Traffic = given.TRAFFIC,
    no_prepare: given.NoPrepare = False,
    together: given.Together = False,
    app_router: given.AppRouter = False,
    everything: given.Everything = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only the original and all rules, not the server rules alone.")
    ] = False,
    also: given.Also = None,
    no_growth: given.NoGrowth = False,
) -> CommandResult | None:
    """Run a real server before and after apply, and count retained requests.

    Without a subcommand: on a small Next.js app that is installed and built in a temporary folder.
    """
    if context.invoked_subcommand is not None:
        _refuse_before(context)
        return None
    from patcher.prove import run_experiments as workflow

    _check_styles([style])
    spec = workflow.Spec(
        next or workflow.Spec.next, tracer, node, style, requests, not no_prepare, traffic, together, quick,
        app_router=app_router, everything=everything, growth=not no_growth, also=tuple(also or ()),
    )  # fmt: skip
    return _run(workflow.one(spec), reports)


@prove.command("app", cls=ProveCommand)
@with_options(Reports)
def own_app(
    reports: Reports,
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Your own server's folder, installed and built; a copy is run."),
    ],
    start: Annotated[str, typer.Option(help="The command that starts it, on $PORT or {port}.")] = "",
    url: Annotated[
        list[str] | None,
        typer.Option(help="What to ask for, such as /path; again for more.", show_default="/"),
    ] = None,
    node: given.NodeRelease = "",
    style: given.Style = given.STYLE,
    requests: given.Requests = given.REQUESTS,
    traffic: given.Traffic = given.TRAFFIC,
    also: given.Also = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Note where each kept promise, timer and handle was made.")
    ] = False,
    no_growth: given.NoGrowth = False,
) -> CommandResult:
    """The experiment on your own server, in copies of its folder."""
    from patcher.prove import run_experiments as workflow

    _check_styles([style])
    app = workflow.OwnApp(
        folder, start, tuple(url or ("/",)), node, style, requests, traffic, not no_growth, probe,
        tuple(also or ()),
    )  # fmt: skip
    return _run(workflow.own(app), reports)


@prove.command("matrix", cls=ProveCommand)
@with_options(Reports)
def matrix(
    reports: Reports,
    next: given.NextReleases = "",
    tracer: given.Tracers = "",
    node: given.NodeReleases = "",
    style: given.Styles = given.STYLE,
    requests: given.Requests = given.REQUESTS,
    traffic: given.Traffics = given.TRAFFIC,
    no_prepare: given.NoPrepare = False,
    together: given.Together = False,
    app_router: given.AppRouter = False,
    everything: given.Everything = False,
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="JSON with what each cell measured: cells that it has are not measured again, others are added "
            "one by one. A README.md beside it gets the table.",
        ),
    ] = None,
) -> CommandResult:
    """Every combination of --next, --tracer, --node, --style and --traffic."""
    from patcher.prove import run_experiments as workflow

    _check_styles(given.listed(style))
    spec = workflow.Spec(
        requests=requests, prepare=not no_prepare, together=together,
        app_router=app_router or everything, everything=everything,
    )  # fmt: skip
    axes = _axes(workflow.default_axes(spec), next, tracer, node, style, traffic)
    if table is None:
        return _run(workflow.matrix(spec, axes), reports)
    return _filled(workflow.Table(table, spec, axes), reports)


@prove.command("cost", cls=ProveCommand)
@with_options(Reports)
def cost(
    reports: Reports,
    next: given.NextRelease = "",
    tracer: given.Tracer = "",
    node: given.NodeRelease = "",
) -> CommandResult:
    """Only what the rewrite costs in each style: servers built by 20 cold requests, and speed."""
    from patcher.prove import run_experiments as workflow

    spec = workflow.Spec(next or workflow.Spec.next, tracer, node, cost=True)
    return _run(workflow.one(spec), reports)


@prove.command("probe", cls=ProveCommand)
def probe(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The program to write, such as probe.cjs.")],
) -> CommandResult:
    """Write a program for node --require that notes where each thing of a request is made."""
    from patcher.cli.probe_file import write

    return write(file)


def _refuse_before(context: typer.Context) -> None:
    """Refuse an option that stands before the subcommand, where it would do nothing."""
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if source is not None and source.name == "COMMANDLINE":
            raise NextfixError(
                ExitCode.USAGE,
                f"{option.opts[0]} stands before {context.invoked_subcommand!r}",
                hint=f"write it after: nextfix prove {context.invoked_subcommand} {option.opts[0]} ...",
            )


def _filled(table: Any, reports: Reports) -> CommandResult:
    """Measure what a table does not have yet, then say what it has."""
    missing = table.missing()
    if not missing:
        table.write()
        print(f"every cell of {one_line(str(table.path))} is measured")
        return CommandResult(ExitCode.OK)
    return _run(table.run(missing), reports)


def _run(run: "Run", reports: Reports) -> CommandResult:
    from patcher.prove.report.text_tables import print_results
    from patcher.prove.run_experiments import judged
    from patcher.prove.run_experiments import prove as measure
    from patcher.report.progress import shown_steps
    from patcher.report.terminal import console as console_on

    outputs = _outputs(reports)
    try:
        with shown_steps() as listener:
            results, folder = measure(run, outputs, listener, keep=reports.keep)
    except KeyboardInterrupt:
        reason = (
            "interrupted: the servers were ended and their folder removed; nothing of your app was changed"
        )
        return CommandResult(ExitCode.INTERRUPTED, reason)
    console = console_on(sys.stdout, pipe_width=PIPE_WIDTH)
    print_results(results, console)
    written = [str(path) for path in (outputs.json, outputs.html) if path is not None]
    console.print(f"written: {one_line(', '.join(written))}" if written else "", markup=False)
    if reports.keep:
        console.print(f"kept: {folder}", markup=False)
    return CommandResult(*judged(results))


def _outputs(reports: Reports) -> "Outputs":
    """Where the reports go.

    Raises:
        NextfixError: FILES when their folder is missing.
    """
    from patcher.prove.run_experiments import Outputs

    folder = reports.output
    if not is_a_folder(folder):
        raise NextfixError(
            ExitCode.FILES, "no such folder", path=folder, hint="make it, or leave --output out"
        )
    return Outputs(
        folder / reports.json if reports.json else None, folder / reports.html if reports.html else None
    )


def _axes(default: "Axes", next: str, tracer: str, node: str, style: str, traffic: str) -> "Axes":
    """What a matrix combines; releases, tracers and Node.js that are not named are the README's."""
    from patcher.prove import run_experiments as workflow

    return workflow.Axes(
        given.listed(next) or default.next,
        given.listed(tracer) or default.tracer,
        given.listed(node) or default.node,
        given.listed(style),
        list(workflow.TRAFFIC) if traffic == "all" else given.listed(traffic),
    )


def _check_styles(styles: list[str]) -> None:
    from patcher.rule import STYLES

    for style in styles:
        if style not in STYLES:
            raise NextfixError(ExitCode.USAGE, f"no style {style!r}", hint=f"choose from {', '.join(STYLES)}")
