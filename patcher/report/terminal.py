"""Colour for a terminal, and nothing for anything else."""

import os
from typing import TextIO

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "good": "1;32",
    "bold": "1",
    "gutter": "34",
}


class Palette:
    """Wraps text in the escape sequences of a role, or leaves it as it is.

    Args:
        on: whether to colour at all.
    """

    def __init__(self, on: bool) -> None:
        self.on = on

    def paint(self, role: str, text: str) -> str:
        """`text` in the colour of `role`: error, warning, note, good, bold or gutter."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.on and text else text


def wants_colour(stream: TextIO) -> bool:
    """Whether `stream` is to be coloured: a terminal that can, unless NO_COLOR is set; or FORCE_COLOR is.

    See https://no-color.org and https://force-color.org: either counts when it is set and not empty.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
