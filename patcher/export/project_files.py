"""The files of one project as an export or init finds them and wants them; nothing is written here.

A file is read once, in the project and through no link. What is changed is kept in memory, so that several changes of
one file become one edit.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from patcher.disk.write import names_inside, read_inside
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import ProjectEdit
from patcher.syntax.json_text import with_value, without_value
from patcher.text.formats import parse_json

MANIFEST = "package.json"


def place_of(home: str, name: str) -> str:
    """The path of the file `name` of the folder `home`, both relative to the project."""
    return f"{home}/{name}" if home else name


class ProjectFiles:
    """The files below `root`: as they are on disk, under the changes that were asked for so far."""

    def __init__(self, root: Path, homes: Iterable[str] = ("",)) -> None:
        """`homes` are the folders of the project, relative to `root`, that may have patches of their own."""
        self.root = root.resolve()
        self.homes = tuple(homes)
        self._disk: dict[str, bytes | None] = {}
        self._wanted: dict[str, bytes | None] = {}

    def read(self, place: str) -> bytes | None:
        """The bytes of the file `place`, None when there is none.

        Raises:
            NextfixError: REFUSED when the path leaves the project or goes through a link, or it is not a regular
                file; FILES when it cannot be read.
        """
        if place not in self._disk:
            self._disk[place] = read_inside(self.root, place)
        return self._wanted[place] if place in self._wanted else self._disk[place]

    def names(self, folder: str) -> list[str]:
        """What the folder `folder` holds on disk; nothing when there is none. Errors as for `read`."""
        return names_inside(self.root, folder)

    def write(self, place: str, data: bytes) -> None:
        """Let the file `place` be `data`; errors as for `read`."""
        self.read(place)
        self._wanted[place] = data

    def remove(self, place: str) -> None:
        """Let there be no file `place`; errors as for `read`."""
        self.read(place)
        self._wanted[place] = None

    def change(self, place: str, change: Callable[[bytes], bytes], *, empty: bytes | None = None) -> None:
        """Let the file `place` be what `change` makes of it; one that is not there counts as `empty`.

        Raises:
            NextfixError: NOTHING when it is not there and there is no `empty`, REFUSED when it cannot be edited.
        """
        old = self.read(place)
        source = old if old is not None else empty
        path = self.root / place
        if source is None:
            raise NextfixError(
                ExitCode.NOTHING, "is not there", path=path, hint="name the folder of a project"
            )
        try:
            new = change(source)
        except (
            ValueError
        ) as error:  # a file that is not JSON or YAML as we can edit it, and bytes that are not UTF-8
            raise NextfixError(
                ExitCode.REFUSED, f"cannot be edited: {error}", path=path, hint="make the change by hand"
            ) from error
        if old is None and not new:
            return
        self.write(place, new)

    def data(self, place: str) -> dict[str, Any]:
        """The JSON object in the file `place`, empty when there is no such file.

        Raises:
            NextfixError: REFUSED when it is not a JSON object.
        """
        source = self.read(place)
        if source is None:
            return {}
        path = self.root / place
        found = parse_json(source, path, code=ExitCode.REFUSED, hint="correct it first")
        if not isinstance(found, dict):
            raise NextfixError(ExitCode.REFUSED, "is not a JSON object", path=path, hint="correct it first")
        return found

    def set_values(self, place: str, values: Mapping[tuple[str, ...], str]) -> None:
        """Set each string of `values` at its path of keys in the JSON file `place`; errors as for `change`."""
        for keys, value in values.items():
            self.change(place, lambda source, keys=keys, value=value: with_value(source, keys, value))  # type: ignore[misc]

    def drop_value(self, place: str, keys: tuple[str, ...]) -> None:
        """Take the value at the path `keys` out of the JSON file `place`, and the objects that are empty then."""
        self.change(place, lambda source: without_value(source, keys))
        found: Any = self.data(place)
        for key in keys[:-1]:
            found = found.get(key) if isinstance(found, dict) else None
        if len(keys) > 1 and found == {}:
            self.drop_value(place, keys[:-1])

    @property
    def edits(self) -> tuple[ProjectEdit, ...]:
        """What has to be written so that the files on disk become as they are wanted."""
        edits = (ProjectEdit(self.root, place, self._disk[place], new) for place, new in self._wanted.items())
        return tuple(edit for edit in edits if edit.changes)
