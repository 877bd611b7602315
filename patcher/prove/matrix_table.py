"""What a matrix has measured so far, a record a cell in a JSON file, and the table that documents show of it."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from patcher.disk.outside import load_json
from patcher.disk.presence import is_regular, is_there
from patcher.disk.write import write_file
from patcher.errors import ExitCode, NextfixError
from patcher.prove.events import Progress
from patcher.prove.matrix import Axes, cells, default_axes, run_matrix
from patcher.prove.phases import ALL, DETACHED, ORIGINAL, SERVER
from patcher.prove.result import ExperimentResult, MeasuredSlot
from patcher.prove.spec import Spec, era_of
from patcher.prove.stage import Stage
from patcher.report.catalogue.generated import with_block

PHASES = (ORIGINAL.name, SERVER.name, ALL.name, DETACHED.name)
MESSAGES = ("IncomingMessage", "Http2ServerRequest", "NodeNextRequest", "NextRequest", "Request")
BASE = ("requests", "together", "prepare", "app_router", "everything")
NOT_MEASURED, NOT_SUPPORTED, FAILED = "?", "–", "fails"
_LARGEST = 64 << 20
_NAMED = 6
_FOLDER = re.compile(r"next-\d[\w.-]*/(?=server\.mjs)")  # a copy is named for its state


class Table:
    """A file with the measured cells of a matrix; a `README.md` beside it shows them in its block
    `matrix`, those of everything that Next.js serves in its block `everything`.

    Args:
        path: the file; made when it does not exist.
        base: what is the same for all cells; the file's cells must have been measured alike.
        axes: the cells that are wanted now.

    Raises:
        NextfixError: USAGE for an axis that does not exist or another `base` than the file's.
    """

    def __init__(self, path: Path, base: Spec, axes: Axes) -> None:
        self.path = path
        self.specs = cells(base, axes)
        self.base = {name: getattr(base, name) for name in BASE}
        self.block = "everything" if base.everything else "matrix"
        self.records = read_records(path, self.base)

    def missing(self) -> list[Spec]:
        """The wanted cells that are not in the file, or could not be measured then."""
        measured = {each["command"] for each in self.records if not each["error"]}
        return [spec for spec in self.specs if spec.command not in measured]

    def run(self, specs: list[Spec]) -> Callable[[Stage, Progress], Iterator[ExperimentResult]]:
        """An experiment a cell; what it found is in the file before the next begins."""

        def measured(stage: Stage, progress: Progress) -> Iterator[ExperimentResult]:
            for result in run_matrix(stage, specs, progress):
                self.add(record(result))
                yield result

        return measured

    def add(self, cell: dict[str, Any]) -> None:
        """Put a cell into the file, in the place of an older one.

        Raises:
            NextfixError: FILES when it cannot be written.
        """
        others = [each for each in self.records if each["command"] != cell["command"]]
        self.records = sorted([*others, cell], key=_place)
        self.write()

    def write(self) -> None:
        """Write the file, and the table of the `README.md` beside it if that has a place for it.

        Raises:
            NextfixError: FILES when one cannot be written.
        """
        cells = ",\n".join(json.dumps(each) for each in self.records)  # a line a cell
        text = f'{{"base": {json.dumps(self.base)}, "cells": [\n{cells}\n]}}\n'
        write_file(self.path, text.encode())
        document = self.path.parent / "README.md"
        if is_regular(document) and f"<!-- {self.block}: generated" in (old := document.read_text("utf-8")):
            new = with_block(old, self.block, markdown(self.base, self.records))
            if new != old:
                write_file(document, new.encode())


def read_records(path: Path, base: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of the file `path`, none when it does not exist.

    Raises:
        NextfixError: USAGE when they were measured otherwise than `base`, DEFECT when it is something else.
    """
    if not is_there(path):
        return []
    content = load_json(path, limit=_LARGEST)
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise NextfixError(ExitCode.DEFECT, "it does not hold the cells of a matrix", path=path)
    if content.get("base") != base:
        said = ", ".join(f"{name} {value}" for name, value in content.get("base", {}).items())
        raise NextfixError(ExitCode.USAGE, f"its cells were measured with {said}", path=path,
                           hint="give the same options, or another file")  # fmt: skip
    found: list[dict[str, Any]] = content["cells"]
    return found


def record(result: ExperimentResult) -> dict[str, Any]:
    """What a table keeps of an experiment."""
    subject = result.subject
    return {
        "command": result.command,
        "next": subject["next"],
        "tracer": subject["tracer"],
        "node": subject["node"],
        "sent": result.sent(result.first) if result.phases else 0,
        "phases": {phase: _state(result, phase) for phase in result.phases},
        "error": result.error,
    }


