"""Which package manager installs a project, told from its files; nothing is run."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from patcher.disk.outside import read_start
from patcher.npm.manifest import read_manifest


class Manager(StrEnum):
    """The package managers that nextfix knows; yarn 1 and later yarns differ in everything that matters here."""

    NPM = "npm"
    PNPM = "pnpm"
    YARN = "yarn"
    YARN_CLASSIC = "yarn-classic"
    BUN = "bun"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A package manager, its version where the project names one, and what told so."""

    manager: Manager
    version: str
    why: str

    @property
    def major(self) -> int:
        """The major version; 0 when the project names none."""
        head = self.version.split(".")[0]
        return int(head) if head.isdigit() else 0

    @property
    def command(self) -> str:
        """The name of the program."""
        return "yarn" if self.manager is Manager.YARN_CLASSIC else self.manager.value


_LOCKFILES = (
    ("pnpm-lock.yaml", Manager.PNPM),
    ("bun.lock", Manager.BUN),
    ("bun.lockb", Manager.BUN),
    ("yarn.lock", Manager.YARN),
    ("package-lock.json", Manager.NPM),
    ("npm-shrinkwrap.json", Manager.NPM),
)


def manager_of(root: Path) -> Chosen:
    """The manager that `packageManager` in package.json names, else the one whose lockfile is there, else npm.

    Raises:
        NextfixError: DEFECT when package.json is not JSON.
    """
    manifest = read_manifest(root)
    named = manifest.data.get("packageManager") if manifest else None
    if isinstance(named, str) and "@" in named:
        name, _, version = named.partition("@")
        if name in ("npm", "pnpm", "yarn", "bun"):
            version = version.partition("+")[0]
            classic = name == "yarn" and version.startswith(("0.", "1."))
            return Chosen(
                Manager.YARN_CLASSIC if classic else Manager(name), version, f"packageManager: {named}"
            )
    for file, manager in _LOCKFILES:
        if (root / file).is_file():
            classic = manager is Manager.YARN and _is_classic(root / file)
            return Chosen(Manager.YARN_CLASSIC if classic else manager, "", f"{file} is there")
    return Chosen(Manager.NPM, "", "neither packageManager nor a lockfile names another")


def _is_classic(lockfile: Path) -> bool:
    return b"# yarn lockfile v1" in read_start(lockfile, 512)
