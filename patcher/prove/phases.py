"""The phases: the app as it was installed, and after `nextfix apply` with some or all of the rules."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from patcher.prove.spec import SERVER_RULES
from patcher.prove.stage import Stage


@dataclass(frozen=True)
class Phase:
    """One state of the installed packages.

    Args:
        name: a short name.
        rules: the rules to apply: None for not applying any, an empty tuple for all.
    """

    name: str
    rules: tuple[str, ...] | None


ORIGINAL = Phase("original", None)
SERVER = Phase("server rules", SERVER_RULES)
ALL = Phase("all rules", ())


def apply_phase(stage: Stage, phase: Phase, folder: Path, style: str, *, warn_only: bool = False) -> str:
    """Bring the packages in `folder` into `phase` by running `nextfix apply` on it.

    Args:
        stage: runs the command.
        phase: what to apply.
        folder: the app, already a copy.
        style: the style of the rewrites.
        warn_only: print why a copy is refused, or that there is none, and do not fail.

    Returns:
        What the command printed.

    Raises:
        NextfixError: FILES when the command fails, with its last lines.
    """
    if phase.rules is None:
        return ""
    command = [sys.executable, "-m", "patcher", "apply", str(folder), "--style", style]
    command += ["--warn-only"] if warn_only else []
    for rule in phase.rules:
        command += ["--rule", rule]
    return stage.run(command, folder, dict(os.environ), f"nextfix apply, {phase.name}")
