"""Packages that no rule knows: what `check --scope deps` found in them, made in the root (style `detached`).

They are planned like the copies of rules, and so are applied, shown, exported, reverted and checked in the same ways.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from patcher.analysis.file import analyse
from patcher.analysis.site import Site
from patcher.catalogue.load import families
from patcher.copies.plan import CopyPlan, FilePlan, gravest
from patcher.copies.request import Request
from patcher.copies.up_to_date import current_receipt
from patcher.disk.receipt import Entry, Receipt, digest, original
from patcher.errors import NextfixError
from patcher.fix.fix_file import DETACHED, Fixed, Key, Task, fix_file, key_of
from patcher.model import RuleState, Verdict
from patcher.npm.copies import Copy
from patcher.scan.served import unserved
from patcher.syntax.tree import dialect_of

_SCRIPTS = (".js", ".cjs", ".mjs")
_LARGEST = 8 * 1024 * 1024


def plan_dependency(copy: Copy, request: Request, read: Callable[[str], bytes | None]) -> CopyPlan:
    """Plan what the findings of `request` ask for a copy of a package that no rule knows.

    Args:
        copy: the copy.
        request: what the user asked for; without findings, what an earlier run did is planned again.
        read: what reads a file of the copy by its path inside it.

    Raises:
        NextfixError: FILES or REFUSED when a file of the copy or its receipt cannot be read safely.
    """
    receipt = current_receipt(copy)
    entries = {entry.path: entry for entry in receipt.files} if receipt is not None else {}
    wanted = request.dependencies.get((copy.name, copy.version), frozenset())
    paths = sorted({*entries, *(_scripts(copy.folder) if wanted else ())})
    files, left = [], []
    for path in paths:
        disk = read(path)
        if disk is None or len(disk) > _LARGEST:
            continue
        plan, reasons = _plan_file(copy, path, disk, entries.get(path), receipt, wanted)
        left += reasons
        if plan is not None:
            files.append(plan)
    states = [state.verdict for file in files for state in file.states]
    changed = next((file.path for file in files if file.state.verdict is Verdict.MODIFIED), "")
    return CopyPlan(
        copy=copy,
        style=DETACHED,
        verdict=gravest(states),
        reason=f"{changed}: it was changed after nextfix wrote it" if changed else "; ".join(left),
        certified=False,
        complete=True,
        files=tuple(files),
        dead=(),
        receipt=receipt,
    )


def _scripts(folder: Path) -> Iterator[str]:
    """The scripts of a package that a server may run, by their path in it; those of packages inside are not its own."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", ".git"))
        for name in sorted(names):
            path = Path(here, name)
            if name.endswith(_SCRIPTS) and not unserved(path.as_posix()) and not path.is_symlink():
                yield PurePosixPath(path.relative_to(folder)).as_posix()


def _plan_file(
    copy: Copy,
    path: str,
    disk: bytes,
    entry: Entry | None,
    receipt: Receipt | None,
    wanted: frozenset[tuple[str, str, str]],
) -> tuple[FilePlan | None, list[str]]:
    """The plan of one file, None when nothing of it is wanted; and why findings are left."""
    base = disk
    if entry is not None and digest(disk) != entry.before:
        if not entry.knows(digest(disk)):
            return FilePlan(path, disk, disk, disk, (), (RuleState(DETACHED, Verdict.MODIFIED),), ()), []
        base = original(copy.folder, copy.name, entry)
    try:
        sites = analyse(base, dialect_of(path))
        again = _rewritten_before(base, disk, sites, path, entry, receipt)
    except NextfixError as error:
        return None, [f"{path}: {error.reason}"] if entry is not None else []
    asked = [
        key_of(site)
        for site in sites
        if (site.family, site.function, site.slot) in wanted or key_of(site) in again
    ]
    if not asked:
        return None, []
    result = _detached(base, path, asked)
    left = [f"{path}:{line}: {rule}: {reason}" for (rule, line, _), reason in result.refused.items()]
    if not result.fixed:
        return None, left
    verdict = Verdict.APPLIED if result.new == disk else Verdict.AFFECTED
    rules = tuple(sorted({rule for rule, _, _ in result.fixed}))
    states = tuple(RuleState(rule, verdict) for rule in rules)
    return FilePlan(path, disk, base, result.new, (), states, rules, result.edits), left


def _rewritten_before(
    base: bytes, disk: bytes, sites: list[Site], path: str, entry: Entry | None, receipt: Receipt | None
) -> set[Key]:
    """The sites that an earlier run rewrote in a file; after a new install, those of the rules that it applied."""
    if entry is None or receipt is None or entry.after == entry.before:
        return set()
    if base == disk:
        return {key_of(site) for site in sites if site.family in receipt.rules}
    there = {(site.family, site.line, site.slot) for site in analyse(disk, dialect_of(path))}
    return {key_of(site) for site in sites if (site.family, site.line, site.slot) not in there}


def _detached(base: bytes, path: str, asked: list[Key]) -> Fixed:
    return fix_file(base, asked, Task(families(), DETACHED, dialect_of(path), lambda _: "", package=True))
