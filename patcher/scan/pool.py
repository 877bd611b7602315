"""Many files: analysed by two processes, remembered by content, reported as findings."""

import os
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patcher.analysis.doubt import Doubt
from patcher.analysis.site import Site
from patcher.errors import ExitCode, NextfixError
from patcher.model import Finding, PackageId, Severity, Skipped
from patcher.npm.manifest import read_manifest
from patcher.rule import Family
from patcher.scan.cache import Answer, Answers, Memory
from patcher.scan.fold import fold
from patcher.scan.link_memory import mark_of
from patcher.scan.linked import Linked
from patcher.scan.package_files import package_folder
from patcher.scan.read import UNREADABLE, ScannedFile, look_at
from patcher.scan.served import is_quiet, unserved

if TYPE_CHECKING:
    from patcher.scan.link import Link

CHUNK = 192
_FEW = 64


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found. `twins` counts findings folded into another of the same package; they are in
    `folded`, in the same order of fields as findings, for who wants every place. `unserved` counts files whose findings
    were left out because no server runs them."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    scanned: int
    folded: tuple[Finding, ...] = ()
    unserved: int = 0


@contextmanager
def searching(
    files: Iterable[str], families: Mapping[str, Family], *, jobs: int = 0, cache: Path | None = None
) -> Iterator["Search"]:
    """Begin to analyse `files` on other processes, while they are still being listed; then this process is free
    until it asks what was found.

    Args:
        files: paths, as `patcher.scan.source_files` lists them.
        families: the rules of the analysis by id, for severities and messages.
        jobs: processes to use; 0 is one a core, at most four.
        cache: a file to remember results in, None to remember nothing.
    """
    memory = Memory.load(cache) if cache is not None else Memory({}, {})
    fresh: list[str] = []
    remembered: list[ScannedFile] = []

    def unknown() -> Iterator[str]:
        for path in files:
            outcome = memory.recall(path) if cache is not None else None
            if outcome is None:
                fresh.append(path)
                yield path
            else:
                remembered.append(outcome)

    in_root = frozenset(family.id for family in families.values() if family.made_in_root)
    look = partial(look_at_all, known=memory.known, in_root=in_root)
    with _looking(unknown(), look, jobs or min(4, os.cpu_count() or 1)) as parts:
        yield Search(families, fresh, remembered, parts, memory, cache)


@dataclass(slots=True)
class Search:
    """An analysis under way: what is remembered, and what other processes find of the `fresh` files."""

    _families: Mapping[str, Family]
    _fresh: list[str]
    _remembered: list[ScannedFile]
    _parts: Iterator[list[ScannedFile]]
    _memory: Memory
    _cache: Path | None
    _planned: bool = False

    @property
    def plans(self) -> dict[str, Any]:
        """What an earlier run kept of the plans of copies."""
        return self._memory.plans

    def keep_plans(self, plans: dict[str, Any]) -> None:
        """Remember `plans`, which JSON can hold, together with what this run finds."""
        self._memory.plans, self._planned = plans, True

    def report(
        self,
        progress: Callable[[int], None] | None = None,
        root: str = "",
        linked: Linked | None = None,
    ) -> Scan:
        """Wait for the end, remember what was found, and report it.

        Args:
            progress: called with the number of files looked at so far.
            root: the folder that finding paths are relative to; the working directory by default.
            linked: what the files are linked by; None when every file counts as one that a server runs.
        """
        outcomes: list[ScannedFile] = []
        for done, part in enumerate(self._parts, 1):
            outcomes += part
            if progress is not None:
                progress(min(done * CHUNK, len(self._fresh)))
        found = [*map(self._memory.filled_in, outcomes), *self._remembered]
        mark = mark_of(linked) if linked is not None and self._cache is not None else ""
        folders = {_package(outcome.path) for outcome in found if outcome.sites} - {""}
        marks = self._memory.package_marks(folders) if linked is not None and self._cache is not None else {}
        answers = self._memory.links(mark) | self._memory.package_links(marks)
        result = scan_of(
            found, self._families, len(self._fresh) + len(self._remembered), root, linked, answers
        )
        of_packages: dict[str, Answers] = {}
        for path in [path for path in answers if _package(path)]:
            of_packages.setdefault(_package(path), {})[path] = answers.pop(path)
        new = self._memory.keep_package_links(marks, of_packages)
        if self._memory.keep_links(mark, answers) or new or self._fresh or self._planned:
            self._remember(outcomes)
        return result

    def _remember(self, outcomes: list[ScannedFile]) -> None:
        if self._cache is not None:
            clean = {*self._fresh} - {outcome.path for outcome in outcomes}
            self._memory.store(self._cache, outcomes, sorted(clean))


