"""Projects on disk, and whole trees to compare: nextfix's own folder counts here, so that a stray file shows."""

from pathlib import Path

from tests.synthetic import FILES as TEXTS
from tests.synthetic import make_project

FILES = {path: text.encode() for path, text in TEXTS.items()}


def project(root: Path) -> Path:
    """A project at `root` with one copy of the synthetic package; the root."""
    make_project(root)
    return root


def tree_of(root: Path) -> dict[str, bytes | None]:
    """Every path below `root` with its bytes, None for a folder: two trees are the same when these are equal."""
    found: dict[str, bytes | None] = {}
    for path in sorted(root.rglob("*")):
        found[path.relative_to(root).as_posix()] = path.read_bytes() if path.is_file() else None
    return found


def contents_of(root: Path) -> dict[str, bytes]:
    """The files of the copy in the project `root` that rules speak of."""
    return {path: (root / "node_modules/next" / path).read_bytes() for path in FILES}
