"""The plan of a copy: the files read, the verdicts, the edits, the new bytes. Nothing is written.

`check`, `diff`, `apply`, `status` and `export` all read plans; they differ in what they do with them. How one is made
is in `planner.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from patcher.disk.receipt import Receipt
from patcher.errors import ExitCode, NextfixError
from patcher.model import FileState, RuleState, Verdict
from patcher.npm.copies import Copy
from patcher.semantic_patch.examine import Examined
from patcher.text.edits import Edit
from patcher.text.paths import shown

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

    `examined` judges the original bytes, `states` the file on disk; `pending` are the rules that `new` applies. `edits`
    make `new` of `base` where no rule has examined it.
    """

    path: str
    disk: bytes
    base: bytes
    new: bytes
    examined: tuple[Examined, ...]
    states: tuple[RuleState, ...]
    pending: tuple[str, ...]
    edits: tuple[Edit, ...] = ()

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
    """One copy: its verdict, the reason when it is refused, and the plan of each of its files.

    `certified` says that the ledger has the release, `complete` that the plan does all that the rules ask for by
    default. `dead` are the files that nothing runs, `left` the rules that make no difference on the Node that the
    project declares. `tolerated` says that an unknown release is not refused.
    """

    copy: Copy
    style: str
    verdict: Verdict
    reason: str
    certified: bool
    complete: bool
    files: tuple[FilePlan, ...]
    dead: tuple[str, ...]
    receipt: Receipt | None
    left: tuple[str, ...] = ()
    tolerated: bool = False

    @property
    def refused(self) -> bool:
        """Whether `apply` must not touch this copy; an unknown release of a dependency is left alone instead."""
        unknown = self.verdict is Verdict.UNKNOWN_RELEASE and not self.tolerated
        return unknown or self.verdict is Verdict.MODIFIED

    @property
    def refusal(self) -> NextfixError | None:
        """The problem that a refused copy is to every command; None for any other copy."""
        if not self.refused:
            return None
        return NextfixError(ExitCode.REFUSED, self.reason, path=shown(self.copy.folder))

    @property
    def pending(self) -> tuple[FilePlan, ...]:
        """The files that `apply` would write."""
        return () if self.refused else tuple(file for file in self.files if file.changes)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the plan applies, by id."""
        return tuple(sorted({rule for file in self.files for rule in file.pending}))

    @property
    def left_alone(self) -> tuple[str, ...]:
        """The rules of `left` whose code the copy has."""
        found = {
            s.rule for f in self.files for s in f.states if s.verdict is Verdict.NOT_AFFECTED and s.reason
        }
        return tuple(rule for rule in self.left if rule in found)

    @property
    def states(self) -> tuple[FileState, ...]:
        """The files as reports show them, dead copies last."""
        dead = (FileState(path, Verdict.DEAD_COPY, ()) for path in self.dead)
        return (*(file.state for file in self.files), *dead)


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """Choose the verdict that the whole has when its parts have `verdicts`."""
    return min(verdicts, key=_GRAVITY.index, default=Verdict.NOT_AFFECTED)
