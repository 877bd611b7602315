"""`nextfix heap`: count retained requests in a V8 heap snapshot and name the slot."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from patcher.cli.main import CommandResult
from patcher.errors import ExitCode, NextfixError

if TYPE_CHECKING:
    from patcher.heap import HeapReport, SnapshotComparison


class HeapFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def heap(
    file: Path | None = typer.Argument(None, help="A heap snapshot.", show_default=False),
    second: Path | None = typer.Argument(
        None, help="A later one: what came and what stayed.", show_default=False
    ),
    class_name: str | None = typer.Option(
        None,
        "--class",
        metavar="NAME",
        show_default=False,
        help="Count this class, subclasses included; default: requests and what tracers keep of them.",
    ),
    inspect: str = typer.Option(
        "", metavar="HOST:PORT", help="Take the snapshot from a running node --inspect, after collection."
    ),
    probe: Path | None = typer.Option(
        None,
        metavar="FILE",
        show_default=False,
        help="Write a program for node --require that notes where each thing of a request is made.",
    ),
    format: HeapFormat = typer.Option(HeapFormat.TEXT, help="How the result is written."),
    output: Path | None = typer.Option(None, help="Write the result to a file.", show_default=False),
) -> CommandResult:
    """Count what is retained of requests in a V8 heap snapshot and name the slot that keeps it.

    Counted are requests of Node (http.IncomingMessage), of the web and of frameworks, the spans, scopes and
    transactions of tracers, and stores of an AsyncLocalStorage. Exit code 1 when anything is alive, 0 when nothing
    is, 3 when the heap has none of the classes.
    """
    if probe is not None:
        return _write_probe(probe, file, inspect)
    if class_name == "":
        raise NextfixError(ExitCode.USAGE, "--class needs a name")
    result = _result(file, second, class_name or "", inspect)
    _write(_rendered(result, format), output)
    return _outcome(result)


def _write_probe(path: Path, file: Path | None, inspect: str) -> CommandResult:
    from patcher.cli.probe_file import write

    if file is not None or inspect:
        raise NextfixError(ExitCode.USAGE, "--probe FILE only writes the probe", hint="give it alone")
    return write(path)


def _outcome(result: "HeapReport | SnapshotComparison") -> CommandResult:
    from patcher.heap import SnapshotComparison
    from patcher.report.heap.heap_words import alive_words

    last = result.after if isinstance(result, SnapshotComparison) else result
    if not last.known:
        wanted = f"no class {last.class_name}" if last.class_name else "no class that stands for a request"
        return CommandResult(ExitCode.NOTHING, f"the heap has {wanted}; is it a server's?")
    if not last.count:
        return CommandResult(ExitCode.OK)
    rules = sorted({group.rule for group in last.groups if group.rule})
    advice = f"; nextfix apply --rule {rules[0]}" if len(rules) == 1 else "; nextfix apply" if rules else ""
    return CommandResult(ExitCode.FINDINGS, f"{alive_words(last)}{advice}")


def _result(
    file: Path | None, second: Path | None, class_name: str, inspect: str
) -> "HeapReport | SnapshotComparison":
    from patcher.heap import take as workflow
    from patcher.heap.blame.known_slots import held_slots

    if inspect and file is not None:
        raise NextfixError(ExitCode.USAGE, "give a FILE or --inspect, not both")
    if file is not None:
        return workflow.look(file, second, class_name, held_slots())
    if not inspect:
        raise NextfixError(ExitCode.USAGE, "no snapshot given", hint="give a FILE or --inspect HOST:PORT")
    from patcher.report.progress import progress

    with progress("heap snapshot") as advance:
        return workflow.inspect(inspect, class_name, advance, held_slots())


def _rendered(result: "HeapReport | SnapshotComparison", format: HeapFormat) -> str:
    if format is HeapFormat.JSON:
        from patcher.report.heap import heap_json

        return heap_json.render(result)
    if format is HeapFormat.HTML:
        from patcher.report.heap import heap_html

        return heap_html.render(result)
    from patcher.report.heap import heap_text

    return heap_text.render(result)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    from patcher.disk.write import write_file

    write_file(output, text.encode())
