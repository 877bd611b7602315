"""The steps of a long command on stderr: a live bar on a terminal, a line each elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from patcher.text.display import one_line


@contextmanager
def shown_steps() -> Iterator[Callable[[str, int, int], None]]:
    """While it is entered, the callable that it yields shows `(what, steps done, steps in all)`."""
    if sys.stderr.isatty():
        with _bar() as listener:
            yield listener
    else:
        began = time.monotonic()
        yield lambda what, done, total: print(
            f"{time.monotonic() - began:6.1f} s  {done + 1}/{total}  {one_line(what)}",
            file=sys.stderr,
            flush=True,
        )


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (SpinnerColumn(), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.description}"))  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda what, done, total: progress.update(
            task, description=escape(one_line(what)), completed=done, total=total
        )
