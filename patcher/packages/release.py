"""npm releases and ranges of them, as npm itself reads them."""

from functools import cache

from nodesemver import make_semver
from nodesemver import satisfies as _satisfies


@cache
def in_range(version: str, versions: str) -> bool:
    """Whether `version` lies in the npm range `versions`; a prerelease counts as a release before its own.

    A version that npm would not accept lies in no range.
    """
    if versions == "*":
        return is_release(version)
    try:
        return bool(_satisfies(version, versions, loose=False, include_prerelease=True))
    except ValueError:
        return False


@cache
def is_release(version: str) -> bool:
    """Whether `version` is a version as npm writes them."""
    try:
        make_semver(version, loose=False)
    except ValueError:
        return False
    return len(version) <= 256


def order(version: str) -> tuple[int, int, int, bool, str]:
    """A key that sorts releases by precedence (canaries of one release by text, which suffices for reports)."""
    parsed = make_semver(version, loose=False)
    return (parsed.major, parsed.minor, parsed.patch, not parsed.prerelease, version)
