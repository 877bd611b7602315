"""package.json, read with suspicion: it may be missing, huge, broken, or lie."""

import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patcher.errors import ExitCode, NextfixError

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
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would make us wait for ever
            raise NextfixError(ExitCode.DEFECT, "not a file", path=path, hint="reinstall the package")
        if status.st_size > _LARGEST:
            raise NextfixError(
                ExitCode.DEFECT, f"larger than {_LARGEST} bytes", path=path, hint="reinstall the package"
            )
        return parse_manifest(path, path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        raise NextfixError(
            ExitCode.FILES, reason, path=path, hint="mend that and run the command again"
        ) from error


def parse_manifest(path: Path, text: bytes) -> Manifest:
    """The package.json that `path` names, from its bytes.

    Raises:
        NextfixError: DEFECT when it is not a JSON object.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NextfixError(
            ExitCode.DEFECT, f"not JSON: {error}", path=path, hint="mend it or reinstall the package"
        ) from error
    if not isinstance(data, dict):
        raise NextfixError(
            ExitCode.DEFECT, "not a JSON object", path=path, hint="mend it or reinstall the package"
        )
    return Manifest(path, data)
