"""npm releases and ranges of them, as npm itself reads them."""

from functools import cache, cmp_to_key
from typing import Any

from nodesemver import compare, make_range, make_semver

_LONGEST = 256  # characters; npm accepts no longer version


@cache
def in_range(version: str, versions: str) -> bool:
    """Whether `version` lies in the npm range `versions`; a prerelease counts as a release before its own.

    A version that npm would not accept lies in no range. (The comparators are asked one by one: the library's
    own `include_prerelease` takes every prerelease for its release.)
    """
    if not is_release(version):
        return False
    release = make_semver(version, loose=False)
    return any(all(comparator.test(release) for comparator in group) for group in _comparators(versions))


@cache
def _comparators(versions: str) -> list[list[Any]]:
    found: list[list[Any]] = make_range(versions, loose=False).set
    return found


@cache
def is_release(version: str) -> bool:
    """Whether `version` is a version as npm writes them."""
    if len(version) > _LONGEST or version != version.strip():
        return False
    try:
        make_semver(version, loose=False)
    except ValueError:
        return False
    return True


# A sort key for releases by precedence; raises ValueError for what is no release.
order = cmp_to_key(lambda one, other: int(compare(one, other, loose=False)))


def is_stable(version: str) -> bool:
    """Whether `version` is a release and not a prerelease."""
    return is_release(version) and not make_semver(version, loose=False).prerelease


def minor_line(version: str) -> str:
    """The line of releases that `version` belongs to: `13.4` for 13.4.19 and 13.4.20-canary.40."""
    return ".".join(version.split(".")[:2])
