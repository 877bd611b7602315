"""status --applied: whether every copy is as apply would leave it, for CI, image builds and start scripts.

A tree can lose its rewrite silently: `npm install <package>` runs no postinstall of the project, a cache brings back
an older tree, a package manager ignores a patch.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import patcher
from patcher.catalogue.load import fingerprint
from patcher.copies.chosen_copies import copies_of
from patcher.copies.request import Request
from patcher.copies.up_to_date import up_to_date_receipt
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.npm.copies import Copies, Copy
from patcher.text.paths import shown


@dataclass(frozen=True, slots=True)
class CopyCheck:
    """One copy, and the problem that it is when it is not up to date."""

    copy: Copy
    problem: NextfixError | None = None


@dataclass(frozen=True, slots=True)
class AppliedCheck:
    """All copies, and what stood in the way of finding them."""

    checks: tuple[CopyCheck, ...]
    copies: Copies

    @property
    def wrong(self) -> tuple[NextfixError, ...]:
        """A problem for each copy that is not up to date."""
        return tuple(check.problem for check in self.checks if check.problem is not None)


def check_applied(request: Request) -> AppliedCheck:
    """Look at every copy under the root; an ordinary one costs reading its receipt and hashing its files.

    Raises:
        NextfixError: NOTHING when there is no project at the root.
    """
    copies = copies_of(request)
    return AppliedCheck(tuple(CopyCheck(copy, _problem(copy, request)) for copy in copies.found), copies)


def _problem(copy: Copy, request: Request) -> NextfixError | None:
    """Why a copy is not as apply leaves it; None when it is."""
    try:
        if up_to_date_receipt(copy, request) is not None:
            return None
        from patcher.copies.planner import plan_copy
        from patcher.copies.require_hook_plan import unwritten

        plan = plan_copy(copy, request)
        pending = unwritten(plan, request)
        if plan.refusal is not None or not pending:
            return plan.refusal
    except NextfixError as error:
        return error
    files = ", ".join(file.path for file in pending)
    hint = "run 'nextfix apply', or the install that patches"
    reason = f"{copy.name}@{copy.version} is not rewritten: {files}"
    return NextfixError(ExitCode.FINDINGS, reason, path=shown(copy.folder), hint=hint)


def cache_key(request: Request) -> str:
    """Compute a key for caches of a rewritten tree: of nextfix, of the copies, and of what their files are to be.

    It is the same before and after apply, on every machine, and for every lockfile that gives these copies.

    Raises:
        NextfixError: when there is no project, or a copy cannot be planned: a key for it would be a guess.
    """
    from patcher.copies.survey import plan_all

    lines = {f"nextfix {patcher.__version__} {fingerprint()}"}
    survey = plan_all(request)
    for problem in survey.refusals:
        raise NextfixError(
            problem.code, problem.reason, path=problem.path, hint="there is no cache key for it"
        )
    if not survey.plans:
        raise NextfixError(ExitCode.NOTHING, "has no copy to make a cache key of", path=shown(request.root))
    for plan in survey.plans:
        lines.update(_facts(plan.copy, ((file.path, file.new) for file in plan.files)))
    return f"nextfix-{hashlib.sha256(chr(10).join(sorted(lines)).encode()).hexdigest()[:16]}"


def _facts(copy: Copy, files: Iterable[tuple[str, bytes]]) -> Iterable[str]:
    yield f"{copy.name}@{copy.version}"
    yield from (f"{copy.name}@{copy.version} {path} {digest(data)}" for path, data in files)
