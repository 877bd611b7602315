"""What a rule is: data that says which code of which releases is hostile, and what to write instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from patcher.model import Severity

STYLES = ("documented", "single-flight")

Kept = Literal["promise", "timer", "request"]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One semantic patch of a rule.

    Attributes:
        find: the hostile code, JavaScript with metavariables (see patcher.semantic_patch.pattern).
        write: what stands there instead: one template for both styles, or one a style.
        inside: the head of the function, method or class to look in; empty for the whole file.
        slot: the slot that the hostile code fills, in the pattern's own words (`this.$SLOT`); empty for a
            rewrite that only keeps the others' callers working.
        keeps: what the slot keeps.
        healthy: the same place as releases without the defect write it.
        versions: releases of the package that have this place; within those of the rule.
        harmless: releases that have the same code where nothing outlives the request; `certify` takes any
            other match outside of `versions` for a release that the rule misses.
        times: how often the place occurs in a file that has it.
    """

    find: str
    write: Mapping[str, str] | str
    inside: str = ""
    slot: str = ""
    keeps: Kept = "promise"
    healthy: tuple[str, ...] = ()
    versions: str = "*"
    harmless: str = ""
    times: int = 1

    def template(self, style: str) -> str:
        """What this rewrite writes in `style`."""
        return self.write if isinstance(self.write, str) else self.write[style]


@dataclass(frozen=True, slots=True)
class Rule:
    """One known defect of one package.

    Attributes:
        id: `package/name`, as findings and `--rule` name it.
        title: the defect in half a line.
        why: what is kept, by whom and for how long.
        package: the npm package.
        versions: the npm range of releases that have it (prereleases count as releases before their own).
        files: the files that Node runs, relative to the package; those a release lacks are passed over.
        rewrites: what to find and what to write.
        dead: further copies of the code that no server runs: reported, never rewritten.
        fixed_upstream: the first release without the defect, when there is one.
        severity: how much it matters, by range of releases; the first range that holds the release counts.
        rebuild: whether the code is copied into an app's own build, so that a rewrite of the package takes
            effect at the app's next `next build`.
        references: where the defect is described.
    """

    id: str
    title: str
    why: str
    package: str
    versions: str
    files: tuple[str, ...]
    rewrites: tuple[Rewrite, ...]
    dead: tuple[str, ...] = ()
    fixed_upstream: str = ""
    severity: tuple[tuple[str, Severity], ...] = field(default=(("*", Severity.ERROR),))
    rebuild: bool = False
    references: tuple[str, ...] = ()
