"""Edits of a project's own files for people: package.json and its like as diffs, patches by their size."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from patcher.report.diff_text import shown_diff
from patcher.report.terminal import Palette
from patcher.text.display import one_line, printable
from patcher.text.paths import within
from patcher.text.unified import unified

_SHOWN_WHOLE = (".json", ".yaml", ".yml")


class FileEdit(Protocol):
    """One file: its bytes now (None when there is none) and its bytes to be."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def old(self) -> bytes | None:
        """Its bytes now."""

    @property
    def new(self) -> bytes | None:
        """Its bytes to be (None to remove it)."""


def edit_lines(edits: Sequence[FileEdit], root: Path, *, written: bool, colour: bool) -> Iterator[str]:
    """What becomes of each file: settings as a unified diff, patches and programs by their size."""
    verb = "wrote" if written else "would write"
    for edit in edits:
        path = within(edit.path, root)
        if edit.new is None:
            yield one_line(f"{'removed' if written else 'would remove'} {path}")
        elif edit.path.suffix in _SHOWN_WHOLE:
            patch = unified(edit.old or b"", edit.new, path)
            text = (
                shown_diff(patch, Palette(on=True)) if colour else printable(patch.decode("utf-8", "replace"))
            )
            yield text.rstrip("\n")
        else:
            kind = "new" if edit.old is None else "changed"
            yield one_line(f"{verb} {path}  ({kind}, {len(edit.new)} bytes)")
