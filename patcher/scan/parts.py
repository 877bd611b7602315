"""Which parts of its framework an application has: a middleware, edge functions, images."""

import os
from functools import cache
from pathlib import Path

from patcher.catalogue.frameworks import PARTS
from patcher.disk.outside import read_start
from patcher.errors import NextfixError
from patcher.scan.source_files import own_files

_LARGEST = 1024 * 1024  # bytes of a source file


def lacks(project: Path, part: str) -> bool:
    """Whether the source below `project` has nothing of the `part` of a framework; False where there is no source to
    look at, as in an image that only has what was built.

    Args:
        project: the folder of the application.
        part: its name in `patcher.catalogue.frameworks`; the empty name is that of what every application has.
    """
    return part in PARTS and bool(_files(project)) and not any(_has(file, part) for file in _files(project))


@cache
def _files(project: Path) -> tuple[str, ...]:
    return tuple(own_files([project], []))


def _has(file: str, part: str) -> bool:
    known = PARTS[part]
    folder, path = _home(os.path.dirname(os.path.abspath(file))), os.path.abspath(file).replace(os.sep, "/")
    if known.files.search(path[len(folder) + 1 :]) is not None:
        return True
    try:
        return known.words.search(read_start(file, _LARGEST)) is not None
    except NextfixError:
        return True


@cache
def _home(folder: str) -> str:
    """The folder of the nearest package.json, as it is written with forward slashes."""
    above = os.path.dirname(folder)
    if above == folder or os.path.isfile(os.path.join(folder, "package.json")):
        return folder.replace(os.sep, "/")
    return _home(above)
