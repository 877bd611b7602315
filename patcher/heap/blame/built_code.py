"""The source maps of the scripts of a heap, as far as they lie where the heap says that its scripts are."""

import base64
import binascii
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from patcher.disk.outside import read_outside
from patcher.errors import NextfixError
from patcher.heap.read.source_map import Original, SourceMap
from patcher.text.formats import parse_json

_LARGEST = 32 << 20
_MENTION = b"sourceMappingURL="
_INLINE = b"base64,"


class BuiltCode:
    """Where built code was written; a map is looked for when it is first asked for, and kept."""

    def __init__(self) -> None:
        self._map_of = cache(_map_of)

    def has_map(self, script: str) -> bool:
        """Whether there is a map of `script`."""
        path = _path_of(script)
        return path is not None and self._map_of(path) is not None

    def original(self, script: str, line: int, column: int) -> tuple[str, int] | None:
        """The source and its line, from 1, of the code of `script` at `line` and `column`, both from 0.

        The source is a path as far as the map says where it lies, else what it calls it. None without a map.
        """
        path = _path_of(script)
        if line < 0 or path is None:
            return None
        found = self._map_of(path)
        original: Original | None = found.original(line, column) if found is not None else None
        if original is None:
            return None
        source = original.source
        if original.is_relative:
            source = _joined(path.parent, source)
        return source.replace("\\", "/"), original.line


def _path_of(script: str) -> Path | None:
    """The file of a script, None for one that is not a file of this machine's paths."""
    if script.startswith("file://"):
        script = unquote(urlsplit(script).path)
    path = Path(script)
    return path if path.is_absolute() else None


def _joined(folder: Path, source: str) -> str:
    """`folder/source` without `..`, as text: nothing is looked up."""
    parts = list(folder.parts)
    for part in source.split("/"):
        if part == ".." and len(parts) > 1:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return Path(*parts).as_posix()


def _map_of(path: Path) -> SourceMap | None:
    """The map beside a script, or in its last line; None when there is none that can be read."""
    try:
        data = read_outside(path.with_name(f"{path.name}.map"), limit=_LARGEST)
    except (NextfixError, OSError, ValueError):
        data = _inline(path)
    try:
        return SourceMap(parse_json(data, path)) if data else None
    except NextfixError:
        return None


def _inline(path: Path) -> bytes:
    """The map that a script has in itself, as a data url; nothing when it has none."""
    try:
        text = read_outside(path, limit=_LARGEST)
    except (NextfixError, OSError, ValueError):
        return b""
    url = text[text.rfind(_MENTION) + len(_MENTION) :].split(b"\n", 1)[0] if _MENTION in text else b""
    if not url.startswith(b"data:") or _INLINE not in url:
        return b""
    try:
        return base64.b64decode(url.split(_INLINE, 1)[1].strip(), validate=True)
    except binascii.Error:
        return b""
