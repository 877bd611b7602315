"""Which report goes where: `--format` and `--output` as a list of outputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from patcher.disk.presence import is_a_folder
from patcher.errors import ExitCode, NextfixError


class ReportFormat(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


_SUFFIXES = {
    ".txt": ReportFormat.TEXT,
    ".json": ReportFormat.JSON,
    ".sarif": ReportFormat.SARIF,
    ".xml": ReportFormat.JUNIT,
}


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write; `file` is None for standard output."""

    format: ReportFormat
    file: Path | None = None


def parse_outputs(format: ReportFormat | None, outputs: Sequence[str]) -> tuple[Output, ...]:
    """The outputs that `--format` and every `--output` ask for together.

    No `--output` means standard output. `-` is standard output too, in `format` (by default text). A file's
    format is its prefix (`sarif:report.out`); else `format`, when that file is the only output; else what
    its suffix says (.txt, .json, .sarif, .sarif.json, .xml for junit); else `format`.

    Args:
        format: the value of `--format`, None when it was not given.
        outputs: the values of `--output`, in order.

    Raises:
        NextfixError: USAGE for a file whose format is unknown, whose folder does not exist, or that is
            named twice: all reported before any work is done.
    """
    if not outputs:
        return (Output(format or ReportFormat.TEXT),)
    parsed = tuple(_parse(text, format, alone=len(outputs) == 1) for text in outputs)
    targets = [output.file for output in parsed]
    for output in parsed:
        if targets.count(output.file) > 1:
            name = "standard output" if output.file is None else str(output.file)
            raise NextfixError(
                ExitCode.USAGE, f"--output: {name} is named twice", hint="give each report its own file"
            )
        if output.file is not None and not is_a_folder(output.file.parent):
            raise NextfixError(
                ExitCode.USAGE, "--output: its folder does not exist", path=output.file, hint="make it first"
            )
    return parsed


def _parse(text: str, format: ReportFormat | None, *, alone: bool) -> Output:
    prefix, colon, rest = text.partition(":")
    named = ReportFormat(prefix) if colon and prefix in list(ReportFormat) else None
    target = rest if named else text
    if not target:
        raise NextfixError(
            ExitCode.USAGE, f"--output {text!r} names no file", hint="write FORMAT:FILE, FILE or -"
        )
    if target == "-":
        return Output(named or format or ReportFormat.TEXT)
    file = Path(target)
    chosen = named or (format if alone else None) or _suffix_format(file) or format
    if chosen is None:
        raise NextfixError(
            ExitCode.USAGE,
            "--output: no format is known for this suffix",
            path=target,
            hint=f"write FORMAT:{target} with one of {', '.join(ReportFormat)}",
        )
    return Output(chosen, file)


def _suffix_format(file: Path) -> ReportFormat | None:
    if file.name.lower().endswith(".sarif.json"):
        return ReportFormat.SARIF
    return _SUFFIXES.get(file.suffix.lower())
