"""Temporary folders; one that is used here is gone afterwards, also when Ctrl-C comes while it is being removed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patcher.errors import ExitCode, NextfixError


def make_scratch(prefix: str, beside: Path | None = None) -> Path:
    """Make a new folder to work in.

    Args:
        prefix: what its name begins with.
        beside: the folder to make it in; by default the machine's for temporary files.

    Raises:
        NextfixError: FILES when it cannot be made.
    """
    try:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
    except OSError as error:
        hint = "set TMPDIR to a folder that has room and may be written" if beside is None else ""
        reason = f"a temporary folder cannot be made: {error.strerror or error}"
        raise NextfixError(ExitCode.FILES, reason, path=beside, hint=hint) from error


@contextmanager
def scratch_folder(prefix: str, beside: Path | None = None) -> Iterator[Path]:
    """A new folder as `make_scratch` makes it, which is removed at the end; what cannot be removed of it is left.

    Raises:
        NextfixError: FILES when it cannot be made.
    """
    folder = make_scratch(prefix, beside)
    try:
        yield folder
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        except BaseException:  # a signal
            shutil.rmtree(folder, ignore_errors=True)
            raise
