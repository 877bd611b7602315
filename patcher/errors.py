"""The exit codes, and the one exception that reaches a user."""

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Protocol


class ExitCode(IntEnum):
    """What the process returns; the same meaning for every command.

    INTERRUPTED, by Ctrl-C, SIGTERM or SIGHUP, is what shells make of Ctrl-C, so that they stop a script too.
    """

    OK = 0
    FINDINGS = 1
    USAGE = 2
    NOTHING = 3
    REFUSED = 4
    FILES = 5
    DEFECT = 6
    INTERRUPTED = 130


class NextfixError(Exception):
    """A failure with an exit code, shown to the user as `path: reason; what to do`.

    Args:
        code: the exit code that the command ends with.
        reason: what is wrong, in one clause.
        path: the file or folder that it is about, when there is one.
        hint: what the user can do about it.
    """

    def __init__(
        self, code: ExitCode, reason: str, *, path: Path | str | None = None, hint: str = ""
    ) -> None:
        self.code = code
        self.reason = reason
        self.path = path
        self.hint = hint
        place = f"{path}: " if path is not None else ""
        super().__init__(f"{place}{self.advised}")

    @property
    def advised(self) -> str:
        """The reason and what to do, without the path."""
        return f"{self.reason}; {self.hint}" if self.hint else self.reason


class Problem(Protocol):
    """Something that was not looked at or not done: what it is as text, and its exit code."""

    @property
    def code(self) -> ExitCode:
        """The exit code of a run in which nothing graver happened."""


def gravest(problems: Sequence[Problem], where: str = "above") -> tuple[ExitCode, str]:
    """The exit code of a command that met `problems`, and its last line.

    Every command ends with the highest code of its problems; only where there is none do findings or pending changes
    count, and then that there was nothing to look at.

    Args:
        problems: at least one.
        where: where the others are to be read.
    """
    worst = max(problems, key=lambda problem: problem.code)
    others = f" (and {len(problems) - 1} more, see {where})" if len(problems) > 1 else ""
    return worst.code, f"{worst}{others}"


class RuleError(NextfixError):
    """A rule, family or package record that cannot be right, in words for its author.

    Args:
        path: the module.
        reason: which rule, what is wrong with it, what to write.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(ExitCode.DEFECT, reason, path=path)
