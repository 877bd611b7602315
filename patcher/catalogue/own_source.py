"""Which code of nextfix something was found with: what is remembered holds for that code only."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from patcher.disk.presence import is_regular


def source_digest(rooms: Sequence[str | Path]) -> str:
    """A digest of the source in some rooms and modules of nextfix, each by its name, and in other folders and files."""
    digest = blake2b(digest_size=16)
    package = Path(__file__).parent.parent
    for room in rooms:
        place = package / room
        for module in [place] if is_regular(place) else sorted(place.rglob("*.py")):
            digest.update(module.read_bytes())
    return digest.hexdigest()


def release_of(module: str) -> str:
    """The installed release of the package with the same name as `module`; empty when nobody can tell.

    The folder beside the module says it, without what `importlib.metadata` loads: parsers of e-mail and of archives.
    """
    from importlib.util import find_spec

    spec = find_spec(module)
    if spec is None or not spec.origin:
        return ""
    beside = Path(spec.origin).parent.parent
    releases = [folder.name for folder in beside.glob(f"{module}-*.dist-info")]
    if len(releases) == 1:
        return releases[0].removeprefix(f"{module}-").removesuffix(".dist-info")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(module)
    except PackageNotFoundError:
        return ""
