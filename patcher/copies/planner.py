"""Planning a copy: which rules are for its release, what each of its files is, and what should stand there.

Read `Planner.plan` first: it goes through the steps in their order.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from patcher.catalogue.ledger import LedgerFile, certified_files, newest_certified
from patcher.catalogue.load import package_record, rule_named, rules, rules_of, runs_in_production
from patcher.copies.left_alone import rules_without_effect
from patcher.copies.named_files import refuse_unnamed_files
from patcher.copies.plan import CopyPlan, FilePlan, gravest
from patcher.copies.plan_memory import PlanMemory
from patcher.copies.request import Request
from patcher.copies.up_to_date import current_receipt
from patcher.disk.receipt import ReceiptEntry, digest, original
from patcher.disk.write import read_inside
from patcher.errors import ExitCode, NextfixError
from patcher.model import RuleState, Severity, Verdict
from patcher.npm.archives import LAYOUT, read_archived
from patcher.npm.copies import STANDALONE, Copy
from patcher.rule import DETACHED, Rule
from patcher.semantic_patch.examine import Examined
from patcher.semver import order
from patcher.text.edits import OverlapError, apply_edits
from patcher.text.layout import canonical

Reader = Callable[[str], bytes | None]

_BROKEN = "it does not parse: truncated, or damaged by another tool"


def plan_copy(copy: Copy, request: Request, read: Reader | None = None) -> CopyPlan:
    """Plan what `request` asks for one copy.

    Args:
        copy: the copy.
        request: what the user asked for.
        read: what reads a file of the copy by its path inside it; by default from where the copy is installed.

    Raises:
        NextfixError: DEFECT when a rewrite does not pass verification (nothing is ever written then),
            FILES or REFUSED when a file of the copy or its receipt cannot be read safely.
    """
    planner = Planner(copy, request, read or reader_of(copy))
    wanted = (copy.name, copy.version) in request.dependencies
    if wanted or planner.style == DETACHED or not planner.rules:
        from patcher.copies.dependencies import plan_detached_copy

        detached = plan_detached_copy(copy, request, planner.read, planner.rules)
        if detached is not None:
            return detached
    return planner.plan()


def reader_of(copy: Copy) -> Reader:
    """What reads the files of a copy by their path inside it, on disk or in an archive."""
    if copy.layout == LAYOUT:
        return lambda path: read_archived(copy.folder, path)
    return lambda path: read_inside(copy.folder, path)


class Planner:
    """All that one plan is made from: the copy, the request, its rules, its receipt and its ledger entry."""

    def __init__(self, copy: Copy, request: Request, read: Reader) -> None:
        self.copy, self.request, self.read = copy, request, read
        self.memory = request.memory or PlanMemory()
        self.receipt = current_receipt(copy)
        self.style = request.style or (self.receipt.style if self.receipt else "documented")
        self.published = certified_files(copy.name, copy.version)
        self.rules = tuple(rule for rule in rules_of(copy.name) if rule.covers(copy.version))
        for identifier in request.rules:
            rule_named(identifier, rules())

    def plan(self) -> CopyPlan:
        """Make the plan; see `plan_copy`."""
        unknown = self._unknown_release()
        reason = unknown or self._uncertified_release()
        if reason:
            # A new release of a package that others depend on must not break the install; a server is chosen.
            return self._refused(
                reason, tolerated=bool(unknown) and not package_record(self.copy.name).serves
            )
        if self.receipt is not None:
            refuse_unnamed_files(self.copy, self.receipt)
        return self._summed(tuple(self._plan_file(path, disk) for path, disk in self._files()))

    def _unknown_release(self) -> str:
        """Why nothing is known of the release, or the empty string."""
        name, version = self.copy.name, self.copy.version
        try:
            newer = order(version) > order(newest_certified(name) or "0.0.0")
        except ValueError:
            return f"{version!r} is not a release that npm knows; reinstall the package"
        if self.published is not None or self.rules or not newer or all(map(self._is_fixed, rules_of(name))):
            return ""
        return f"{name} {version} is newer than every rule; 'nextfix certify {name}@{version}' tries the rules on it"

    def _uncertified_release(self) -> str:
        """Why `--certified-only` refuses the release, or the empty string."""
        if not self.request.certified_only or self.published is not None or not self.rules:
            return ""
        release = f"{self.copy.name}@{self.copy.version}"
        return (
            f"{self.copy.name} {self.copy.version} is not certified; 'nextfix certify {release}' certifies it, "
            "without --certified-only it is rewritten by structure"
        )

    def _refused(self, reason: str, *, tolerated: bool) -> CopyPlan:
        return CopyPlan(
            copy=self.copy,
            style=self.style,
            verdict=Verdict.UNKNOWN_RELEASE,
            reason=reason,
            certified=self.published is not None,
            complete=False,
            files=(),
            dead=(),
            receipt=self.receipt,
            tolerated=tolerated,
        )

    @cached_property
    def _wanted(self) -> frozenset[str]:
        """The rules to apply: those named, else errors and warnings; and what is applied already stays."""
        default = {rule.id for rule in self.rules if not self._is_note(rule)} - self._left.keys()
        return frozenset(self.request.rules or default) | self._applied

    @property
    def _applied(self) -> frozenset[str]:
        return frozenset(self.receipt.rules if self.receipt else ())

    @cached_property
    def _left(self) -> dict[str, str]:
        """The rules that are left alone because of the Node that the project declares, each with the reason."""
        if self.request.rules or self.request.everything:
            return {}
        asked = (rule for rule in self.rules if rule.id not in self._applied and not self._is_note(rule))
        return rules_without_effect(asked, self.request.root)

    def _is_note(self, rule: Rule) -> bool:
        return rule.severity_in(self.copy.version) is Severity.NOTE

    @cached_property
    def _entries(self) -> dict[str, ReceiptEntry]:
        """What the receipt says of each file."""
        return {entry.path: entry for entry in self.receipt.files} if self.receipt else {}

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """The files that rules name or that were written, and their bytes on disk; those that are missing are not."""
        for path in sorted({*self._entries}.union(*(rule.files for rule in self.rules))):
            disk = self.read(path)
            if disk is not None:
                yield path, disk

    def _plan_file(self, path: str, disk: bytes) -> FilePlan:
        base = self._base(path, disk)
        source = disk if base is None else base
        here = self._rules_for(path)
        broken, examined = self.memory.judged(here, self.copy.version, source, self.style)
        published = (self.published or {}).get(path)
        foreign = _BROKEN if broken else self._foreign(source, base, published)
        if foreign and (broken or not self.request.allow_modified):
            states = tuple(_foreign_state(result, foreign) for result in examined)
            return FilePlan(path, disk, source, disk, examined, states, ())
        pending = tuple(r for r in examined if r.verdict is Verdict.AFFECTED and r.rule.id in self._wanted)
        new = self._rewritten(path, source, pending, None if foreign else published)
        applied = {result.rule.id for result in pending} if new == disk else set()
        states = tuple(self._state(result, result.rule.id in applied) for result in examined)
        return FilePlan(path, disk, source, new, examined, states, tuple(r.rule.id for r in pending))

    def _rules_for(self, path: str) -> list[Rule]:
        return [rule for rule in self.rules if path in rule.files]

    def _base(self, path: str, disk: bytes) -> bytes | None:
        """The original bytes of a file; None when the receipt does not know what is on disk."""
        entry = self._entries.get(path)
        if self.receipt is None or entry is None or digest(disk) == entry.before:
            return disk
        return original(self.copy.folder, self.receipt.name, entry) if entry.knows(digest(disk)) else None

    def _foreign(self, source: bytes, base: bytes | None, published: LedgerFile | None) -> str:
        """How a file differs from the one that was published, or the empty string."""
        if base is None:
            return "it was changed after nextfix wrote it"
        if published is None or digest(canonical(source)) == published.sha256:
            return ""
        return f"it differs from the one published in {self.copy.name}@{self.copy.version}"

    def _state(self, result: Examined, applied: bool) -> RuleState:
        if applied:
            return RuleState(result.rule.id, Verdict.APPLIED)
        if result.verdict is Verdict.AFFECTED and self._is_note(result.rule):
            return RuleState(result.rule.id, Verdict.NOT_AFFECTED, "no request fills this slot in normal use")
        if result.verdict is Verdict.AFFECTED and result.rule.id in self._left:
            return RuleState(result.rule.id, Verdict.NOT_AFFECTED, self._left[result.rule.id])
        return RuleState(result.rule.id, result.verdict, result.reason)

    def _rewritten(
        self, path: str, source: bytes, pending: tuple[Examined, ...], published: LedgerFile | None
    ) -> bytes:
        """`source` with the edits of `pending`, verified."""
        edits = [edit for result in pending for edit in result.edits]
        try:
            new = apply_edits(source, edits)
        except OverlapError as error:
            raise self._discarded(path, str(error)) from error
        asked, written = self._rules_for(path), [result.rule for result in pending]
        reason = self.memory.unsound(asked, written, self.copy.version, source, edits, new, self.style)
        if reason:
            raise self._discarded(path, reason)
        expected = (
            published.expected(self.style, (result.rule.id for result in pending)) if published else None
        )
        if expected and pending and source == canonical(source) and digest(new) != expected:
            raise self._discarded(path, "the result differs from the one in the ledger")
        return new

    def _discarded(self, path: str, reason: str) -> NextfixError:
        return NextfixError(
            ExitCode.DEFECT,
            f"the rewrite was discarded: {reason}",
            path=self.copy.folder / path,
            hint="nothing was written; please report it with the release",
        )

    def _summed(self, planned: tuple[FilePlan, ...]) -> CopyPlan:
        files = tuple(self._settled(file, planned) for file in planned)
        verdicts = [state.verdict for file in files for state in file.states]
        reason = _first_modified(files)
        missing = self._missing({file.path for file in files})
        if missing:
            verdicts.append(Verdict.MODIFIED)
            reason = reason or f"{missing} is missing; reinstall the package"
        if any(self._is_fixed(rule) for rule in rules_of(self.copy.name)):
            verdicts.append(Verdict.FIXED_UPSTREAM)
        return CopyPlan(
            copy=self.copy,
            style=self.style,
            verdict=gravest(verdicts),
            reason=reason,
            certified=self.published is not None,
            complete=not self.request.rules,
            files=files,
            dead=self._dead_files(),
            receipt=self.receipt,
            left=tuple(sorted(self._left)),
        )

    def _settled(self, file: FilePlan, files: tuple[FilePlan, ...]) -> FilePlan:
        """A file that only a development server runs, where an export has rewritten the others and left it out."""
        if runs_in_production(self.copy.name, file.path):
            return file
        others = (other for other in files if runs_in_production(self.copy.name, other.path))
        applied = {s.rule for other in others for s in other.states if s.verdict is Verdict.APPLIED}
        states = tuple(
            RuleState(state.rule, Verdict.NOT_AFFECTED, "only a development server runs this file")
            if state.verdict is Verdict.AFFECTED and state.rule in applied
            else state
            for state in file.states
        )
        return replace(file, states=states)

    def _missing(self, present: set[str]) -> str:
        """A file that must be there for a rule and is not, or the empty string.

        What only a build copies may be gone from an image, and a trace holds only what the application needs.
        """
        if self.copy.layout == STANDALONE:
            return ""
        required = (rule.files for rule in self.rules if not rule.rebuild)
        return next((files[0] for files in required if present.isdisjoint(files)), "")

    def _is_fixed(self, rule: Rule) -> bool:
        return bool(rule.fixed_upstream and order(self.copy.version) >= order(rule.fixed_upstream))

    def _dead_files(self) -> tuple[str, ...]:
        """The files with the same code that nothing runs."""
        named = {path for rule in self.rules for path in rule.dead}
        return tuple(sorted(path for path in named if os.path.isfile(self.copy.folder / path)))


def _foreign_state(result: Examined, foreign: str) -> RuleState:
    """A file that somebody changed is fine where it is already as nextfix or a later release writes it."""
    if foreign is _BROKEN:
        return RuleState(result.rule.id, Verdict.MODIFIED, foreign)
    if result.verdict in (Verdict.APPLIED, Verdict.FIXED_UPSTREAM):
        return RuleState(result.rule.id, result.verdict, foreign)
    return RuleState(result.rule.id, Verdict.MODIFIED, result.reason or foreign)


def _first_modified(files: tuple[FilePlan, ...]) -> str:
    """The first reason why a file cannot be rewritten, or the empty string."""
    modified = (
        f"{file.path}: {state.reason}"
        for file in files
        for state in file.states
        if state.verdict is Verdict.MODIFIED
    )
    return next(modified, "")
