"""What a family of the general analysis is: the kind of slot, why it keeps a request, and what to do."""

from dataclasses import dataclass

from patcher.model import Severity
from patcher.rule import Rewrite


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of slot that keeps a request, as data that `check` reports by and `explain` prints.

    Args:
        id: what findings are called by, e.g. `kept-promise-field`.
        severity: how much a finding of it matters unless the place says otherwise.
        title: one line; `{slot}` and `{function}` stand for those of the finding.
        why: what keeps the request, and for how long.
        fix: what to write instead, in words.
        retains: JavaScript that keeps the request. It defines `handle(load)`, called once inside a request.
        frees: the same made healthy.
        rewrites: the shapes that `check --fix` rewrites; none for a family that people have to mend.
        letter: the family's letter in the specification of the analysis, where it has one.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: str
    retains: str
    frees: str
    letter: str = ""
    rewrites: tuple[Rewrite, ...] = ()

    def message(self, slot: str, function: str) -> str:
        """What a finding of this family says, for its slot and the function that stores into it."""
        return self.title.format(slot=slot, function=function or "<anonymous>")

    def advice(self, *, own: bool) -> str:
        """Why it matters and what to do; `own` says that the finding is in one's own source, which can be rewritten."""
        safe = " `nextfix check --fix --dry-run` shows the rewrite where a safe one exists."
        return f"{self.why}\n{self.fix}{safe if own and self.rewrites else ''}"
