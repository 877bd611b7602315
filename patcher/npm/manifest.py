"""package.json, read with suspicion: it may be missing, huge, broken, or lie."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patcher.disk.outside import read_if_there
from patcher.errors import ExitCode, NextfixError
from patcher.text.formats import parse_json

_HINT = "fix it or reinstall the package"
_LARGEST = 4 * 1024 * 1024  # bytes; a manifest is a few kilobytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What nextfix believes of a package.json."""

    path: Path
    data: dict[str, Any]

    @property
    def name(self) -> str:
        """The package's name, empty when it gives none."""
        return self._text("name")

    @property
    def version(self) -> str:
        """The package's version as written, empty when it gives none."""
        return self._text("version")

    @property
    def workspaces(self) -> list[str]:
        """The workspace globs of npm, yarn and bun: a list, or an object with `packages`."""
        found = self.data.get("workspaces", [])
        if isinstance(found, dict):
            found = found.get("packages", [])
        return [glob for glob in found if isinstance(glob, str)] if isinstance(found, list) else []

    def _text(self, key: str) -> str:
        value = self.data.get(key)
        return value if isinstance(value, str) and len(value) <= 256 else ""


def read_manifest(folder: Path) -> Manifest | None:
    """The package.json of `folder`, or None when there is none.

    Raises:
        NextfixError: DEFECT when it is not a file with a JSON object of sensible size, FILES when it
            cannot be read.
    """
    path = folder / "package.json"
    text = read_if_there(path, limit=_LARGEST, hint=_HINT)
    return None if text is None else parse_manifest(path, text)


def parse_manifest(path: Path, text: bytes) -> Manifest:
    """The package.json that `path` names, from its bytes.

    Raises:
        NextfixError: DEFECT when it is not a JSON object.
    """
    data = parse_json(text, path, hint=_HINT, lenient=True)
    if not isinstance(data, dict):
        raise NextfixError(ExitCode.DEFECT, "is not a JSON object", path=path, hint=_HINT)
    return Manifest(path, data)
