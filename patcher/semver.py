"""npm releases and ranges of them, as npm itself reads them."""

import operator
import re
from collections.abc import Callable
from functools import cache, cmp_to_key
from typing import Any

_LONGEST = 256  # characters; npm accepts no longer version

# What https://semver.org gives as the expression for a version, without build metadata and with numbers that no
# reader takes for too large. It spares the usual version the library, which takes a tenth of the start.
_NUMBER, _WORD = r"(?:0|[1-9]\d{0,14})", r"(?:0|[1-9]\d{0,14}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_USUAL = rf"(?a:{_NUMBER}(?:\.{_NUMBER}){{2}}(?:-{_WORD}(?:\.{_WORD})*)?)"
_BOUND = re.compile(rf"(>=|<=|>|<|)({_USUAL})")
_OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "": operator.eq}
_Precedence = tuple[tuple[int, ...], bool, tuple[tuple[int, int, str], ...]]
_Bounds = tuple[tuple[Callable[[_Precedence, _Precedence], bool], _Precedence], ...]


@cache
def in_range(version: str, versions: str) -> bool:
    """Whether `version` lies in the npm range `versions`; a prerelease counts as a release before its own.

    A version that npm would not accept lies in no range. (The comparators are asked one by one: the library's
    own `include_prerelease` takes every prerelease for its release.)
    """
    if not is_release(version):
        return False
    return _is_in_any(version, versions)


def can_hold_a_release(versions: str) -> bool:
    """Whether some version could lie in the npm range `versions`: its bounds do not exclude each other.

    Raises:
        ValueError: `versions` is not a range as npm reads them.
    """
    if not versions.strip():
        raise ValueError("empty")
    bounds = re.findall(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?", versions)
    after = [f"{major}.{minor}.{int(patch) + 1}-0" for major, minor, patch in (_core(at) for at in bounds)]
    candidates = [version for version in ("0.0.0", "1.0.0", *bounds, *after) if is_release(version)]
    usual = _usual_bounds(versions)
    if usual is not None and all(map(_is_usual, candidates)):
        keys = [*map(_precedence, candidates)]
        return all(any(_is_within(key, group) for key in keys) for group in usual)
    groups = _comparators(versions)
    return all(any(all(c.test(_parsed(v)) for c in group) for v in candidates) for group in groups)


def _core(version: str) -> list[str]:
    return version.partition("-")[0].split(".")


def _is_in_any(version: str, versions: str) -> bool:
    """Whether a release lies within the bounds of one of the groups of `versions`."""
    usual = _usual_bounds(versions) if _is_usual(version) else None
    if usual is not None:
        key = _precedence(version)
        return any(_is_within(key, group) for group in usual)
    release = _parsed(version)
    return any(all(comparator.test(release) for comparator in group) for group in _comparators(versions))


@cache
def _usual_bounds(versions: str) -> tuple[_Bounds, ...] | None:
    """The bounds of each group of a range that has no more than `>=1.2.3 <2.0.0 || *`; None for any other range."""
    groups = [group.split() for group in versions.split("||")]
    found = [[_BOUND.fullmatch(bound) for bound in group if bound != "*"] for group in groups]
    if not all(groups) or any(match is None for group in found for match in group):
        return None
    return tuple(
        tuple((_OPERATORS[m[1]], _precedence(m[2])) for m in group if m is not None) for group in found
    )


def _is_within(key: _Precedence, bounds: _Bounds) -> bool:
    return all(holds(key, bound) for holds, bound in bounds)


def _is_usual(version: str) -> bool:
    return re.fullmatch(_USUAL, version) is not None


@cache
def _precedence(version: str) -> _Precedence:
    """What a usual version is compared by (semver.org, 11): words after numbers, a release after its prereleases."""
    core, _, before = version.partition("-")
    words = before.split(".") if before else []
    parts = tuple((0, int(word), "") if word.isdigit() else (1, 0, word) for word in words)
    return (*map(int, core.split(".")),), not words, parts


@cache
def _comparators(versions: str) -> list[list[Any]]:
    from nodesemver import make_range

    found: list[list[Any]] = make_range(versions, loose=False).set
    return found


def _parsed(version: str) -> Any:
    from nodesemver import make_semver

    return make_semver(version, loose=False)


@cache
def is_release(version: str) -> bool:
    """Whether `version` is a version as npm writes them."""
    if len(version) > _LONGEST or version != version.strip():
        return False
    if _is_usual(version):
        return True
    try:
        _parsed(version)
    except ValueError:
        return False
    return True


def _compare(one: str, other: str) -> int:
    if _is_usual(one) and _is_usual(other):
        first, second = _precedence(one), _precedence(other)
        return (first > second) - (first < second)
    from nodesemver import compare

    return int(compare(one, other, loose=False))


# A sort key for releases by precedence; raises ValueError for what is not a release.
order = cmp_to_key(_compare)


def is_stable(version: str) -> bool:
    """Whether `version` is a release and not a prerelease."""
    return is_release(version) and not _parsed(version).prerelease


def minor_line(version: str) -> str:
    """The line of releases that `version` belongs to: `13.4` for 13.4.19 and 13.4.20-canary.40."""
    return ".".join(version.split(".")[:2])
