"""A temporary folder that is gone afterwards, also when Ctrl-C comes while it is being removed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder(prefix: str, beside: Path | None = None) -> Iterator[Path]:
    """A new folder to work in, which is removed at the end.

    Args:
        prefix: what its name begins with.
        beside: the folder to make it in; by default the machine's for temporary files.

    Raises:
        OSError: when it cannot be made. What cannot be removed of it is left.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
    try:
        yield folder
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        except BaseException:  # a signal
            shutil.rmtree(folder, ignore_errors=True)
            raise
