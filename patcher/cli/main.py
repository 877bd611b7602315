"""Entry point: find the command's module, run it, turn every outcome into an exit code and a last line."""

import gc
import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import Any, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup

import patcher
from patcher.cli import streams
from patcher.cli.commands import COMMANDS
from patcher.errors import ExitCode, NextfixError
from patcher.text.display import one_line
from patcher.text.nearest import did_you_mean


class CommandResult(NamedTuple):
    """How a command ended: its exit code, and for any but 0 the reason, printed last on stderr."""

    code: ExitCode
    reason: str = ""


class LazyGroup(TyperGroup):
    """The group of COMMANDS; `nextfix --help` reads the table, a command imports its own module."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (the signature is the framework's)
        """The names of the commands, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, name: str) -> Any:  # noqa: ARG002
        """The command `name`.

        Raises:
            NextfixError: USAGE when there is none of that name, with the nearest.
        """
        if name not in COMMANDS:
            hint = did_you_mean(name, COMMANDS, "see 'nextfix --help'")
            raise NextfixError(ExitCode.USAGE, f"there is no command {name!r:.80}", hint=hint)
        function = getattr(import_module(f"patcher.cli.{name}_command"), name)
        if isinstance(function, typer.Typer):  # a command with subcommands of its own
            group = typer.main.get_command(function)
            group.name, group.short_help = name, COMMANDS[name]
            return group
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name, help=function.__doc__, short_help=COMMANDS[name])(function)
        return typer.main.get_command(single)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"nextfix {patcher.__version__}")
        raise typer.Exit


# Objects made between two searches for cycles: a run makes a million that live to its end, and is over soon.
_SELDOM = 100_000

app = typer.Typer(
    cls=LazyGroup,
    help="Finds and rewrites the promises and timers that keep finished requests alive.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    pass


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run nextfix and exit with its code; the reason for any code but 0 is the last line of stderr."""
    gc.set_threshold(_SELDOM)
    _heed_signals()
    streams.make_lenient()
    outcome = _run(sys.argv[1:] if arguments is None else arguments)
    streams.flush()
    if streams.lost() and outcome.code in (ExitCode.OK, ExitCode.FINDINGS):
        reason = f"standard output could not be written: {streams.lost()}; the rest of it is lost"
        outcome = CommandResult(ExitCode.FILES, reason)
    if outcome.reason:
        print(f"nextfix: {one_line(outcome.reason)}", file=sys.stderr)
        streams.flush()
    sys.exit(int(outcome.code))


def _heed_signals() -> None:
    """Let SIGTERM and SIGHUP end a run as Ctrl-C does: it cleans up behind itself and says so."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 (the signature is Python's)
    raise KeyboardInterrupt


_INTERRUPTED = CommandResult(ExitCode.INTERRUPTED, "interrupted; run the same command again")


def _run(arguments: list[str]) -> CommandResult:
    try:
        result = app(arguments, prog_name="nextfix", standalone_mode=False)
    except NextfixError as error:
        return CommandResult(error.code, str(error))
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except PermissionError as error:
        return CommandResult(
            ExitCode.FILES, f"{error.filename}: permission denied; run as the owner of that file"
        )
    except OSError as error:
        return CommandResult(ExitCode.FILES, f"{error.filename or 'file system'}: {error.strerror or error}")
    except Exception as error:
        return _usage(error) or _defect(error)
    if isinstance(result, CommandResult):
        return result
    if result == ExitCode.INTERRUPTED:  # what the option parser makes of Ctrl-C
        return _INTERRUPTED
    return CommandResult(ExitCode(result) if isinstance(result, int) else ExitCode.OK)


def _usage(error: Exception) -> CommandResult | None:
    """The outcome of a usage error or a requested stop of the option parser, None for any other error."""
    message = getattr(error, "format_message", None)
    if message is None:
        return None
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message())
        return CommandResult(ExitCode.USAGE, "no command given")
    command = getattr(getattr(error, "ctx", None), "command_path", None) or "nextfix"
    return CommandResult(ExitCode.USAGE, f"{message().rstrip('.')}; see '{command} --help'")


def _defect(error: Exception) -> CommandResult:
    """A defect of nextfix: never a traceback, unless NEXTFIX_DEBUG asks for it."""
    if os.environ.get("NEXTFIX_DEBUG"):
        import traceback

        traceback.print_exc()
    kind = type(error).__name__
    return CommandResult(
        ExitCode.DEFECT,
        f"defect of nextfix: {kind}: {error}; set NEXTFIX_DEBUG=1 for the traceback and report it",
    )
