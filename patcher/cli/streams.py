"""Standard output and standard error that end no run: closed, full, or read by somebody who has gone away.

A command that is half done when its output cannot be written would leave half of its work, and its exit code would say
something else than what it found. So what cannot be written is dropped, the command goes on, and `lost` says afterwards
why standard output is not whole.
"""

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

_lost: list[str] = []


class _Lenient(io.FileIO):
    """A descriptor; after the first failure to write, all that follows is dropped."""

    def __init__(self, handle: int, losses: list[str] | None) -> None:
        super().__init__(handle, "w", closefd=False)
        self._losses = losses
        self._failed = False

    def write(self, data: "Buffer", /) -> int:
        """Write `data`, or drop it."""
        if not self._failed:
            try:
                return super().write(data)
            except OSError as error:
                self._failed = True
                # A reader that has gone away (`| head`) has what it wanted.
                if self._losses is not None and error.errno != errno.EPIPE:
                    self._losses.append(error.strerror or str(error))
        return memoryview(data).nbytes


def make_lenient() -> None:
    """Replace `sys.stdout` and `sys.stderr`; descriptors that are closed lead to the null device from now on.

    Streams that somebody has put in their places, who wants to see what is printed, stay.
    """
    for handle in range(3):
        try:
            os.fstat(handle)
        except OSError:
            # The lowest number that is free; otherwise the next file that is opened would be standard output.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _lenient(sys.stdout, 1, _lost)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _lenient(sys.stderr, 2, None)


def lost() -> str:
    """Why part of standard output could not be written; empty when all of it was."""
    return _lost[0] if _lost else ""


def flush() -> None:
    """Write what is held back of both streams."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _lenient(stream: TextIO | None, handle: int, losses: list[str] | None) -> TextIO:
    if stream is not None:
        stream.flush()
    encoding = getattr(stream, "encoding", None) or "utf-8"
    errors = getattr(stream, "errors", None) or "strict"
    raw = _Lenient(handle, losses)
    # A character that the encoding lacks is shown by its escape; what came as other bytes goes out as these.
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=encoding,
        errors="backslashreplace" if errors == "strict" else errors,
        line_buffering=handle == 2 or raw.isatty(),
    )
