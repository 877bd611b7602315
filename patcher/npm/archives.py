"""Packages that Yarn Plug'n'Play keeps in zip archives: where they are, and their files. Nothing is run or unpacked.

`.pnp.cjs` carries the map of packages as one JSON text in single quotes (or `.pnp.data.json` beside it does);
a location inside `__virtual__` stands for the same archive seen with other peers.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from patcher.errors import ExitCode, NextfixError

LAYOUT = "pnp"
LOADERS = (".pnp.cjs", ".pnp.js")
_LARGEST = 64 * 1024 * 1024  # bytes of a loader, and of one file in an archive
_STATE = re.compile(r"RAW_RUNTIME_STATE =\s*'((?:[^'\\]|\\.|\\\n)*)'", re.DOTALL)
_VIRTUAL = re.compile(r"(?:^|/)(?:__virtual__|\$\$virtual)/[^/]+/(\d+)/")


def loader_of(root: Path) -> Path | None:
    """The Plug'n'Play loader of the project at `root`: its own, or that of the workspace root above it."""
    for folder in (root.resolve(), *root.resolve().parents):
        for name in LOADERS:
            if (folder / name).is_file():
                return folder / name
        if (folder / "node_modules").is_dir():
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
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NextfixError(
            ExitCode.DEFECT, f"not a Plug'n'Play map: {error}", path=loader, hint="run 'yarn install'"
        ) from error


def _state(loader: Path) -> Any:
    data = loader.parent / ".pnp.data.json"
    if data.is_file():
        return json.loads(_bounded(data))
    found = _STATE.search(_bounded(loader))
    if found is None:
        raise ValueError("it holds no map of packages")
    return json.loads(re.sub(r"\\(\n|.)", lambda sign: sign[1].strip("\n"), found[1]))


def _bounded(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"larger than {_LARGEST} bytes")
    return path.read_text(encoding="utf-8")


def _real(home: Path, location: str) -> Path:
    """The folder that a location means: a virtual one is its depth of folders up, then the rest."""
    virtual = _VIRTUAL.search(location)
    if virtual:
        above = PurePosixPath(location[: virtual.start()] or ".")
        location = str(above.joinpath(*[".."] * int(virtual[1]), location[virtual.end() :]))
    return (home / location).resolve()


def read_archived(folder: Path, relative: str) -> bytes | None:
    """The bytes of the file `relative` of the package `folder` inside a zip archive, or None when there is none.

    Raises:
        NextfixError: FILES when the archive cannot be read.
    """
    import zipfile

    split = next((index for index, part in enumerate(folder.parts) if part.endswith(".zip")), None)
    if split is None:
        return None
    archive = Path(*folder.parts[: split + 1])
    member = "/".join((*folder.parts[split + 1 :], *PurePosixPath(relative).parts))
    try:
        with zipfile.ZipFile(archive) as opened:
            if opened.getinfo(member).file_size > _LARGEST:
                raise NextfixError(
                    ExitCode.FILES, f"larger than {_LARGEST} bytes", path=archive / member, hint="not read"
                )
            return opened.read(member)
    except KeyError:
        return None
    except (OSError, zipfile.BadZipFile) as error:
        raise NextfixError(
            ExitCode.FILES, f"cannot be read: {error}", path=archive, hint="run 'yarn install'"
        ) from error
