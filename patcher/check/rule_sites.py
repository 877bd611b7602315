"""check, the rules scope: the sites of known defects in the installed copies."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

from patcher.catalogue.load import package_record
from patcher.copies.plan import CopyPlan, FilePlan
from patcher.copies.plan_memory import PlanMemory
from patcher.copies.request import Request
from patcher.copies.survey import plan_all
from patcher.model import CopyState, FileState, Finding, PackageId, Report, Severity, Verdict
from patcher.npm.applicability import Situation, applies, situation_of
from patcher.npm.copies import Copy, as_skipped
from patcher.scan.parts import lacks
from patcher.semantic_patch.examine import Examined
from patcher.text.paths import shown


def check_rules(request: Request) -> Report:
    """Judge every copy under the root: findings, the state of each copy, and what was passed over.

    Raises:
        NextfixError: when there is no project at the root.
    """
    memory = request.memory or PlanMemory()
    survey = plan_all(request)
    situation = cache(lambda: situation_of(request.root))
    missing = cache(partial(lacks, request.root))
    findings = [finding for plan in survey.plans for finding in _findings(plan, situation, missing, memory)]
    return Report(
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        copies=tuple(copy_state(plan) for plan in survey.plans),
        skipped=tuple(as_skipped(problem) for problem in (*survey.problems, *survey.missing)),
        scanned=sum(len(plan.files) for plan in survey.plans),
    )


def copy_state(plan: CopyPlan) -> CopyState:
    """A plan as reports show it."""
    copy = plan.copy
    states = plan.states
    return CopyState(
        copy.name,
        copy.version,
        shown(copy.folder),
        copy.layout,
        plan.verdict,
        states,
        plan.certified,
        plan.reason,
    )


def _findings(
    plan: CopyPlan,
    situation: Callable[[], Situation],
    missing: Callable[[str], bool],
    memory: PlanMemory,
) -> Iterator[Finding]:
    for file in plan.files:
        state = file.state
        for result in _on_disk(plan, file, memory):
            doubt = _doubt(result, state, missing)
            for finding in _sites(plan.copy, file, result, state, situation):
                yield replace(finding, severity=Severity.NOTE, doubt=doubt) if doubt else finding


def _doubt(result: Examined, state: FileState, missing: Callable[[str], bool]) -> str:
    """Why no request of this application may come to the code of a rule; empty when one does."""
    if _verdict(result, state) is Verdict.NOT_AFFECTED:
        reason = next((item.reason for item in state.rules if item.rule == result.rule.id), "")
        return f"not affected: {reason or 'in this release no request is known to come here'}"
    part = result.rule.part
    return f"this application has no {part}: no request comes here" if missing(part) else ""


def _verdict(result: Examined, state: FileState) -> Verdict:
    return next(item.verdict for item in state.rules if item.rule == result.rule.id)


def _on_disk(plan: CopyPlan, file: FilePlan, memory: PlanMemory) -> tuple[Examined, ...]:
    """What the rules say of the bytes on disk, so that lines are those that the user sees."""
    if file.disk == file.base:
        return file.examined
    rules = [result.rule for result in file.examined]
    return memory.judged(rules, plan.copy.version, file.disk, plan.style)[1]


def _sites(
    copy: Copy, file: FilePlan, result: Examined, state: FileState, situation: Callable[[], Situation]
) -> Iterator[Finding]:
    rule = result.rule
    verdict = _verdict(result, state)
    advice = _advice(result, verdict)
    for site in result.sites:
        where = site.location
        matters = applies(site.keeps, situation())
        yield Finding(
            rule=rule.id,
            severity=rule.severity_in(copy.version),
            path=shown(copy.folder / file.path),
            line=where.line,
            column=where.column,
            end_line=where.end_line,
            end_column=where.end_column,
            function=where.function,
            slot=site.slot,
            message=f"{site.slot} keeps the {site.keeps} of a request: {rule.title}",
            fix="none" if verdict is Verdict.MODIFIED else "available",
            package=PackageId(copy.name, copy.version),
            detail=f"{rule.why} {advice}",
            applies=matters,
            keeps=site.keeps,
        )


def _advice(result: Examined, verdict: Verdict) -> str:
    if verdict is Verdict.MODIFIED:
        return f"It cannot be rewritten: {result.reason or 'see nextfix status'}."
    command = "nextfix apply"
    if verdict is Verdict.NOT_AFFECTED:
        command += f" --rule {result.rule.id}"
    rebuild = f" Then {package_record(result.rule.package).rebuild}." if result.rule.rebuild else ""
    return f"Run '{command}'.{rebuild}"
