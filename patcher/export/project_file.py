"""Reading and editing the project's own files for an export; nothing is written here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from patcher.disk import outside
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Edit
from patcher.syntax.json_text import with_value
from patcher.text.yaml_text import with_entry


def read_if_there(path: Path) -> bytes | None:
    """The bytes of a file of the project, or None when there is none.

    Raises:
        NextfixError: REFUSED when it is not a file, FILES when it cannot be read.
    """
    return outside.read_if_there(path, code=ExitCode.REFUSED, hint="nothing was changed")


def edited(path: Path, change: Callable[[bytes], bytes], *, empty: bytes | None = None) -> Edit:
    """The file at `path` after `change`; one that is not there counts as `empty`.

    Raises:
        NextfixError: NOTHING when it is not there and there is no `empty`, REFUSED when it cannot be edited.
    """
    old = read_if_there(path)
    source = old if old is not None else empty
    if source is None:
        raise NextfixError(ExitCode.NOTHING, "is not there", path=path, hint="name the folder of a project")
    try:
        return Edit(path, old, change(source))
    except ValueError as error:  # NotEditableError of JSON and of YAML, and bytes that are no UTF-8
        raise NextfixError(
            ExitCode.REFUSED, f"cannot be edited: {error}", path=path, hint="wire it by hand"
        ) from error


def with_values(source: bytes, values: Mapping[Any, str]) -> bytes:
    """The JSON text `source` with each string of `values` at its path of keys."""
    for keys, value in values.items():
        source = with_value(source, keys, value)
    return source


def with_entries(source: bytes, mapping: str, entries: dict[str, str]) -> bytes:
    """The YAML text `source` with `entries` in its top-level mapping `mapping`."""
    text = source.decode("utf-8")
    for key, value in entries.items():
        text = with_entry(text, mapping, key, value)
    return text.encode("utf-8")
