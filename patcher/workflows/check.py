"""check, the rules scope: the sites of known defects in the installed copies."""

from collections.abc import Iterator
from pathlib import Path

from patcher.engine.rewrite import Examined, examine
from patcher.errors import NextfixError
from patcher.model import CopyState, FileState, Finding, PackageId, Report, Skipped, Verdict
from patcher.packages.copies import Copy, find_copies
from patcher.syntax.tree import parse
from patcher.text.paths import shown
from patcher.workflows.apply import PACKAGES
from patcher.workflows.plan import CopyPlan, FilePlan, plan_copy, severity_of
from patcher.workflows.request import Request


def check_rules(request: Request) -> Report:
    """Judge every copy under the root: findings, the state of each copy, and what was passed over.

    Raises:
        NextfixError: when there is no project at the root.
    """
    copies = find_copies(request.root, PACKAGES)
    findings: list[Finding] = []
    states: list[CopyState] = []
    skipped = [Skipped(shown(Path(item.path)), item.reason) for item in copies.skipped]
    scanned = 0
    for copy in copies.found:
        try:
            plan = plan_copy(copy, request)
        except NextfixError as error:
            skipped.append(Skipped(shown(copy.folder), str(error)))
            continue
        scanned += len(plan.files)
        states.append(copy_state(plan))
        findings.extend(_findings(plan))
    return Report(tuple(sorted(findings, key=lambda f: f.order)), tuple(states), tuple(skipped), scanned)


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


def _findings(plan: CopyPlan) -> Iterator[Finding]:
    for file in plan.files:
        state = file.state
        for result in _on_disk(plan, file):
            yield from _sites(plan.copy, file, result, state)


def _on_disk(plan: CopyPlan, file: FilePlan) -> tuple[Examined, ...]:
    """What the rules say of the bytes on disk, so that lines are those that the user sees."""
    if file.disk == file.base:
        return file.examined
    tree = parse(file.disk)
    return tuple(examine(r.rule, plan.copy.version, file.disk, tree, plan.style) for r in file.examined)


def _sites(copy: Copy, file: FilePlan, result: Examined, state: FileState) -> Iterator[Finding]:
    rule = result.rule
    verdict = next(item.verdict for item in state.rules if item.rule == rule.id)
    fixable = verdict is not Verdict.MODIFIED
    command = f"nextfix apply --rule {rule.id}" if verdict is Verdict.NOT_AFFECTED else "nextfix apply"
    advice = (
        f"Run '{command}'."
        if fixable
        else f"It cannot be rewritten: {result.reason or 'see nextfix status'}."
    )
    for site in result.sites:
        where = site.location
        yield Finding(
            rule=rule.id,
            severity=severity_of(rule, copy.version),
            path=shown(copy.folder / file.path),
            line=where.line,
            column=where.column,
            end_line=where.end_line,
            end_column=where.end_column,
            function=where.function,
            slot=site.slot,
            message=f"{site.slot} keeps the {site.keeps} of a request: {rule.title}",
            fix="available" if fixable else "none",
            package=PackageId(copy.name, copy.version),
            detail=f"{rule.why} {advice}",
        )