@contextmanager
def _looking(
    files: Iterator[str], look: Callable[[list[str]], list[ScannedFile]], jobs: int
) -> Iterator[Iterator[list[ScannedFile]]]:
    """What is worth saying of each file, in chunks; nothing is said of those with nothing to analyse."""
    first = list(islice(files, _FEW))
    if jobs < 2 or len(first) < _FEW:
        yield map(look, _chunks([*first, *files]))
        return
    import gc
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    import patcher.analysis.file  # noqa: F401 (once, before the processes are forked)

    gc.freeze()
    method = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context(method)) as pool:
        try:
            yield pool.map(look, _chunks(chain(first, files)))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _chunks(files: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(files)
    while part := list(islice(rest, CHUNK)):
        yield part


def look_at_all(
    paths: list[str], known: Container[str] = (), in_root: Container[str] = ()
) -> list[ScannedFile]:
    """The outcomes of those of `paths` that were analysed or skipped; see `look_at`."""
    import gc

    gc.disable()
    found = [outcome for path in paths if (outcome := look_at(path, known, in_root)).key or outcome.skipped]
    gc.enable()
    return found


def scan_of(
    outcomes: list[ScannedFile],
    families: Mapping[str, Family],
    scanned: int,
    root: str = "",
    linked: Linked | None = None,
    answers: Answers | None = None,
) -> Scan:
    """Outcomes as findings, twins of a package folded, in the order of their paths.

    A finding in a file that no server runs is folded into its twin in one that a server does run, or left out; so is
    the syntax error of such a file.
    `answers` are those of an earlier link step that still hold; new ones are put into it.
    """
    base = root or os.getcwd()
    packages: dict[str, PackageId | None] = {}
    findings: list[Finding] = []
    unserved: list[Finding] = []
    skipped: list[Skipped] = []
    link = _LinkStep(linked, families) if linked is not None else None
    left_out: set[str] = set()
    for outcome in sorted(outcomes, key=lambda outcome: outcome.path):
        if not outcome.sites and not outcome.skipped:
            continue
        shown = os.path.relpath(outcome.path, base).replace(os.sep, "/")
        if outcome.skipped and link is not None and link.leaves_out(outcome):
            left_out.add(shown)
        elif outcome.skipped:
            code = ExitCode.FILES if outcome.skipped.startswith(UNREADABLE) else ExitCode.DEFECT
            skipped.append(Skipped(shown, outcome.skipped, code))
        doubt, sites = link.shown(outcome, answers) if link is not None else ("", outcome.sites)
        if sites:
            package = package_of(outcome.path, packages)
            found = _findings(replace(outcome, sites=sites), shown, package, families, doubt)
            (unserved if doubt else findings).extend(found)
    kept, folded = fold(findings, unserved)
    if link is None or not link.linked.thorough:
        out = {id(finding) for finding in unserved}
        left_out |= {finding.path for finding in kept if id(finding) in out}
        kept = [finding for finding in kept if id(finding) not in out]
    return Scan(
        tuple(kept), tuple(sorted(skipped, key=lambda s: s.path)), scanned, tuple(folded), len(left_out)
    )


def _package(path: str) -> str:
    return package_folder(os.path.abspath(path))


class _LinkStep:
    """The link step of a run, loaded when it is first asked: mostly all of its answers are remembered."""

    def __init__(self, linked: Linked, families: Mapping[str, Family]) -> None:
        self.linked, self._families = linked, families

    @cached_property
    def step(self) -> "Link":
        """What answers for files of which nothing is remembered."""
        from patcher.scan.link import Link

        return Link(self.linked, self._families)

    def leaves_out(self, outcome: ScannedFile) -> bool:
        """Whether an error in a file is not reported, since no server runs it."""
        return not self.linked.thorough and bool(outcome.key) and bool(self.step.doubt(outcome.path))

    def shown(self, outcome: ScannedFile, answers: Answers | None) -> tuple[str, tuple[Site, ...]]:
        """Why no server runs a file, if so, and those of its sites that are reported."""
        answer = self._answer(outcome, {} if answers is None else answers)
        families, shows = self._families, self.linked.shows
        return answer.doubt, tuple(
            site for site in answer.sites if shows(outcome.path, site, families[site.family])
        )

    def _answer(self, outcome: ScannedFile, answers: Answers) -> Answer:
        """What the link step says of the sites of a file; it is remembered in `answers`."""
        path = os.path.abspath(outcome.path)
        known = answers.get(path)
        if known is not None:
            return known
        sites = self.step.settled(outcome.path, outcome.sites)
        answer = Answer(self.step.doubt(outcome.path) if sites else "", sites)
        if self.step.is_own(outcome.path) or not self.step.is_named(outcome.path):
            answers[path] = answer
        return answer


def _findings(
    outcome: ScannedFile, shown: str, package: PackageId | None, families: Mapping[str, Family], doubt: str
) -> Iterator[Finding]:
    place = outcome.path.replace(os.sep, "/")
    quiet = bool(doubt) or is_quiet(place, browser=outcome.browser)
    for site in outcome.sites:
        family = families[site.family]
        if not site.doubt:
            asks = family.asks_in_applications if package is None else family.asks_in_packages
            site = replace(site, doubt=Doubt(asks))
        yield Finding(
            rule=family.id,
            severity=Severity.NOTE if quiet else _severity(family, site),
            path=shown,
            line=site.line,
            column=site.column,
            end_line=site.end_line,
            end_column=site.end_column,
            function=site.function,
            slot=site.slot,
            message=_message(family, site),
            fix="available" if package is not None and _is_rewritten(site, place, package) else "none",
            package=package,
            detail=_detail(family, doubt or site.doubt.text, own=package is None),
            keeps=site.keeps or family.keeps,
            growth=site.growth or family.growth,
            doubt=doubt or site.doubt.text,
        )


def _message(family: Family, site: Site) -> str:
    said = family.message(site.slot, site.function)
    return f"{said}, in …{site.near}…" if site.near else said


def _detail(family: Family, doubt: str, *, own: bool) -> str:
    advice = family.advice(own=own)
    return f"{advice}\nIn doubt: {doubt}" if doubt else advice


def _is_rewritten(site: Site, place: str, package: PackageId) -> bool:
    """Whether `apply --scope deps` would rewrite a site: it finds a package by the name of its folder."""
    return site.detachable and f"node_modules/{package.name}/" in place and not unserved(place)


def _severity(family: Family, site: Site) -> Severity:
    """Errors and warnings are sure, and errors grow; what has a doubt is a note that names it."""
    if site.doubt:
        return Severity.NOTE
    grows = site.growth != "one for the process"
    return family.severity if grows or family.severity is not Severity.ERROR else Severity.WARNING


def package_of(path: str, known: dict[str, PackageId | None]) -> PackageId | None:
    """The package that a file in node_modules belongs to, from the nearest package.json with a name."""
    if "node_modules" not in path.split(os.sep):
        return None
    folder = os.path.dirname(path)
    if folder not in known:
        known[folder] = _read_package(folder)
        if (
            known[folder] is None
            and os.path.basename(folder) != "node_modules"
            and folder not in ("", os.sep)
        ):
            known[folder] = package_of(folder, known)
    return known[folder]


def _read_package(folder: str) -> PackageId | None:
    try:
        manifest = read_manifest(Path(folder))
    except NextfixError:
        return None
    return PackageId(manifest.name, manifest.version) if manifest and manifest.name else None
