"""Reports to their targets: files through the one writer, and standard output."""

import sys
from collections.abc import Sequence
from dataclasses import replace

from patcher.disk.write import write_output
from patcher.model import Report
from patcher.report.findings.outputs import Output
from patcher.report.findings.render import Presentation, render
from patcher.report.terminal import Palette, terminal_width, wants_colour
from patcher.text.display import one_line


def emit(report: Report, outputs: Sequence[Output], shown: Presentation) -> None:
    """Write `report` to each of `outputs`; files first, so that a closed pipe does not lose them.

    A file never has colour; standard output has it, and its width, when it is a terminal.

    Raises:
        NextfixError: FILES or REFUSED when a file cannot be written.
    """
    for output in outputs:
        if output.file is not None:
            text = render(report, output.format, replace(shown, colour=False))
            write_output(output.file, text.encode("utf-8", "backslashreplace"))
    for output in outputs:
        if output.file is None:
            here = replace(shown, colour=wants_colour(sys.stdout), width=terminal_width())
            print_text(render(report, output.format, here))


def print_text(text: str) -> None:
    """Print `text`; a character that the terminal's encoding lacks comes as its escape."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def show_patch(
    path: str, patch: bytes, *, stat: bool = False, color: bool | None = None, full: bool = False
) -> None:
    """Print the patch of one file: its bytes for a program, coloured and with long lines cut for a terminal.

    Args:
        path: the file, for `stat`.
        patch: a unified diff.
        stat: only count hunks and lines.
        color: whether to colour; None asks what standard output is, and NO_COLOR.
        full: cut no line on a terminal either.
    """
    from patcher.report.diff_text import counts, shown_diff

    colour = wants_colour(sys.stdout) if color is None else color
    if stat:
        hunks, added, removed = counts(patch)
        print(one_line(f"{path}: {hunks} hunks, +{added} -{removed} lines"))
    elif sys.stdout.isatty() or colour:
        whole = full or not sys.stdout.isatty()
        print(shown_diff(patch, Palette(colour), full=whole), end="")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(patch)
