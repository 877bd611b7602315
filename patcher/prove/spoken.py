"""What speaks, without anything being run, of the places that keep requests: a rule, a finding of check, or nothing.

An experiment so measures what `check` misses: a keeper that no rule and no finding speaks of.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from patcher.disk.presence import is_regular
from patcher.errors import NextfixError
from patcher.prove.result import MeasuredPlace, MeasuredSlot, Measurement
from patcher.prove.stage import Stage

UNKNOWN = "no rule knows this place"
_NAMES = re.compile(r"[\w$#]+")
_MOST_FILES = 200


@dataclass(frozen=True)
class _Finding:
    """A finding of `nextfix check`: its rule, its file in the app, its lines and the names of its slot."""

    rule: str
    path: str
    line: int
    end_line: int
    slot: str

    @property
    def words(self) -> str:
        """`kept-promise-field at server.js:7`."""
        return f"{self.rule} at {self.path}:{self.line}"

    def has_slot(self, slot: str) -> bool:
        """Whether the last name of its slot is one of those of `slot`."""
        names = _NAMES.findall(self.slot)
        return bool(names) and names[-1] in _NAMES.findall(slot)


def spoken(stage: Stage, tree: Path, measurements: Sequence[Measurement]) -> tuple[Measurement, ...]:
    """`measurements`, each slot with what speaks of its place.

    Args:
        stage: runs `nextfix check` on the files of the slots that no rule knows.
        tree: the app as it was installed.
        measurements: of any state of its packages.
    """
    placed = [
        [replace(slot, places=_within(stage, tree, slot)) for slot in each.slots] for each in measurements
    ]
    files = {place.path for slots in placed for slot in slots if slot.rule is None for place in slot.places}
    findings = _findings(stage, tree, sorted(files)[:_MOST_FILES]) if files else []
    return tuple(
        replace(each, slots=tuple(replace(slot, said=_said(slot, findings)) for slot in slots))
        for each, slots in zip(measurements, placed, strict=True)
    )


def counted(slots: Iterable[MeasuredSlot]) -> str:
    """How many of the slots are known without running anything, in a line; '' when that was not looked up."""
    by_label = {slot.label: slot for slot in slots if slot.said}
    if not by_label:
        return ""
    rules = sum(slot.rule is not None for slot in by_label.values())
    unknown = sum(slot.said == UNKNOWN for slot in by_label.values())
    found = len(by_label) - rules - unknown
    return (
        f"keepers: {len(by_label)}; known without running anything: {rules + found} "
        f"({rules} by a rule, {found} by check); {unknown} that no rule knows"
    )


def _said(slot: MeasuredSlot, findings: Sequence[_Finding]) -> str:
    if slot.rule is not None:
        return slot.rule
    for finding in findings:
        here = [place for place in slot.places if place.path == finding.path]
        made = any(place.made and finding.line <= place.line <= finding.end_line for place in here)
        if made or (here and finding.has_slot(slot.slot)):
            return finding.words
    return UNKNOWN


def _within(stage: Stage, tree: Path, slot: MeasuredSlot) -> tuple[MeasuredPlace, ...]:
    """The places of a slot that are files of the app, by their path in it; every copy of the app has the same."""
    found = []
    for place in slot.places:
        path = Path(place.path.removeprefix("file://"))
        if path.is_absolute():
            if not path.is_relative_to(stage.folder):
                continue
            path = Path(*path.relative_to(stage.folder).parts[len(tree.relative_to(stage.folder).parts) :])
        if ".." not in path.parts and is_regular(tree / path):
            found.append(replace(place, path=path.as_posix()))
    return tuple(found)


def _findings(stage: Stage, tree: Path, files: list[str]) -> list[_Finding]:
    """What `nextfix check` finds in some files of the app; nothing when it fails."""
    command = [sys.executable, "-m", "patcher", "check", *files, "--scope", "source,deps", "--thorough"]
    command += ["--format", "json", "--output", str(report := stage.log("check"))]
    try:
        stage.run(command, tree, dict(os.environ), "nextfix check", codes=(0, 1))
        content: dict[str, Any] = json.loads(report.read_text("utf-8"))
    except (NextfixError, ValueError):
        return []
    return [
        _Finding(each["rule"], each["path"], each["line"], each["end_line"], each["slot"])
        for each in content["findings"]
    ]
