"""The phases: the app as it was installed, and after `nextfix apply` with some or all of the rules."""

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from patcher.catalogue.load import package_record, packages
from patcher.prove.spec import SERVER_RULES
from patcher.prove.stage import Stage
from patcher.rule import DETACHED as DETACHED_STYLE


@dataclass(frozen=True)
class Phase:
    """One state of the installed packages.

    Args:
        name: a short name.
        rules: the rules to apply: None for not applying any, an empty tuple for all.
        style: the style of the rewrites; empty for the experiment's.
        scope: what `nextfix apply --scope` is given; empty for its default, the packages that rules know.
    """

    name: str
    rules: tuple[str, ...] | None
    style: str = ""
    scope: str = ""


ORIGINAL = Phase("original", None)
SERVER = Phase("server rules", SERVER_RULES)
DETACHED = Phase("detached", (), style=DETACHED_STYLE)
ALL = Phase("all rules", ())
DEPS = Phase("all rules and deps", (), scope="rules,deps")


def phases_of(*, quick: bool, also: Collection[str]) -> tuple[Phase, ...]:
    """The states to measure, in order; the last is the one by which an experiment is judged.

    Args:
        quick: whether the server rules alone are left out.
        also: further states, of `spec.FURTHER_STATES`.
    """
    middle = (*(() if quick else (SERVER,)), *((DETACHED,) if "detached" in also else ()))
    return (ORIGINAL, *middle, ALL, *((DEPS,) if "deps" in also else ()))


def needs_build(said: str) -> bool:
    """Whether `nextfix apply`, which printed `said`, rewrote what an app's build has a copy of."""
    reasons = {package_record(name).rebuild for name in packages()} - {""}
    return any(reason in said for reason in reasons)


def apply_phase(stage: Stage, phase: Phase, folder: Path, style: str, *, warn_only: bool = False) -> str:
    """Bring the packages in `folder` into `phase` by running `nextfix apply` on it.

    Args:
        stage: runs the command.
        phase: what to apply.
        folder: the app, already a copy.
        style: the style of the rewrites, unless the phase has its own.
        warn_only: print why a copy is refused, or that there is none, and do not fail.

    Returns:
        What the command printed.

    Raises:
        NextfixError: FILES when the command fails, with its last lines.
    """
    if phase.rules is None:
        return ""
    command = [sys.executable, "-m", "patcher", "apply", str(folder), "--style", phase.style or style]
    command += ["--scope", phase.scope] if phase.scope else []
    command += ["--warn-only"] if warn_only else []
    for rule in phase.rules:
        command += ["--rule", rule]
    return stage.run(command, folder, dict(os.environ), f"nextfix apply, {phase.name}")
