"""Writing the edits of export and init: each file is still as it was read, and is replaced as a whole."""

from collections.abc import Sequence
from pathlib import Path

from patcher.disk.write import make_folder, remove_folder, remove_inside, write_file
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Edit
from patcher.export.project_file import read_if_there


def write_edits(edits: Sequence[Edit]) -> None:
    """Write `edits`, patches first, so that nothing names a file that is not there.

    Raises:
        NextfixError: REFUSED when a file changed meanwhile (nothing is written then), FILES when one
            cannot be written.
    """
    for edit in edits:
        if read_if_there(edit.path) != edit.old:
            raise NextfixError(
                ExitCode.REFUSED, "changed while nextfix was at work", path=edit.path, hint="run it again"
            )
    for edit in sorted(edits, key=lambda edit: edit.path.suffix != ".patch"):
        make_folder(edit.path.parent)
        write_file(edit.path, edit.new)


def remove_files(paths: Sequence[Path]) -> None:
    """Remove files that nextfix had made, and the hidden folders (`.github`) that are empty then.

    Raises:
        NextfixError: FILES when one cannot be removed.
    """
    for path in paths:
        remove_inside(path.parent, ".", [path.name])
        for folder in path.parents:
            if not any(part.startswith(".") for part in folder.parts[-2:]) or not remove_folder(folder):
                break
