"""What an export is made of: where a patch belongs, the patch, and the edits of the project's files."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Destination:
    """One release that a package manager is to patch.

    Attributes:
        name, version: the package and its release.
        home: the folder whose package.json the patch is wired into.
        inside: the folder, relative to `home`, that the paths in the patch begin with; empty for paths
            relative to the package.
    """

    name: str
    version: str
    home: Path
    inside: str = ""

    @property
    def release(self) -> str:
        """`name@version`, as package managers write it."""
        return f"{self.name}@{self.version}"

    def path(self, file: str) -> str:
        """How the patch names a file of the package."""
        return f"{self.inside}/{file}" if self.inside else file


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a package: its bytes as published, and as they shall be."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Patch:
    """The patch of one release, as its package manager reads it."""

    destination: Destination
    data: bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """One file of the project: its bytes now (None when there is none) and its bytes to be."""

    path: Path
    old: bytes | None
    new: bytes

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class Wiring:
    """The edits that wire patches into a project, and what is left to do for its owner."""

    edits: tuple[Edit, ...]
    steps: tuple[str, ...]
