"""From what was found to what counts: severities of the configuration, inline ignores, the baseline."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from patcher.catalogue.load import package_record
from patcher.check.baseline import AcceptedFinding, compare
from patcher.check.config import Config, path_filter
from patcher.check.ignores import NO_REASON, UNUSED, apply_ignores
from patcher.check.scope import Scope
from patcher.disk.outside import read_outside
from patcher.errors import ExitCode, NextfixError, gravest
from patcher.model import CopyState, Finding, Report, RuleInfo, Severity, Skipped, Verdict
from patcher.report.findings.summary import counted, reached, severities
from patcher.syntax.components import script_of

IN_PACKAGE = "node_modules/"

IGNORE_RULES = (
    RuleInfo(
        id=UNUSED,
        title="an ignore comment that ignores nothing",
        why="The code below it has changed, or the rule's name is wrong; a real finding would be hidden.",
        help="Remove the comment, or correct the rule's name.",
        severity=Severity.WARNING,
    ),
    RuleInfo(
        id=NO_REASON,
        title="an ignore comment without a reason",
        why="Nobody can tell later whether the finding may still be ignored.",
        help="Write `nextfix-ignore RULE: reason`.",
        severity=Severity.WARNING,
    ),
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of `check` looked at.

    `paths` are the files and folders that were named, relative to the working directory (none: all of it);
    `sources` one's own source files that were read; `package_rules` and `source_rules` the ids of all rules
    of each kind, whether they ran or not.
    """

    scopes: Collection[Scope]
    paths: Sequence[str]
    sources: Collection[str]
    package_rules: Collection[str]
    source_rules: Collection[str]

    def covers(self, rule: str, path: str) -> bool:
        """Whether this run would have found `rule` in `path`."""
        general = Scope.DEPS if IN_PACKAGE in path else Scope.SOURCE
        scope = Scope.RULES if rule in self.package_rules else general
        return scope in self.scopes and (
            not self.paths or any(PurePosixPath(path).is_relative_to(named) for named in self.paths)
        )


def judge(found: Report, run: Run, config: Config, baseline: Collection[AcceptedFinding] = ()) -> Report:
    """What counts of `found`: excluded paths gone, severities changed, ignores and baseline taken off.

    Inline ignores count in one's own source only: a package must not be able to silence its findings.
    Findings come out in report order.

    Args:
        found: everything that rules and analysis found.
        run: what was looked at.
        config: excluded paths and severities.
        baseline: the accepted findings.
    """
    report = _without_excluded(found, config)
    kept, ignored = _after_ignores(_with_severities(report.findings, config), run, config)
    kept = [_as_apply_takes_it(finding, run) for finding in kept]
    compared = compare(sorted(kept, key=lambda finding: finding.order), baseline)
    stale = tuple(
        f"{entry.rule} {entry.slot} in {entry.path}"
        for entry in compared.stale
        if run.covers(entry.rule, entry.path)
    )
    return replace(
        report, findings=compared.new, ignored=ignored, accepted=len(compared.accepted), stale=stale
    )


def _as_apply_takes_it(finding: Finding, run: Run) -> Finding:
    """A finding of the analysis in a package that came out as a note has no fix: `apply --scope deps` leaves notes."""
    noted = finding.package is not None and finding.severity is Severity.NOTE
    return replace(finding, fix="none") if noted and finding.rule in run.source_rules else finding


