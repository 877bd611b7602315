"""What `check` means: look at what was asked for, judge it, or accept it as the baseline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from patcher.catalogue.load import families
from patcher.check.baseline import baseline_bytes, entries, read_baseline
from patcher.check.config import Config, check_rule_names, find_config, load_config, path_filter
from patcher.check.known_rules import all_rules, package_rules, source_rules
from patcher.check.policy import IN_PACKAGE, Run, judge
from patcher.check.scope import DEFAULT, Scope, parse_scopes
from patcher.check.situations import affected, forget, node_advice, with_verdicts
from patcher.copies.plan_memory import PlanMemory
from patcher.copies.request import Request
from patcher.disk.outside import read_if_there
from patcher.disk.presence import is_a_folder, is_regular, is_there
from patcher.disk.user_cache import cache_file
from patcher.disk.write import replace_file
from patcher.errors import ExitCode, NextfixError
from patcher.model import Report, Severity, Skipped
from patcher.report.progress import Advance
from patcher.scan.linked import Linked
from patcher.scan.pool import Search, searching
from patcher.scan.served import unserved
from patcher.scan.source_files import dependency_files, own_files
from patcher.text.paths import shown


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


class _Files:
    """The files for the general analysis, listed once, while they are looked at already.

    When they have been listed, `chosen` has all of them, `skipped` the folders that could not be, `excluded` the
    number of named files that were left out, and `unserved` that of files of dependencies that no server runs.
    """

    def __init__(self, asked: Wanted) -> None:
        self.chosen: list[str] = []
        self.skipped: list[Skipped] = []
        self.unserved = 0
        self._asked, self._roots = asked, asked.paths or (Path(),)
        self._left_out = path_filter(asked.config.exclude, asked.config.root)
        self._named = {shown(path) for path in asked.paths if is_regular(path)}
        self.excluded = sum(self._left_out(path) for path in self._named)

    def __iter__(self) -> Iterator[str]:
        scopes = self._asked.scopes
        own = self._own() if Scope.SOURCE in scopes else iter(())
        for file in chain(own, self._dependencies() if Scope.DEPS in scopes else ()):
            self.chosen.append(file)
            yield file

    def linked(self) -> Linked:
        """What the files are linked by, once all of them have been listed."""
        own = [path for path in self.chosen if IN_PACKAGE not in path]
        return Linked(own, frozenset(self._named), self._asked.thorough)

    def _own(self) -> Iterator[str]:
        """One's own; those that were named are not measured by `include`."""
        config = self._asked.config
        included = path_filter(config.include, config.root)
        for file in own_files(self._roots, self.skipped, self._left_out):
            if not config.include or file in self._named or included(file):
                yield file

    def _dependencies(self) -> Iterator[str]:
        own = frozenset(self.chosen)
        for file in dependency_files(self._roots, self.skipped, self._left_out):
            if not (self._asked.thorough or file in self._named) and unserved(file):
                self.unserved += 1
            elif file not in own:
                yield file


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
        if not is_there(path):
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
        NextfixError: USAGE when no baseline is named, REFUSED when another program changes it meanwhile, FILES when
            it cannot be written.
    """
    if asked.baseline is None:
        raise NextfixError(ExitCode.USAGE, "--update-baseline: no file is named", hint="add --baseline FILE")
    found, run = _look(asked, advance)
    today = entries(judge(found, run, asked.config).findings)
    before = read_if_there(asked.baseline, code=ExitCode.USAGE, hint="name a file")
    old = read_baseline(asked.baseline) if before is not None else ()
    kept = [entry for entry in old if not run.covers(entry.rule, entry.path)]
    accepted = tuple({entry.fingerprint: entry for entry in (*kept, *today)}.values())
    replace_file(asked.baseline, before, baseline_bytes(accepted))
    return len(accepted)


def _look(asked: Wanted, advance: Advance) -> tuple[Report, Run]:
    forget()
    files = _Files(asked)
    with searching(files, families(), cache=asked.cache) as search:
        memory = PlanMemory(search.plans)
        copies = _copies(asked, memory) if Scope.RULES in asked.scopes else Report((), (), ())
        if memory.is_new:
            search.keep_plans(memory.kept)
        analysed = _analysed(search, files, copies, advance)
    run = Run(
        scopes=asked.scopes,
        paths=tuple(shown(path) for path in asked.paths),
        sources=tuple(path for path in files.chosen if IN_PACKAGE not in path),
        package_rules=package_rules(),
        source_rules=source_rules(),
    )
    found = _together((copies, analysed))
    return replace(
        found,
        findings=tuple(with_verdicts(found.findings)),
        advice=node_advice(),
        affected=affected(found.copies),
    ), run


def _analysed(search: Search, files: _Files, copies: Report, advance: Advance) -> Report:
    """The general analysis of `files`; a store that a rule of `copies` reports is not reported again."""
    result = search.report(lambda done: advance(done, len(files.chosen)), linked=files.linked())
    reported = {(finding.path, finding.line) for finding in copies.findings}
    return Report(
        findings=tuple(
            finding for finding in result.findings if (finding.path, finding.line) not in reported
        ),
        copies=(),
        skipped=(*files.skipped, *result.skipped),
        scanned=result.scanned,
        excluded=files.excluded,
        unserved=files.unserved + result.unserved,
    )


def _copies(asked: Wanted, memory: PlanMemory) -> Report:
    """The rules on every copy under the folders asked for, each copy once."""
    # Here, where other processes are at work on the sources already.
    from patcher.check.rule_sites import check_rules

    reports = []
    for root in asked.paths or (Path(),):
        if not is_a_folder(root):
            continue
        try:
            reports.append(check_rules(Request(root, asked.config.style, memory=memory)))
        except NextfixError as error:
            if asked.scopes == {Scope.RULES}:
                raise
            reports.append(Report((), (), (Skipped(shown(root), error.advised, error.code),)))
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
