"""What a terminal is shown and nothing else is: colour, its width, and lines that move."""

import os
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 100  # cells of a line that goes to a file or a program

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "good": "1;32",
    "bold": "1",
    "gutter": "34",
    "hunk": "36",
    "added": "32",
    "removed": "31",
}


class Palette:
    """Wraps text in the escape sequences of a role, or leaves it as it is.

    Args:
        on: whether to colour at all.
    """

    def __init__(self, on: bool) -> None:
        self.on = on

    def paint(self, role: str, text: str) -> str:
        """`text` in the colour of `role`, one of the keys of _CODES."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.on and text else text


def wants_colour(stream: TextIO) -> bool:
    """Whether `stream` is to be coloured: a terminal that can, unless NO_COLOR is set; or FORCE_COLOR is.

    See https://no-color.org and https://force-color.org: either counts when it is set and not empty.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return moves(stream)


def moves(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that can go back and draw over what it shows."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def terminal_width(pipe_width: int = PIPE_WIDTH) -> int:
    """The width of standard output in cells; `pipe_width` when it is not a terminal."""
    return shutil.get_terminal_size((pipe_width, 24)).columns if sys.stdout.isatty() else pipe_width


def console(stream: TextIO, pipe_width: int = PIPE_WIDTH) -> "Console":
    """A console of rich on `stream` that obeys the same variables as all that nextfix prints.

    Args:
        stream: standard output or standard error.
        pipe_width: the width in cells when standard output is not a terminal.
    """
    from rich.console import Console

    return Console(
        file=stream,
        highlight=False,
        no_color=not wants_colour(stream),
        force_terminal=moves(stream),
        width=terminal_width(pipe_width) if stream is sys.stdout else None,
    )
