"""apply: rewrite the copies of a project, each under its lock and its receipt."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from patcher.catalogue.load import stamp
from patcher.copies.chosen_copies import copies_of
from patcher.copies.request import Request
from patcher.copies.up_to_date import current_receipt, up_to_date_receipt
from patcher.disk.lock import locked
from patcher.disk.receipt import (
    FOLDER,
    Receipt,
    ReceiptEntry,
    digest,
    forget,
    keep_original,
    modules_folder,
    receipts_folder,
    write_receipt,
)
from patcher.disk.write import read_inside, replace_inside, sweep
from patcher.errors import ExitCode, NextfixError
from patcher.model import Verdict
from patcher.npm.archives import LAYOUT
from patcher.npm.copies import Copies, Copy

if TYPE_CHECKING:
    from patcher.copies.plan import CopyPlan, FilePlan


class CopyOutcome(StrEnum):
    """What `apply` did with a copy."""

    REWRITTEN = "rewritten"
    WOULD_REWRITE = "would rewrite"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome for one copy; `files` are those written, `error` says why it was refused or failed.

    `verdict` is None for a copy of which nothing is known, because it could not be read. `left` are the rules that make
    no difference on the Node that the project declares.
    """

    copy: Copy
    done: CopyOutcome
    verdict: Verdict | None
    certified: bool
    style: str = ""
    rules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    reason: str = ""
    error: NextfixError | None = None
    left: tuple[str, ...] = ()


def apply_all(request: Request, *, dry_run: bool) -> tuple[Iterator[Applied], Copies]:
    """Apply the rules to every copy under the root: the outcomes one by one, and what was found.

    One copy that fails does not keep the others from being rewritten.

    Raises:
        NextfixError: NOTHING when there is no project at the root.
    """
    copies = copies_of(request)
    return (_apply_one(copy, request, dry_run) for copy in copies.found), copies


def _apply_one(copy: Copy, request: Request, dry_run: bool) -> Applied:
    try:
        receipt = up_to_date_receipt(copy, request)
        if receipt is not None:
            return _as_before(copy, receipt)
        return _plan_only(copy, request) if dry_run else _rewrite(copy, request)
    except NextfixError as error:
        return Applied(copy, CopyOutcome.FAILED, None, False, reason=str(error), error=error)


def _as_before(copy: Copy, receipt: Receipt) -> Applied:
    verdict = Verdict.APPLIED if receipt.rules else Verdict.NOT_AFFECTED
    return Applied(copy, CopyOutcome.UNCHANGED, verdict, receipt.certified, receipt.style, receipt.rules)


def _plan_only(copy: Copy, request: Request) -> Applied:
    from patcher.copies.planner import plan_copy

    plan = plan_copy(copy, request)
    return _summed(plan, CopyOutcome.WOULD_REWRITE if plan.pending else CopyOutcome.UNCHANGED)


def _rewrite(copy: Copy, request: Request) -> Applied:
    """Plan, take the lock, and plan again if another run was faster, so that its work is found done."""
    from patcher.copies.planner import plan_copy

    plan = plan_copy(copy, request)
    if plan.refused or not (plan.pending or plan.receipt is not None or plan.rules):
        return _summed(plan, CopyOutcome.UNCHANGED)
    if copy.layout == LAYOUT:
        raise NextfixError(
            ExitCode.REFUSED,
            "Yarn Plug'n'Play keeps packages in archives, which are not patched in place",
            path=copy.folder,
            hint="run 'nextfix export --to yarn --write', or set nodeLinker: node-modules",
        )
    with locked(receipts_folder(copy.folder)):
        if _has_changed(plan):
            plan = plan_copy(copy, request)
        if not plan.refused:
            sweep(modules_folder(copy.folder), FOLDER)
            _write(plan)
    return _summed(plan, CopyOutcome.REWRITTEN if plan.pending else CopyOutcome.UNCHANGED)


def _has_changed(plan: "CopyPlan") -> bool:
    """Whether the copy or its receipt changed since the plan was made."""
    if current_receipt(plan.copy) != plan.receipt:
        return True
    return any(read_inside(plan.copy.folder, file.path) != file.disk for file in plan.files)


def _summed(plan: "CopyPlan", done: CopyOutcome) -> Applied:
    """The outcome of a plan; a refused one was not carried out, whatever was meant to be done."""
    return Applied(
        copy=plan.copy,
        done=CopyOutcome.REFUSED if plan.refused else done,
        verdict=Verdict.APPLIED if done is CopyOutcome.REWRITTEN else plan.verdict,
        certified=plan.certified,
        style=plan.style,
        rules=plan.rules,
        files=tuple(file.path for file in plan.pending),
        reason=plan.reason,
        error=plan.refusal,
        left=plan.left_alone,
    )


def _write(plan: "CopyPlan") -> None:
    """Write a plan: the originals, the receipt, the files, and last that all of it is done."""
    copy = plan.copy
    touched = tuple(file for file in plan.files if file.new != file.base or file.disk != file.base)
    done = _receipt_of(plan, touched)
    if not plan.pending and plan.receipt == done:
        return
    for file in touched:
        keep_original(copy.folder, copy.name, file.path, file.base)
        sweep(copy.folder, PurePosixPath(file.path).parent.as_posix())
    write_receipt(copy.folder, replace(done, state="prepared"))
    for file in plan.pending:
        replace_inside(copy.folder, file.path, file.disk, file.new)
    write_receipt(copy.folder, done)
    forget(copy.folder, copy.name, keep=done)


def _receipt_of(plan: "CopyPlan", touched: "tuple[FilePlan, ...]") -> Receipt:
    """The receipt of a plan that is carried out, which changes the files `touched`."""
    entries = (
        ReceiptEntry(file.path, digest(file.base), digest(file.new), digest(file.disk)) for file in touched
    )
    return Receipt(
        name=plan.copy.name,
        version=plan.copy.version,
        style=plan.style,
        rules=plan.rules,
        stamp=stamp(),
        certified=plan.certified,
        complete=plan.complete or bool(plan.receipt and plan.receipt.complete),
        state="done",
        files=(*entries, *_still_undoable(plan, {file.path for file in touched})),
        left=plan.left,
    )


def _still_undoable(plan: "CopyPlan", touched: set[str]) -> Iterator[ReceiptEntry]:
    """The entries of files that somebody changed or removed after they were rewritten: their originals are kept."""
    disk = {file.path: digest(file.disk) for file in plan.files}
    for entry in plan.receipt.files if plan.receipt else ():
        if entry.path not in touched and disk.get(entry.path) != entry.before:
            yield entry
