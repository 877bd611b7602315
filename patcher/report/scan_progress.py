"""How far a scan has come, shown on a terminal only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    pass


@contextmanager
def progress(task: str, *, wanted: bool = True) -> Iterator[Advance]:
    """A function to call with (files done, files in all) while `task` runs.

    It draws a bar on stderr, which is gone when the block ends; when stderr is not a terminal, or nothing
    is `wanted`, it does nothing and costs nothing.
    """
    if not wanted or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shared = sys.stdout.isatty()  # what goes to a pipe must not be led to the terminal, past the bar
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=shared) as bar:
        shown = bar.add_task(task, total=None)
        yield lambda done, total: bar.update(shown, completed=done, total=total)
