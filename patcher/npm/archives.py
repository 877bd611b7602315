"""Packages that Yarn Plug'n'Play keeps in zip archives: where they are, and their files. Nothing is run or unpacked.

`.pnp.cjs` carries the map of packages as one JSON text in single quotes (or `.pnp.data.json` beside it does);
a location inside `__virtual__` stands for the same archive seen with other peers.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from patcher.disk.outside import read_if_there, read_outside, read_zipped
from patcher.errors import ExitCode, NextfixError
from patcher.text.formats import parse_json
from patcher.text.paths import resolved

LAYOUT = "pnp"
LOADERS = (".pnp.cjs", ".pnp.js")
_LARGEST = 64 * 1024 * 1024  # bytes of a loader, and of one file in an archive
_HINT = "run 'yarn install'"
# Possessive, so that a string without an end is read once.
_STATE = re.compile(rb"RAW_RUNTIME_STATE =\s*+'((?:[^'\\]++|\\.)*+)'", re.DOTALL)
_ESCAPED = re.compile(rb"\\(\r\n|.)", re.DOTALL)
_VIRTUAL = re.compile(r"(?:^|/)(?:__virtual__|\$\$virtual)/[^/]+/(\d{1,3})/")


def loader_of(root: Path) -> Path | None:
    """The Plug'n'Play loader of the project at `root`: its own, or that of the workspace root above it."""
    for folder in (resolved(root), *resolved(root).parents):
        for name in LOADERS:
            if os.path.isfile(folder / name):
                return folder / name
        if os.path.isdir(folder / "node_modules"):
            return None
    return None


def archived(loader: Path, names: frozenset[str]) -> Iterator[tuple[str, Path]]:
    """The packages `names` in the map of `loader`: their name and folder, which may lie inside an archive.

    Raises:
        NextfixError: DEFECT when the map cannot be read.
    """
    try:
        registry = _state(loader)["packageRegistryData"]
        for name, references in registry:
            if name in names:
                for _, information in references:
                    yield name, _real(loader.parent, information["packageLocation"])
    except (ValueError, KeyError, TypeError) as error:
        reason = f"is not a Plug'n'Play map: {error!s:.80}"
        raise NextfixError(ExitCode.DEFECT, reason, path=loader, hint=_HINT) from error


def _state(loader: Path) -> Any:
    data = read_if_there(loader.parent / ".pnp.data.json", limit=_LARGEST, hint=_HINT)
    if data is not None:
        return parse_json(data, loader.parent / ".pnp.data.json", hint=_HINT)
    found = _STATE.search(read_outside(loader, limit=_LARGEST, hint=_HINT))
    if found is None:
        raise ValueError("it holds no map of packages")
    return parse_json(_ESCAPED.sub(_unescaped, found[1]), loader, hint=_HINT)


def _unescaped(sign: re.Match[bytes]) -> bytes:
    return sign[1].strip(b"\r\n")


def _real(home: Path, location: str) -> Path:
    """The folder that a location means: a virtual one is its depth of folders up, then the rest."""
    virtual = _VIRTUAL.search(location)
    if virtual:
        above = PurePosixPath(location[: virtual.start()] or ".")
        location = str(above.joinpath(*[".."] * int(virtual[1]), location[virtual.end() :]))
    return resolved(home / location)


def read_archived(folder: Path, relative: str) -> bytes | None:
    """The bytes of the file `relative` of the package `folder` inside a zip archive, or None when there is none.

    Raises:
        NextfixError: FILES when the archive cannot be read.
    """
    split = next((index for index, part in enumerate(folder.parts) if part.endswith(".zip")), None)
    if split is None:
        return None
    archive = Path(*folder.parts[: split + 1])
    member = "/".join((*folder.parts[split + 1 :], *PurePosixPath(relative).parts))
    return read_zipped(archive, member, limit=_LARGEST, hint=_HINT)
