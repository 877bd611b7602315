"""Whether every copy is as apply would leave it, whoever did it: for CI, image builds and start scripts.

A tree can lose its rewrite without a word: `npm install <package>` runs no root postinstall, a cache brings
back an older tree, a package manager passes over a patch.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import patcher
from patcher.catalogue.load import fingerprint, packages
from patcher.copies.request import Request
from patcher.copies.up_to_date import in_order
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.model import Skipped
from patcher.npm.copies import Copy, find_copies


@dataclass(frozen=True, slots=True)
class CopyCheck:
    """One copy: in order, or the exit code and reason why it is not."""

    copy: Copy
    code: ExitCode = ExitCode.OK
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AppliedCheck:
    """All copies, and the places that were passed over."""

    copies: tuple[CopyCheck, ...]
    skipped: tuple[Skipped, ...]

    @property
    def wrong(self) -> tuple[CopyCheck, ...]:
        """The copies that are not in order."""
        return tuple(check for check in self.copies if check.code is not ExitCode.OK)


def applied(request: Request) -> AppliedCheck:
    """Look at every copy under the root; an ordinary one costs reading its receipt and hashing its files.

    Raises:
        NextfixError: when there is no project at the root.
    """
    copies = find_copies(request.root, packages())
    return AppliedCheck(tuple(_check(copy, request) for copy in copies.found), tuple(copies.skipped))


def _check(copy: Copy, request: Request) -> CopyCheck:
    try:
        if in_order(copy, request) is not None:
            return CopyCheck(copy)
        from patcher.copies.plan import plan_copy
        from patcher.copies.require_hook_plan import unwritten

        plan = plan_copy(copy, request)
        pending = unwritten(plan, request)
    except NextfixError as error:
        return CopyCheck(copy, error.code, str(error))
    if plan.refused:
        return CopyCheck(copy, ExitCode.REFUSED, plan.reason)
    if pending:
        files = ", ".join(file.path for file in pending)
        return CopyCheck(copy, ExitCode.FINDINGS, f"not applied: {files}")
    return CopyCheck(copy)


def cache_key(request: Request) -> str:
    """A key for caches of a rewritten tree: what nextfix is, which copies there are, what their files shall be.

    It is the same before and after apply, on every machine, and for every lockfile that gives these copies.

    Raises:
        NextfixError: when there is no project, or a copy cannot be planned: a key for it would be a guess.
    """
    from patcher.copies.plan import plan_copy

    lines = {f"nextfix {patcher.__version__} {fingerprint()}"}
    for copy in find_copies(request.root, packages()).found:
        plan = plan_copy(copy, request)
        if plan.refused:
            raise NextfixError(ExitCode.REFUSED, plan.reason, path=copy.folder, hint="no cache key for it")
        lines.update(_facts(copy, ((file.path, file.new) for file in plan.files)))
    return f"nextfix-{hashlib.sha256(chr(10).join(sorted(lines)).encode()).hexdigest()[:16]}"


def _facts(copy: Copy, files: Iterable[tuple[str, bytes]]) -> Iterable[str]:
    yield f"{copy.name}@{copy.version}"
    yield from (f"{copy.name}@{copy.version} {path} {digest(data)}" for path, data in files)
