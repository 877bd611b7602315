"""Whether a path is there, and what it is: a path that cannot be looked at is never taken for an absent one.

From Python 3.14 on pathlib's own questions answer "no" for a path that may not be looked at, or whose disk fails.
What is "not there" leads nextfix to "nothing found", so it must be true.
"""

import errno
import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG

# What pathlib takes for "nothing there" on every Python: no such path, a file for a folder, a loop of links.
_NOTHING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP})


def is_there(path: Path) -> bool:
    """Whether something stands at path, links followed.

    Raises:
        OSError: When the path cannot be looked at.
    """
    return _mode(path) is not None


def is_a_folder(path: Path) -> bool:
    """Whether path is a folder, links followed.

    Raises:
        OSError: When the path cannot be looked at.
    """
    mode = _mode(path)
    return mode is not None and S_ISDIR(mode)


def is_regular(path: Path) -> bool:
    """Whether path is a regular file, links followed.

    Raises:
        OSError: When the path cannot be looked at.
    """
    mode = _mode(path)
    return mode is not None and S_ISREG(mode)


def _mode(path: Path) -> int | None:
    """The mode of what stands at path; None when nothing does, which a loop of links and a NUL in the name are too."""
    try:
        return os.stat(path).st_mode
    except ValueError:
        return None
    except OSError as error:
        if error.errno in _NOTHING:
            return None
        raise
