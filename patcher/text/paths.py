"""Paths as reports and patches show them."""

import os
from pathlib import Path


def shown(path: Path) -> str:
    """`path` relative to the working directory, with forward slashes on every system."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive on Windows
        relative = str(path)
    return relative.replace(os.sep, "/")


def resolved(path: Path) -> Path:
    """`path` without links, absolute; unlike Path.resolve, a link that leads to itself is not an error."""
    return Path(os.path.realpath(path))


def within(path: Path, root: Path) -> str:
    """`path` relative to `root` with forward slashes; without its anchor when it lies elsewhere."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.relative_to(path.anchor).as_posix()