def _state(result: ExperimentResult, phase: str) -> dict[str, Any]:
    """One state of the packages: what was alive, and who kept it."""
    measured = [each for each in result.measurements if each.phase == phase]
    alive: dict[str, int] = {}
    for each in measured:
        for name, count in each.alive.items():
            alive[name] = alive.get(name, 0) + count
    slots = {slot.label: slot for each in measured for slot in each.slots}
    return {
        "requests": result.retained(phase),
        "alive": dict(sorted(alive.items())),
        "kept_by": [{"slot": _named(slot), "rule": slot.rule} for slot in slots.values()],
    }


def _named(slot: MeasuredSlot) -> str:
    return f"{slot.label}{f' ({slot.origin})' if slot.origin else ''}"


def markdown(base: dict[str, Any], records: list[dict[str, Any]]) -> str:
    """The table of `records`: a row for each release of next and tracer, a column for each major of Node.js.

    Args:
        base: what all were measured with.
        records: the cells.
    """
    spec = replace(Spec(), **base)
    axes = default_axes(spec)
    plan = cells(spec, axes)
    rows = list(dict.fromkeys([*((spec.next, spec.tracer) for spec in plan), *map(_row, records)]))
    nodes = sorted({*axes.node, *(_major(each) for each in records)}, key=int)
    found = {(*_row(each), _major(each)): each for each in records}
    lines = [
        f"| next | tracer | {' | '.join(f'Node {node}' for node in nodes)} | kept by, as installed |",
        f"| --- | --- | {' | '.join('---' for _ in nodes)} | --- |",
    ]
    for row in sorted(rows, key=lambda row: (_numbers(row[0]), rows.index(row))):
        of_row = [found.get((*row, node)) for node in nodes]
        shown = [_cell(row[0], node, each) for node, each in zip(nodes, of_row, strict=True)]
        lines.append(
            f"| {row[0]} | {row[1]} | {' | '.join(shown)} | {_rules(each for each in of_row if each)} |"
        )
    measured = sum(not each["error"] for each in records)
    sent = sorted({each["sent"] for each in records if not each["error"]})
    releases = sorted({each["node"] for each in records if not each["error"]}, key=_numbers)
    said = f"{measured} of {len(plan)} cells are measured"
    said += f", {' or '.join(map(str, sent))} requests each, on Node {', '.join(releases)}" if sent else ""
    return "\n".join([*lines, "", f"{said}.", *_staying(records)])


def _cell(release: str, node: str, cell: dict[str, Any] | None) -> str:
    """`**3·5** → 1·0 → 0`: requests, and what tracers keep of them, in each state; states at the end that are alike
    are shown once.
    """
    if cell is None:
        return NOT_MEASURED if int(node) >= era_of(release).oldest_node else NOT_SUPPORTED
    if cell["error"]:
        return FAILED
    states = [_numbers_of(cell["phases"][phase]) for phase in PHASES if phase in cell["phases"]]
    while len(states) > 1 and states[-1] == states[-2]:
        states.pop()
    first = states[0] if states[0] == "0" else f"**{states[0]}**"
    return " → ".join([first, *states[1:]])


def _numbers_of(state: dict[str, Any]) -> str:
    alive: dict[str, int] = state["alive"]
    requests = max(alive.get(name, 0) for name in MESSAGES)  # one request may have an object of each
    kept = sum(count for name, count in alive.items() if name not in MESSAGES)
    return f"{requests}·{kept}" if requests or kept else "0"


def _rules(of_row: Iterable[dict[str, Any]]) -> str:
    """The rules that know the slots of the originals, and how many slots none knows."""
    slots = {
        slot["slot"]: slot["rule"]
        for cell in of_row
        for slot in cell["phases"].get(ORIGINAL.name, {}).get("kept_by", ())
    }
    known = sorted({rule.rpartition("/")[2] for rule in slots.values() if rule})
    others = sum(rule is None for rule in slots.values())
    return ", ".join([*known, *([f"{others} that no rule knows"] if others else [])])


def _staying(records: list[dict[str, Any]]) -> list[str]:
    """What stays after all rules, by release of next: the slots of most cells by name, and how many others."""
    found: dict[str, Counter[str]] = {}
    for each in records:
        slots = each["phases"].get(ALL.name, {}).get("kept_by", ())
        names = {_FOLDER.sub("", slot["slot"].partition(" (class in ")[0]) for slot in slots}
        found.setdefault(each["next"], Counter()).update(names)
    lines = []
    for release in sorted(found, key=_numbers):
        ordered = sorted(found[release], key=lambda name: (-found[release][name], name))
        more = f", and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
        if ordered:
            lines.append(f"- {release}: {', '.join(f'`{name}`' for name in ordered[:_NAMED])}{more}")
    return ["", "After all rules this stays, in one cell or more:", "", *lines] if lines else []


def _row(cell: dict[str, Any]) -> tuple[str, str]:
    return cell["next"], cell["tracer"]


def _major(cell: dict[str, Any]) -> str:
    return str(cell["node"]).partition(".")[0]


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.partition("-")[0].split("."))


def _place(cell: dict[str, Any]) -> tuple[Any, ...]:
    return (_numbers(cell["next"]), cell["tracer"], _numbers(str(cell["node"])), cell["command"])
