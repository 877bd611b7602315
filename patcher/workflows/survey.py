"""What `check` means: look at what was asked for, judge it, or accept it as the baseline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from patcher.analysis.noise import unserved
from patcher.analysis.scan import Search, begun
from patcher.disk.write import write_file
from patcher.errors import ExitCode, NextfixError
from patcher.model import Report, Severity, Skipped
from patcher.packages.sources import dependency_sources, own_sources
from patcher.registry.families import families
from patcher.report.progress import Advance
from patcher.text.paths import shown
from patcher.workflows.baseline import baseline_bytes, entries, read_baseline
from patcher.workflows.cache import cache_file
from patcher.workflows.check import check_rules
from patcher.workflows.config import Config, check_rule_names, find_config, load_config, path_filter
from patcher.workflows.judge import IN_PACKAGE, Run, judge
from patcher.workflows.known import all_rules, package_rules, source_rules
from patcher.workflows.request import Request
from patcher.workflows.scope import DEFAULT, Scope, parse_scopes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked of `check`: the command line, and below it the configuration.

    `paths` is empty for the working directory; `baseline` and `cache` are None for none. `thorough` reads what
    no server runs too.
    """

    paths: tuple[Path, ...]
    scopes: frozenset[Scope]
    fail_on: Severity
    baseline: Path | None
    cache: Path | None
    config: Config
    thorough: bool = False


@dataclass(frozen=True, slots=True)
class _Files:
    """The files to analyse, folders that could not be listed, how many named files were left out, and how
    many files of dependencies that no server runs."""

    chosen: list[str]
    skipped: tuple[Skipped, ...]
    excluded: int
    unserved: int


def wanted(
    paths: Sequence[Path] | None,
    scopes: Sequence[str] | None,
    fail_on: Severity | None,
    baseline: Path | None,
    config_file: Path | None,
    *,
    cached: bool = True,
    thorough: bool = False,
) -> Wanted:
    """The options of the command line, filled up from the configuration and the defaults.

    Raises:
        NextfixError: USAGE for a wrong scope or configuration, NOTHING for a path that does not exist.
    """
    config = load_config(config_file or find_config(Path.cwd()))
    check_rule_names(config, all_rules())
    for path in paths or ():
        if not path.exists():
            raise NextfixError(ExitCode.NOTHING, "no such file or folder", path=path)
    return Wanted(
        paths=tuple(paths or ()),
        scopes=parse_scopes(scopes) if scopes else config.scope or DEFAULT,
        fail_on=fail_on or config.fail_on or Severity.WARNING,
        baseline=baseline or config.baseline,
        cache=cache_file() if cached else None,
        config=config,
        thorough=thorough,
    )


def survey(asked: Wanted, advance: Advance) -> Report:
    """Look at everything asked for and judge it; see `judge` for what that leaves.

    Raises:
        NextfixError: USAGE for a baseline that is none, NOTHING when packages were to be looked at and
            lie in archives.
    """
    known = read_baseline(asked.baseline) if asked.baseline else ()
    found, run = _look(asked, advance)
    return judge(found, run, asked.config, known)


def accept(asked: Wanted, advance: Advance) -> int:
    """Write today's findings to the baseline; entries that this run could not find again are kept.

    Returns:
        How many entries the baseline has now.

    Raises:
        NextfixError: USAGE when no baseline is named, FILES when it cannot be written.
    """
    if asked.baseline is None:
        raise NextfixError(ExitCode.USAGE, "--update-baseline: no file is named", hint="add --baseline FILE")
    found, run = _look(asked, advance)
    today = entries(judge(found, run, asked.config).findings)
    old = read_baseline(asked.baseline) if asked.baseline.exists() else ()
    kept = [entry for entry in old if not run.covers(entry.rule, entry.path)]
    accepted = tuple({entry.fingerprint: entry for entry in (*kept, *today)}.values())
    write_file(asked.baseline, baseline_bytes(accepted))
    return len(accepted)


def _look(asked: Wanted, advance: Advance) -> tuple[Report, Run]:
    files = _files(asked)
    run = Run(
        scopes=asked.scopes,
        paths=tuple(shown(path) for path in asked.paths),
        sources=tuple(path for path in files.chosen if IN_PACKAGE not in path),
        package_rules=package_rules(),
        source_rules=source_rules(),
    )
    with begun(files.chosen, cache=asked.cache) as search:
        copies = _copies(asked) if Scope.RULES in asked.scopes else Report((), (), ())
        analysed = _analysed(search, files, copies, advance)
    return _together((copies, analysed)), run


def _analysed(search: Search, files: _Files, copies: Report, advance: Advance) -> Report:
    """The general analysis of `files`; a store that a rule of `copies` tells is not told again."""
    result = search.tell(families(), lambda done: advance(done, len(files.chosen)))
    told = {(finding.path, finding.line) for finding in copies.findings}
    return Report(
        findings=tuple(finding for finding in result.findings if (finding.path, finding.line) not in told),
        copies=(),
        skipped=(*files.skipped, *result.skipped),
        scanned=result.scanned,
        excluded=files.excluded,
        unserved=files.unserved,
    )


def _files(asked: Wanted) -> _Files:
    """The files for the general analysis; those that were named are not measured by `include`."""
    config, roots = asked.config, asked.paths or (Path(),)
    excluded = path_filter(config.exclude, config.root)
    included = path_filter(config.include, config.root)
    named = {shown(path) for path in asked.paths if path.is_file()}
    chosen: list[str] = []
    skipped: list[Skipped] = []
    passed = 0
    if Scope.SOURCE in asked.scopes:
        own = own_sources(roots, excluded)
        chosen += [file for file in own.files if not config.include or file in named or included(file)]
        skipped += own.skipped
    if Scope.DEPS in asked.scopes:
        theirs = dependency_sources(roots, excluded)
        served = [file for file in theirs.files if asked.thorough or file in named or not unserved(file)]
        passed = len(theirs.files) - len(served)
        chosen += served
        skipped += theirs.skipped
    chosen = list(dict.fromkeys(chosen))
    return _Files(chosen, tuple(skipped), sum(excluded(path) for path in named), passed)


def _copies(asked: Wanted) -> Report:
    """The rules on every copy under the folders asked for, each copy once."""
    reports = []
    for root in asked.paths or (Path(),):
        if not root.is_dir():
            continue
        try:
            reports.append(check_rules(Request(root, asked.config.style)))
        except NextfixError as error:
            if asked.scopes == {Scope.RULES}:
                raise
            reports.append(Report((), (), (Skipped(shown(root), error.reason),)))
    return _together(reports)


def _together(parts: Iterable[Report]) -> Report:
    """One report of several; what two of them say is said once."""
    parts = tuple(parts)
    return Report(
        findings=tuple(dict.fromkeys(finding for part in parts for finding in part.findings)),
        copies=tuple({copy.path: copy for part in parts for copy in part.copies}.values()),
        skipped=tuple(dict.fromkeys(entry for part in parts for entry in part.skipped)),
        scanned=sum(part.scanned for part in parts),
        excluded=sum(part.excluded for part in parts),
        unserved=sum(part.unserved for part in parts),
    )
