"""Packages that no rule knows: what `check --scope deps` found in them, made in the root (style `detached`).

They are planned like the copies of rules, and so are applied, shown, exported, reverted and checked in the same ways.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from patcher.analysis.file import analyse
from patcher.analysis.site import Site
from patcher.copies.plan import CopyPlan, FilePlan, gravest
from patcher.copies.request import Request
from patcher.copies.up_to_date import current_receipt
from patcher.disk.receipt import Receipt, ReceiptEntry, digest, original
from patcher.errors import NextfixError
from patcher.fix.detachable import LARGEST, SCRIPTS, package_task
from patcher.fix.fix_file import Key, as_one_edit, fix_file, key_of
from patcher.fix.rule_slots import with_stores, with_timers_in_root
from patcher.model import RuleState, Severity, Verdict
from patcher.npm.copies import Copy
from patcher.rule import DETACHED, STYLES, Rule
from patcher.scan.served import unserved
from patcher.semantic_patch.examine import examine
from patcher.syntax.tree import dialect_of, parse


def plan_detached_copy(
    copy: Copy, request: Request, read: Callable[[str], bytes | None], rules: Sequence[Rule]
) -> CopyPlan | None:
    """Plan a copy in the style `detached`; None when it is not asked for and was not written in it.

    Args:
        copy: the copy.
        request: what the user asked for. Without findings of the copy, what an earlier run did is planned again.
        read: what reads a file of the copy by its path inside it.
        rules: the rules of its release, whose files are rewritten.

    Raises:
        NextfixError: FILES or REFUSED when a file of the copy or its receipt cannot be read safely.
    """
    receipt = current_receipt(copy)
    wanted = request.dependencies.get((copy.name, copy.version), frozenset())
    named = _named(copy, request, rules, receipt)
    if not wanted and not named and (receipt is None or receipt.style != DETACHED):
        return None
    entries = {entry.path: entry for entry in receipt.files} if receipt is not None else {}
    files, left = [], []
    for path in sorted({*entries, *named, *(_scripts(copy.folder) if wanted else ())}):
        disk = read(path)
        if disk is None or len(disk) > LARGEST:
            continue
        asked = _Asked(wanted, named.get(path, ()), entries.get(path), receipt)
        plan, reasons = _plan_file(copy, path, disk, asked)
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
        complete=not request.rules,
        files=tuple(files),
        dead=(),
        receipt=receipt,
    )


def _named(
    copy: Copy, request: Request, rules: Sequence[Rule], receipt: Receipt | None
) -> dict[str, tuple[Rule, ...]]:
    """The files of rules that the style rewrites whole, each with its rules."""
    if not request.by_rules or DETACHED not in (request.style, receipt.style if receipt else ""):
        return {}
    if request.style not in (None, DETACHED):
        return {}
    default = [rule for rule in rules if rule.severity_in(copy.version) is not Severity.NOTE]
    chosen = [rule for rule in rules if rule.id in request.rules] if request.rules else default
    applied = [rule for rule in rules if receipt is not None and rule.id in receipt.rules]
    paths = {path for rule in (*chosen, *applied) for path in rule.files}
    return {path: tuple(rule for rule in rules if path in rule.files) for path in paths}


def _scripts(folder: Path) -> Iterator[str]:
    """The scripts of a package that a server may run, by their path in it; those of packages inside are not its own."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", ".git"))
        for name in sorted(names):
            path = Path(here, name)
            if name.endswith(SCRIPTS) and not unserved(path.as_posix()) and not path.is_symlink():
                yield PurePosixPath(path.relative_to(folder)).as_posix()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of one file: findings, the rules it belongs to, and what an earlier run did to it."""

    wanted: frozenset[tuple[str, str, str]]
    rules: tuple[Rule, ...]
    entry: ReceiptEntry | None
    receipt: Receipt | None


def _plan_file(copy: Copy, path: str, disk: bytes, asked: _Asked) -> tuple[FilePlan | None, list[str]]:
    """The plan of one file, None when nothing of it is wanted; and why findings are left."""
    base, entry = disk, asked.entry
    if entry is not None and digest(disk) != entry.before:
        if not entry.knows(digest(disk)):
            return FilePlan(path, disk, disk, disk, (), (RuleState(DETACHED, Verdict.MODIFIED),), ()), []
        base = original(copy.folder, copy.name, entry)
    try:
        sites = analyse(base, dialect_of(path))
        again = _rewritten_before(base, disk, sites, path, asked)
    except NextfixError as error:
        return None, [f"{path}: {error.reason}"] if entry is not None or asked.rules else []
    known = [rule for rule in asked.rules if rule.covers(copy.version)]
    stores, slots = _known_slots(copy, base, known)
    sites = with_stores(base, dialect_of(path), sites, stores)
    keys = [
        key_of(site)
        for site in sites
        if asked.rules or (site.family, site.function, site.slot) in asked.wanted or key_of(site) in again
    ]
    if not keys and not slots:
        return None, []
    result = fix_file(base, keys, package_task(dialect_of(path), server=bool(asked.rules)), sites)
    left = [f"{path}:{line}: {rule}: {reason}" for (rule, line, _), reason in result.refused.items()]
    new, edits = result.new, result.edits
    if slots:
        new = with_timers_in_root(new, slots)
        edits = as_one_edit(base, new)
    if new == base:
        return None, left
    verdict = Verdict.APPLIED if new == disk else Verdict.AFFECTED
    names = tuple(sorted({rule.id for rule in asked.rules} or {rule for rule, _, _ in result.fixed}))
    states = tuple(RuleState(name, verdict) for name in names)
    return FilePlan(path, disk, base, new, (), states, names, edits), left


def _known_slots(copy: Copy, base: bytes, rules: Sequence[Rule]) -> tuple[list[int], set[bytes]]:
    """What rules of the file know to keep a request and the analysis may not find by itself: where promises are stored,
    and the names of the fields that have timers."""
    tree = parse(base) if rules else None
    found = (examine(rule, copy.version, base, tree, STYLES[0]) for rule in rules) if tree is not None else ()
    sites = [site for result in found for site in result.sites]
    timers = {site.slot.rpartition(".")[2].encode() for site in sites if "timer" in site.keeps}
    return [site.location.offset for site in sites if "timer" not in site.keeps], timers


def _rewritten_before(base: bytes, disk: bytes, sites: list[Site], path: str, asked: _Asked) -> set[Key]:
    """The sites that an earlier run rewrote in a file; after a new install, those of the rules that it applied."""
    entry, receipt = asked.entry, asked.receipt
    if entry is None or receipt is None or entry.after == entry.before:
        return set()
    if base == disk:
        return {key_of(site) for site in sites if site.family in receipt.rules}
    there = {(site.family, site.line, site.slot) for site in analyse(disk, dialect_of(path))}
    return {key_of(site) for site in sites if (site.family, site.line, site.slot) not in there}
