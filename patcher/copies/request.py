"""What the user asked of a plan."""

from dataclasses import dataclass
from pathlib import Path

from patcher.errors import ExitCode, NextfixError


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
    """

    root: Path
    style: str | None = None
    rules: frozenset[str] = frozenset()
    certified_only: bool = False
    allow_modified: bool = False
    everything: bool = False

    def __post_init__(self) -> None:
        if self.style is None:
            return
        from patcher.rule import STYLES

        if self.style not in STYLES:
            raise NextfixError(
                ExitCode.USAGE,
                f"there is no style {self.style!r}",
                hint=f"the styles are {', '.join(STYLES)}",
            )
