"""certify: fetch releases, try every rule and style on them, and keep the ledger."""

import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from random import Random
from typing import Any

from patcher.catalogue.ledger import certified_releases, record_release, rules_of_entry
from patcher.catalogue.load import package_record, packages, rules_of
from patcher.certify.certificate import Certificate, certify_files
from patcher.certify.trial import Trial
from patcher.certify.twins import may_be_twin
from patcher.certify.widen import widened, write_widened
from patcher.errors import ExitCode, NextfixError
from patcher.npm.registry import Release, published, read_release, resolve
from patcher.rule import Rule
from patcher.semver import is_stable, minor_line, order
from patcher.text.nearest import did_you_mean

_DOWNLOADS = 2  # at a time; a third only waits for the other two on a usual connection
_AT_ONCE = 60  # releases that one `npm view` is asked about

# Called with the releases done and the releases in all.
Advance = Callable[[int, int], None]


class ReleaseOutcome(StrEnum):
    """What came of one release."""

    CERTIFIED = "certified"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    DIFFERS = "differs"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Certified:
    """The outcome for one release: its rules and files, the rules that were widened, what is wrong with it."""

    release: Release
    done: ReleaseOutcome
    rules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    widened: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    error: NextfixError | None = None


def named(spec: str) -> tuple[Release, ...]:
    """The releases that `package@wanted` means: a version, a range as npm reads it, or a tag.

    Raises:
        NextfixError: USAGE when no rule is about the package or nothing matches, FILES when npm cannot tell.
    """
    package, _, wanted = spec.rpartition("@")
    if not package:  # nothing after the name, or nothing but a scope before it
        package, wanted = spec, ""
    if package not in packages():
        raise NextfixError(
            ExitCode.USAGE,
            f"no rule is about {package!r:.80}",
            hint=did_you_mean(package, packages(), "'nextfix rules' lists them"),
        )
    if not wanted:
        raise NextfixError(ExitCode.USAGE, f"{spec!r} names no release", hint=f"write it as {package}@latest")
    return resolve(package, wanted)


def due(package: str) -> tuple[str, ...]:
    """The versions that a complete ledger holds: every stable release from the first that a rule is about,
    and the newest prerelease of each minor line where the package's record asks for them.

    Raises:
        NextfixError: FILES when npm cannot tell.
    """
    known = published(package)
    stable = [version for version in known if is_stable(version)]
    about = rules_of(package)
    record = package_record(package)
    about_it = (at for at, version in enumerate(stable) if any(rule.covers(version) for rule in about))
    first = next(about_it, len(stable))
    lines = {
        minor_line(version): version
        for version in known
        if record.prereleases
        and re.fullmatch(record.prereleases, version)
        and order(version) >= order(record.prereleases_since)
    }
    return tuple(sorted([*stable[first:], *lines.values()], key=order))


def every(package: str) -> tuple[Release, ...]:
    """The releases that a complete ledger holds."""
    return located(package, due(package))


def missing(package: str) -> tuple[Release, ...]:
    """The releases that a complete ledger holds and ours does not, or not by every rule, without those that no rule can
    be about.

    These are the releases after the last defect was fixed upstream, and those between certified ones that no rule has.
    """
    newest = order(next(reversed(certified_releases(package)), "0.0.0"))
    have = _complete(package)
    about = rules_of(package)

    def may_be_about(rule: Rule, version: str) -> bool:
        if rule.fixed_upstream and order(version) >= order(rule.fixed_upstream):
            return False
        return rule.covers(version) or bool(order(version) > newest)

    wanted = [version for version in due(package) if version not in have]
    return located(
        package, [version for version in wanted if any(may_be_about(rule, version) for rule in about)]
    )


def _complete(package: str) -> frozenset[str]:
    """The versions of which the ledger holds what every rule about them writes: a new rule may be about other files."""
    about = rules_of(package)

    def lacks(version: str, entry: Mapping[str, Any]) -> bool:
        known = rules_of_entry(entry)
        return any(rule.id not in known and rule.covers(version) for rule in about)

    return frozenset(
        version for version, entry in certified_releases(package).items() if not lacks(version, entry)
    )


def recorded(package: str) -> tuple[Release, ...]:
    """The releases that our ledger holds."""
    return located(package, list(certified_releases(package)))


def sample(count: int, random: Random) -> tuple[Release, ...]:
    """`count` certified releases of all packages: one of each where that is enough, more of those with long ledgers."""
    sizes = {package: len(certified_releases(package)) for package in packages()}
    wanted = shares(sizes, count, random)
    with ThreadPoolExecutor(_DOWNLOADS) as pool:
        found = pool.map(lambda package: sample_of(package, wanted[package], random), wanted)
        return tuple(release for releases in found for release in releases)


def shares(sizes: Mapping[str, int], count: int, random: Random) -> dict[str, int]:
    """How many of `count` each package gets by the number of its releases; too few reach only some, by chance."""
    packages_reached = list(sizes) if count >= len(sizes) else random.sample(list(sizes), count)
    found = {package: min(1, sizes[package]) for package in packages_reached}
    while sum(found.values()) < min(count, sum(sizes.values())):
        most = max(found, key=lambda package: (sizes[package] - found[package]) / (found[package] + 1))
        found[most] += 1
    return {package: share for package, share in found.items() if share}


def sample_of(package: str, count: int, random: Random) -> tuple[Release, ...]:
    """`count` certified releases of one package, one from each stretch of as many: every era is among them."""
    have = list(certified_releases(package))
    bounds = [round(at * len(have) / count) for at in range(count + 1)] if count < len(have) else []
    chosen = [random.choice(have[low:high]) for low, high in pairwise(bounds)]
    return located(package, chosen or have)


