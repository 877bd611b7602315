"""Copies for people and for programs: the lines of `status`, `apply` and `revert`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import patcher
from patcher.model import CopyState, Skipped, Verdict
from patcher.text.display import one_line

# What a reader should make of a verdict, in a few words.
MEANING = {
    Verdict.AFFECTED: "affected: run 'nextfix apply'",
    Verdict.APPLIED: "applied",
    Verdict.FIXED_UPSTREAM: "fixed upstream",
    Verdict.NOT_AFFECTED: "not affected",
    Verdict.DEAD_COPY: "not executed",
    Verdict.MODIFIED: "modified: not as published",
    Verdict.UNKNOWN_RELEASE: "unknown release",
}


def copy_lines(states: Sequence[tuple[CopyState, str]]) -> Iterator[str]:
    """The lines of `status`: copies with their upgrade advice; those that differ only in their place share a line."""
    groups: dict[tuple[CopyState, str], list[CopyState]] = {}
    for state, upgrade in states:
        groups.setdefault((replace(state, path=""), upgrade), []).append(state)
    for (_, upgrade), alike in groups.items():
        yield copy_line(alike[0], len(alike) - 1)
        yield from file_lines(alike[0])
        if upgrade:
            yield one_line(f"    upgrade: {upgrade}")


def copy_line(state: CopyState, others: int = 0) -> str:
    """One line for a copy and `others` like it: package, release, place, layout, verdict."""
    certified = "certified" if state.certified else "uncertified"
    place = f"{state.path} and {others} more" if others else state.path
    text = f"{state.name}@{state.version}  {place}  ({state.layout}, {certified})  {MEANING[state.verdict]}"
    return one_line(f"{text}: {state.reason}" if state.reason else text)


def file_lines(state: CopyState) -> list[str]:
    """A line for each file of a copy that some rule names."""
    lines = []
    for file in state.files:
        rules = ", ".join(f"{rule.rule} {rule.verdict}" for rule in file.rules)
        lines.append(one_line(f"    {file.path}  {rules or MEANING[file.verdict]}"))
    return lines


def as_json(command: str, copies: Sequence[dict[str, Any]], skipped: Sequence[Skipped]) -> str:
    """The JSON of `apply`, `revert` and `status`: one object with the tool, the copies, what was skipped."""
    data = {
        "tool": {"name": "nextfix", "version": patcher.__version__},
        "command": command,
        "copies": list(copies),
        "skipped": [item.record for item in skipped],
    }
    return json.dumps(data, indent=2)
