"""Writing the edits of export and init: each file is still as it was read, and is replaced as a whole."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from patcher.disk.write import (
    make_folder_inside,
    read_inside,
    remove_folder,
    remove_unchanged,
    replace_inside,
    sweep,
)
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import ProjectEdit


def write_edits(edits: Sequence[ProjectEdit]) -> None:
    """Write `edits`: patches first and removals last, so that nothing names a file that is not there.

    Raises:
        NextfixError: REFUSED when a file changed meanwhile, is a link, or leads out of the project (nothing is
            written then, unless it changed while others were written), FILES when one cannot be written.
    """
    for edit in edits:
        if read_inside(edit.root, edit.place) != edit.old:
            raise NextfixError(
                ExitCode.REFUSED, "changed while nextfix was at work", path=edit.path, hint="run it again"
            )
    for edit in sorted(edits, key=_turn):
        _write(edit)


def _turn(edit: ProjectEdit) -> int:
    if edit.new is None:
        return 2
    return 0 if edit.place.endswith(".patch") else 1


def _write(edit: ProjectEdit) -> None:
    folder = PurePosixPath(edit.place).parent.as_posix()
    if edit.new is not None:
        if folder != ".":
            make_folder_inside(edit.root, folder)
        replace_inside(edit.root, edit.place, edit.old, edit.new)
    elif edit.old is not None:
        sweep(edit.root, folder)
        remove_unchanged(edit.root, edit.place, edit.old)
        for above in PurePosixPath(edit.place).parents[:-1]:
            if not remove_folder(edit.root / above):  # it holds something else
                break