def ending(report: Report, fail_on: Severity, *, applied: bool = False) -> tuple[ExitCode, str]:
    """The exit code of a check with `report`, and its reason; the first of these that holds:

    The gravest of REFUSED for a copy that nextfix cannot judge and the codes of what was skipped, because nobody knows
    what is in it; FINDINGS when a finding is at least as severe as `fail_on`, or, if `applied` is asked for, when a
    copy is still affected, even where its findings are accepted or switched off; NOTHING when there was nothing to
    look at, something that is asked for is not installed, or there is no copy and `applied` is asked for. The reason
    counts what failed in any case.
    """
    failing = Counter(finding.severity for finding in reached(report.findings, fail_on))
    found = severities(*(failing[severity] for severity in Severity)) if failing else ""
    pending = sum(copy.verdict is Verdict.AFFECTED for copy in report.copies) if applied else 0
    waiting = f"{counted(pending, 'copy')} to be rewritten by 'nextfix apply'" if pending else ""
    failed = "; ".join(filter(None, (found, waiting)))
    problems = [*_refused(report.copies), *report.skipped]
    if problems and not (failed and all(problem.code is ExitCode.NOTHING for problem in problems)):
        code, reason = gravest(problems, "the report")
        skipped = f"{counted(len(report.skipped), 'file')} could not be checked" if report.skipped else ""
        lead = skipped if code is ExitCode.DEFECT else ""
        return code, "; ".join(filter(None, (failed, lead, f"{reason}{_what_to_do(code, reason)}")))
    if failed:
        absent = f"{problems[0]}" if problems else ""
        return ExitCode.FINDINGS, "; ".join(filter(None, (failed, absent)))
    if applied and not report.copies:
        return ExitCode.NOTHING, "no installed copy that a rule names; install it first"
    if not (report.scanned or report.copies or report.excluded):
        return ExitCode.NOTHING, "nothing to look at: no source file and no installed copy that a rule names"
    return ExitCode.OK, ""


def _what_to_do(code: ExitCode, reason: str) -> str:
    """What to do about a file that was skipped, where its reason does not say so."""
    return (
        "; correct it, or list it under exclude in nextfix.toml"
        if code is ExitCode.DEFECT and ";" not in reason
        else ""
    )


def _refused(copies: Iterable[CopyState]) -> Iterator[Skipped]:
    """The copies that nextfix cannot judge, as something that was skipped."""
    for copy in copies:
        unknown = copy.verdict is Verdict.UNKNOWN_RELEASE and package_record(copy.name).serves
        if unknown or copy.verdict is Verdict.MODIFIED:
            yield Skipped(copy.path, copy.reason or copy.verdict, ExitCode.REFUSED)


def _with_severities(findings: Iterable[Finding], config: Config) -> Iterator[Finding]:
    """`findings` with the severities that `config` gives to their rules; those of a rule that is off go."""
    for finding in findings:
        severity = config.severity.get(finding.rule, finding.severity)
        if severity is not None:
            yield finding if severity is finding.severity else replace(finding, severity=severity)


def _without_excluded(report: Report, config: Config) -> Report:
    if not config.exclude:
        return report
    excluded = path_filter(config.exclude, config.root)
    left_out = [copy for copy in report.copies if excluded(f"{copy.path}/")]
    return replace(
        report,
        scanned=report.scanned - sum(bool(file.rules) for copy in left_out for file in copy.files),
        findings=tuple(finding for finding in report.findings if not excluded(finding.path)),
        copies=tuple(copy for copy in report.copies if copy not in left_out),
        skipped=tuple(entry for entry in report.skipped if not excluded(entry.path)),
    )


def _after_ignores(findings: Iterable[Finding], run: Run, config: Config) -> tuple[list[Finding], int]:
    """The findings left, complaints about ignores among them, and how many were silenced."""
    kept: list[Finding] = []
    own: dict[str, list[Finding]] = {path: [] for path in run.sources}
    for finding in findings:
        if finding.package is None and IN_PACKAGE not in finding.path:
            own.setdefault(finding.path, []).append(finding)
        else:
            kept.append(finding)
    known = {*run.package_rules, *run.source_rules}
    checked = [rule for rule in run.source_rules if config.severity.get(rule, Severity.NOTE) is not None]
    ignored = 0
    for path, here in own.items():
        script = script_of(path, _source(path))
        result = apply_ignores(script.source, path, here, checked, known, script.dialect)
        kept += (*result.kept, *_with_severities(result.complaints, config))
        ignored += len(result.silenced)
    return kept, ignored


def _source(path: str) -> bytes:
    """The bytes of a source file; none when it has gone since it was scanned, which leaves its findings."""
    try:
        return read_outside(path)
    except NextfixError:
        return b""
