"""How far a command has come, on stderr: a bar on a terminal, which is gone at the end."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from patcher.report.terminal import console, moves
from patcher.text.display import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

Advance = Callable[[int, int], None]
ShowStep = Callable[[str, int, int], None]


@contextmanager
def progress(task: str, *, wanted: bool = True) -> Iterator[Advance]:
    """A function to call with (done, in all) while `task` runs.

    When stderr is not a terminal, or nothing is `wanted`, it does nothing and costs nothing.
    """
    if not wanted or not moves(sys.stderr):
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

    with _bar(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as bar:
        shown = bar.add_task(task, total=None)
        yield lambda done, total: bar.update(shown, completed=done, total=total)


@contextmanager
def shown_steps() -> Iterator[ShowStep]:
    """A function to call with (what is done now, steps done, steps in all); elsewhere than on a terminal it prints
    a line for each step, because such a command takes minutes."""
    if not moves(sys.stderr):
        start = time.monotonic()
        yield lambda what, done, total: print(
            f"{time.monotonic() - start:6.1f} s  {done + 1}/{total}  {one_line(what)}",
            file=sys.stderr,
            flush=True,
        )
        return
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

    step = TextColumn("{task.description}")
    with _bar(SpinnerColumn(), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(), step) as bar:
        shown = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(
            shown, description=escape(one_line(what)), completed=done, total=total
        )


@contextmanager
def _bar(*columns: "ProgressColumn") -> Iterator["Progress"]:
    from rich.progress import Progress

    shared = sys.stdout.isatty()  # what goes to a pipe must not be led to the terminal, past the bar
    with Progress(*columns, console=console(sys.stderr), transient=True, redirect_stdout=shared) as bar:
        yield bar
