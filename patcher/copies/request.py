"""What the user asked of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from patcher.errors import ExitCode, NextfixError

if TYPE_CHECKING:
    from patcher.copies.plan_memory import PlanMemory


@dataclass(frozen=True, slots=True)
class Request:
    """Which copies to plan for, and how.

    Attributes:
        root: the project or package directory.
        style: how to write; None keeps the style of an earlier apply, else `documented`.
        rules: ids of the rules to use; empty for all that matter by default.
        certified_only: refuse releases that the ledger does not hold.
        allow_modified: rewrite files that differ from the published ones where the rules still match.
        everything: also the rules that make no difference on the Node that the project declares.
        by_rules: whether the rules are asked for.
        by_findings: whether what check finds in packages without rules is asked for.
        dependencies: what is to be rewritten in packages without rules: by name and release the findings, each its
            family, function and slot.
        memory: what the rules said of files in earlier runs; None for a command that writes, which asks them again.
    """

    root: Path
    style: str | None = None
    rules: frozenset[str] = frozenset()
    certified_only: bool = False
    allow_modified: bool = False
    everything: bool = False
    by_rules: bool = True
    by_findings: bool = False
    dependencies: Mapping[tuple[str, str], frozenset[tuple[str, str, str]]] = field(default_factory=dict)
    memory: "PlanMemory | None" = None

    def __post_init__(self) -> None:
        if self.style is None:
            return
        from patcher.rule import DETACHED, STYLES

        styles = (*STYLES, DETACHED)
        if self.style not in styles:
            raise NextfixError(
                ExitCode.USAGE,
                f"there is no style {self.style!r}",
                hint=f"the styles are {', '.join(styles)}",
            )