def located(package: str, versions: Sequence[str]) -> tuple[Release, ...]:
    """The published releases of `versions`, in order.

    Raises:
        NextfixError: USAGE when the registry lacks one, FILES when npm cannot tell.
    """
    found: list[Release] = []
    for start in range(0, len(versions), _AT_ONCE):
        found.extend(resolve(package, " || ".join(versions[start : start + _AT_ONCE])))
    gone = set(versions) - {release.version for release in found}
    if gone:
        raise NextfixError(ExitCode.USAGE, f"the registry has no {package}@{min(gone)}")
    return tuple(found)


def certify_all(
    releases: Sequence[Release], *, check: bool, force: bool, advance: Advance
) -> Iterator[Certified]:
    """Certify releases one by one, each written when it is done, so that a run can be broken off and resumed.

    Args:
        releases: what to certify; those in the ledger are passed over, unless it lacks a rule about them.
        check: write nothing; compare with the ledger, which must hold them.
        force: certify also what the ledger holds.
        advance: receives how far the work is.
    """
    have = {} if check or force else {package: _complete(package) for package in packages()}
    todo = []
    for release in releases:
        if release.version in have.get(release.package, ()):
            yield Certified(release, ReleaseOutcome.UNCHANGED)
        else:
            todo.append(release)
    known = {package: rules_of(package) for package in {release.package for release in todo}}
    trial = Trial()
    with closing(
        _fetched(todo, twins=not check)
    ) as fetched:  # what is being fetched when it is interrupted leaves nothing behind
        for at, (release, files) in enumerate(fetched):
            advance(at, len(todo))
            try:
                if check:
                    yield _compared(release, files.result(), known[release.package], trial)
                else:
                    outcome, fitted = _certified(release, files.result(), known[release.package], trial)
                    known[release.package] = fitted
                    yield outcome
            except NextfixError as error:
                yield Certified(release, ReleaseOutcome.FAILED, problems=(str(error),), error=error)


def _fetched(
    releases: Sequence[Release], *, twins: bool
) -> Generator[tuple[Release, "Future[dict[str, bytes]]"]]:
    """The files of each release in order, the next ones being fetched meanwhile; with those that may be twins."""
    waiting: deque[tuple[Release, Future[dict[str, bytes]]]] = deque()
    pool = ThreadPoolExecutor(_DOWNLOADS)
    try:
        for release in releases:
            about = rules_of(release.package)
            named = frozenset(path for rule in about for path in rule.files)
            waiting.append(
                (release, pool.submit(read_release, release, named, may_be_twin(about) if twins else None))
            )
            if len(waiting) > _DOWNLOADS:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(cancel_futures=True)


def _certified(
    release: Release, files: dict[str, bytes], known: tuple[Rule, ...], trial: Trial
) -> tuple[Certified, tuple[Rule, ...]]:
    """Certify one release, widening the rules that end before it; the rules as they are from here on."""
    fitted = tuple(widened(rule, release.version) for rule in known)
    certificate = _examined(release, files, fitted, trial)
    if certificate.problems:
        return Certified(release, ReleaseOutcome.REFUSED, problems=tuple(certificate.problems)), known
    moved = [new for old, new in zip(known, fitted, strict=True) if new is not old]
    for rule in moved:
        write_widened(rule)
    record_release(release.package, release.version, entry_of(release, certificate))
    outcome = Certified(release, ReleaseOutcome.CERTIFIED, certificate.rules, tuple(certificate.files))
    return replace(outcome, widened=tuple(rule.id for rule in moved)), fitted


def _compared(release: Release, files: dict[str, bytes], known: tuple[Rule, ...], trial: Trial) -> Certified:
    """Compute a release again and compare it with the ledger."""
    certificate = _examined(release, files, known, trial)
    held = certified_releases(release.package).get(release.version)
    if held is None:
        problems = ["the ledger does not hold it"]
    else:
        problems = certificate.problems + list(differences(held, entry_of(release, certificate)))
    done = ReleaseOutcome.DIFFERS if problems else ReleaseOutcome.UNCHANGED
    return Certified(release, done, certificate.rules, tuple(certificate.files), problems=tuple(problems))


def _examined(
    release: Release, files: dict[str, bytes], known: tuple[Rule, ...], trial: Trial
) -> Certificate:
    """The certificate of a release, with what Node says of the results among its problems."""
    certificate = certify_files(release.version, files, known)
    name = f"{release.package}@{release.version}"
    for result in () if certificate.problems else certificate.results:
        for fault in trial.faults(result, name):
            certificate.problems.append(f"{result.path}: {result.rules} ({result.style}): {fault}")
    if not certificate.files and not certificate.problems:
        certificate.problems.append("no rule is about this release")
    return certificate


def entry_of(release: Release, certificate: Certificate) -> dict[str, Any]:
    """A certificate as the ledger records it."""
    return {"integrity": release.integrity, "files": certificate.files}


def differences(held: Any, computed: Any, at: str = "") -> Iterator[str]:
    """Where two entries of the ledger differ, by the path of keys to the place."""
    if isinstance(held, dict) and isinstance(computed, dict):
        for key in sorted(held.keys() | computed.keys()):
            place = f"{at} > {key}" if at else key
            if key not in computed:
                yield f"{place} is in the ledger only"
            elif key not in held:
                yield f"{place} is not in the ledger"
            else:
                yield from differences(held[key], computed[key], place)
    elif held != computed:
        yield f"{at} is {computed}, in the ledger {held}"
