"""The plan of a copy: the files read, the verdicts, the edits, the new bytes. Nothing is written.

`check`, `diff`, `apply`, `status` and `export` all read this plan; they differ in what they do with it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from patcher.catalogue.ledger import LedgerFile, certified_files, newest_certified
from patcher.catalogue.load import rule_named, rules, rules_of
from patcher.copies.request import Request
from patcher.copies.up_to_date import current_receipt
from patcher.disk.receipt import Receipt, digest, original
from patcher.disk.write import read_inside
from patcher.errors import ExitCode, NextfixError
from patcher.model import FileState, RuleState, Severity, Verdict
from patcher.npm.archives import LAYOUT, read_archived
from patcher.npm.copies import STANDALONE, Copy
from patcher.rule import Rule
from patcher.semantic_patch.examine import Examined, examine
from patcher.semantic_patch.verify import unsound
from patcher.semver import order
from patcher.syntax.tree import errors, parse
from patcher.text.edits import OverlapError, apply_edits
from patcher.text.layout import canonical

_BROKEN = "it does not parse: truncated, or damaged by another tool"
Reader = Callable[[str], bytes | None]

# When rules or files disagree, the first of these that occurs is the verdict of the whole.
_GRAVITY = (
    Verdict.UNKNOWN_RELEASE,
    Verdict.MODIFIED,
    Verdict.AFFECTED,
    Verdict.APPLIED,
    Verdict.FIXED_UPSTREAM,
    Verdict.DEAD_COPY,
    Verdict.NOT_AFFECTED,
)


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file of a copy: what is on disk, its original bytes, and what should stand there.

    `examined` judges the original bytes, `states` the file on disk; `pending` are the rules that `new` applies.
    """

    path: str
    disk: bytes
    base: bytes
    new: bytes
    examined: tuple[Examined, ...]
    states: tuple[RuleState, ...]
    pending: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether writing the plan would change this file."""
        return self.new != self.disk

    @property
    def state(self) -> FileState:
        """The file as reports show it."""
        return FileState(self.path, gravest(state.verdict for state in self.states), self.states)


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """One copy: its verdict, the reason when it is refused, and the plan of each of its files."""

    copy: Copy
    style: str
    verdict: Verdict
    reason: str
    certified: bool
    complete: bool
    files: tuple[FilePlan, ...]
    dead: tuple[str, ...]
    receipt: Receipt | None

    @property
    def refused(self) -> bool:
        """Whether `apply` must not touch this copy."""
        return self.verdict in (Verdict.UNKNOWN_RELEASE, Verdict.MODIFIED)

    @property
    def pending(self) -> tuple[FilePlan, ...]:
        """The files that `apply` would write."""
        return () if self.refused else tuple(file for file in self.files if file.changes)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the plan applies, by id."""
        return tuple(sorted({rule for file in self.files for rule in file.pending}))

    @property
    def states(self) -> tuple[FileState, ...]:
        """The files as reports show them, dead copies last."""
        dead = (FileState(path, Verdict.DEAD_COPY, ()) for path in self.dead)
        return (*(file.state for file in self.files), *dead)


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that the whole has when its parts have `verdicts`."""
    return min(verdicts, key=_GRAVITY.index, default=Verdict.NOT_AFFECTED)


def reader_of(copy: Copy) -> Reader:
    """What reads the files of a copy by their path inside it, on disk or in an archive."""
    if copy.layout == LAYOUT:
        return lambda path: read_archived(copy.folder, path)
    return lambda path: read_inside(copy.folder, path)


def plan_copy(copy: Copy, request: Request, read: Reader | None = None) -> CopyPlan:
    """Plan what `request` asks for one copy, whose files `read` gives instead of the disk when it is named.

    Raises:
        NextfixError: DEFECT when a rewrite does not pass verification (nothing is ever written then),
            FILES or REFUSED when a file of the copy cannot be read safely.
    """
    known = rules_of(copy.name)
    for identifier in request.rules:
        rule_named(identifier, rules())
    receipt = current_receipt(copy)
    style = request.style or (receipt.style if receipt else "documented")
    ledger = certified_files(copy.name, copy.version)
    live = tuple(rule for rule in known if rule.covers(copy.version))
    reason = _unknown(copy, live, ledger) or _uncertified(copy, live, ledger, request)
    if reason:
        return CopyPlan(
            copy, style, Verdict.UNKNOWN_RELEASE, reason, ledger is not None, False, (), (), receipt
        )
    wanted = _wanted(live, copy, request, receipt)
    reader = read or reader_of(copy)
    files = tuple(_plan_files(copy, live, wanted, style, receipt, ledger or {}, request, reader))
    return _summed(copy, style, known, live, files, receipt, ledger is not None, not request.rules)


def _wanted(live: tuple[Rule, ...], copy: Copy, request: Request, receipt: Receipt | None) -> frozenset[str]:
    """The rules to apply: those named, else errors and warnings; and what is applied already stays."""
    default = {rule.id for rule in live if rule.severity_in(copy.version) is not Severity.NOTE}
    asked = request.rules or default
    return frozenset(asked) | frozenset(receipt.rules if receipt else ())


def _unknown(copy: Copy, live: tuple[Rule, ...], ledger: dict[str, LedgerFile] | None) -> str:
    """Why nothing is known of a release, or the empty string."""
    try:
        newer = order(copy.version) > order(newest_certified(copy.name) or "0.0.0")
    except ValueError:
        return f"{copy.version!r} is not a release that npm knows; reinstall the package"
    if ledger is None and not live and newer:
        return (
            f"{copy.name} {copy.version} is newer than every rule; "
            f"'nextfix certify {copy.name}@{copy.version}' tries the rules on it"
        )
    return ""


def _uncertified(
    copy: Copy, live: tuple[Rule, ...], ledger: dict[str, LedgerFile] | None, request: Request
) -> str:
    if not request.certified_only or ledger is not None or not live:
        return ""
    return (
        f"{copy.name} {copy.version} is not certified; 'nextfix certify {copy.name}@{copy.version}' certifies it, "
        "without --certified-only it is rewritten by structure"
    )


def _plan_files(
    copy: Copy,
    live: tuple[Rule, ...],
    wanted: frozenset[str],
    style: str,
    receipt: Receipt | None,
    ledger: dict[str, LedgerFile],
    request: Request,
    read: Reader,
) -> Iterable[FilePlan]:
    written = {entry.path for entry in receipt.files} if receipt else set()
    for path in sorted(written.union(*(rule.files for rule in live))):
        disk = read(path)
        if disk is None:
            continue
        here = tuple(rule for rule in live if path in rule.files)
        base = _base(copy, path, disk, receipt)
        yield _plan_file(copy, path, disk, base, here, wanted, style, ledger.get(path), request)


def _base(copy: Copy, path: str, disk: bytes, receipt: Receipt | None) -> bytes | None:
    """The original bytes of a file; None when the receipt does not know what is on disk."""
    entry = next((entry for entry in receipt.files if entry.path == path), None) if receipt else None
    if receipt is None or entry is None:
        return disk
    if digest(disk) == entry.before:
        return disk
    return original(copy.folder, receipt.name, entry) if entry.knows(digest(disk)) else None


def _plan_file(
    copy: Copy,
    path: str,
    disk: bytes,
    base: bytes | None,
    here: tuple[Rule, ...],
    wanted: frozenset[str],
    style: str,
    published: LedgerFile | None,
    request: Request,
) -> FilePlan:
    source = disk if base is None else base
    tree = parse(source)
    broken = any(errors(tree.root_node))
    examined = tuple(examine(rule, copy.version, source, tree, style) for rule in here)
    foreign = _foreign(copy, source, base, published, broken)
    if foreign and (broken or not request.allow_modified):
        states = tuple(_foreign_state(result, foreign) for result in examined)
        return FilePlan(path, disk, source, disk, examined, states, ())
    pending = tuple(r for r in examined if r.verdict is Verdict.AFFECTED and r.rule.id in wanted)
    new = _rewritten(copy, path, source, pending, style, None if foreign else published)
    applied = frozenset(result.rule.id for result in pending) if new == disk else frozenset()
    states = tuple(_state(result, applied, copy) for result in examined)
    return FilePlan(path, disk, source, new, examined, states, tuple(result.rule.id for result in pending))


def _foreign(
    copy: Copy, source: bytes, base: bytes | None, published: LedgerFile | None, broken: bool
) -> str:
    """How a file differs from the one that was published, or the empty string."""
    if broken:
        return _BROKEN
    if base is None:
        return "it was changed after nextfix wrote it"
    if published is None or digest(canonical(source)) == published.sha256:
        return ""
    return f"it differs from the one published in {copy.name}@{copy.version}"


def _foreign_state(result: Examined, foreign: str) -> RuleState:
    """A file that somebody changed is fine where it is already as nextfix or a later release writes it."""
    if foreign is _BROKEN:
        return RuleState(result.rule.id, Verdict.MODIFIED, foreign)
    if result.verdict in (Verdict.APPLIED, Verdict.FIXED_UPSTREAM):
        return RuleState(result.rule.id, result.verdict, foreign)
    return RuleState(result.rule.id, Verdict.MODIFIED, result.reason or foreign)


def _state(result: Examined, applied: frozenset[str], copy: Copy) -> RuleState:
    if result.rule.id in applied:
        return RuleState(result.rule.id, Verdict.APPLIED)
    if result.verdict is Verdict.AFFECTED and result.rule.severity_in(copy.version) is Severity.NOTE:
        return RuleState(result.rule.id, Verdict.NOT_AFFECTED, "no request fills this slot in normal use")
    return RuleState(result.rule.id, result.verdict, result.reason)


def _rewritten(
    copy: Copy,
    path: str,
    source: bytes,
    pending: tuple[Examined, ...],
    style: str,
    published: LedgerFile | None,
) -> bytes:
    """`source` with the edits of `pending`, verified."""
    edits = [edit for result in pending for edit in result.edits]
    try:
        new = apply_edits(source, edits)
    except OverlapError as error:
        raise _defect(copy, path, str(error)) from error
    reason = unsound([result.rule for result in pending], copy.version, source, edits, new, style)
    if reason:
        raise _defect(copy, path, reason)
    expected = published.expected(style, (result.rule.id for result in pending)) if published else None
    if expected and pending and source == canonical(source) and digest(new) != expected:
        raise _defect(copy, path, "the result differs from the one in the ledger")
    return new


def _defect(copy: Copy, path: str, reason: str) -> NextfixError:
    return NextfixError(
        ExitCode.DEFECT,
        f"the rewrite was discarded: {reason}",
        path=copy.folder / path,
        hint="nothing was written; please report it with the release",
    )


def _summed(
    copy: Copy,
    style: str,
    known: tuple[Rule, ...],
    live: tuple[Rule, ...],
    files: tuple[FilePlan, ...],
    receipt: Receipt | None,
    certified: bool,
    complete: bool,
) -> CopyPlan:
    states = [state for file in files for state in file.states]
    present = {file.path for file in files}
    # What only a build copies may be gone from an image, and a trace holds only what the application needs.
    required = [rule for rule in live if not rule.rebuild and copy.layout != STANDALONE]
    missing = [rule for rule in required if present.isdisjoint(rule.files)]
    verdicts = [state.verdict for state in states]
    reason = next(
        (f"{f.path}: {s.reason}" for f in files for s in f.states if s.verdict is Verdict.MODIFIED), ""
    )
    if missing:
        verdicts.append(Verdict.MODIFIED)
        reason = reason or f"{missing[0].files[0]} is missing; reinstall the package"
    if any(rule.fixed_upstream and _fixed(copy.version, rule) for rule in known):
        verdicts.append(Verdict.FIXED_UPSTREAM)
    dead = tuple(
        sorted(
            path for path in {path for rule in live for path in rule.dead} if (copy.folder / path).is_file()
        )
    )
    return CopyPlan(copy, style, gravest(verdicts), reason, certified, complete, files, dead, receipt)


def _fixed(version: str, rule: Rule) -> bool:
    return bool(order(version) >= order(rule.fixed_upstream))
