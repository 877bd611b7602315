"""What an export is made of: where a patch belongs, what it changes, and the edits of the project's files."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Destination:
    """One release that a package manager is to patch.

    Attributes:
        name, version: the package and its release.
        home: the folder, relative to the project, whose package.json the patch is wired into; empty for the project.
        inside: the folder, relative to `home`, that the paths in the patch begin with; empty for paths
            relative to the package.
    """

    name: str
    version: str
    home: str = ""
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
    """One file of a package: its bytes as published, as a person's patch leaves them, and as they shall be."""

    path: str
    published: bytes
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Patch:
    """The patch of one release, as its package manager reads it."""

    destination: Destination
    data: bytes


@dataclass(frozen=True, slots=True)
class ProjectEdit:
    """One file of a project: its bytes now (None when there is none) and its bytes to be (None to remove it).

    `root` is the folder of the project and `place` the path from there, which leads neither out nor through a link.
    """

    root: Path
    place: str
    old: bytes | None
    new: bytes | None

    @property
    def path(self) -> Path:
        """The whole path of the file."""
        return self.root / self.place

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.old != self.new
