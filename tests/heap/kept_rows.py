"""The programs of `rows/`: one for each thing that was measured to keep its request, and the slots to be blamed for it.

A file of programs is JavaScript with three kinds of remarks of its own:

    //# the kept thing            begins a program
    //= Promise in kept in (...)  a slot that `nextfix heap` must name; <n> stands for a number
    //= 22: Promise in ...        the same on Node 22 alone; `//= 24, 26: nothing` where nothing is kept
    //= ... <- reached from pool  what must be said of where the slot is
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from patcher.heap import SlotGroup

ROWS = Path(__file__).with_name("rows")
RELEASES = ("22", "24", "26")
NOTHING = "nothing"
# Long enough for a connection on this machine, where there is one.
_PATIENCE = {True: 500, False: 60}
_TITLE = "//# "
_SLOT = re.compile(r"//= (?:(?P<releases>[\d, ]+): )?(?P<slot>.*)")


@dataclass(frozen=True)
class Row:
    """One kept thing.

    Attributes:
        name: what is kept.
        file: the file of `rows/` that has its program.
        program: JavaScript, to be run after `programs.PRELUDE`.
        slots: release of Node -> the slots that it must be blamed on, none where nothing is kept.
    """

    name: str
    file: str
    program: str
    slots: dict[str, list[str]] = field(default_factory=dict)


def rows() -> Iterator[Row]:
    """Every program, in the order of the files."""
    for path in sorted(ROWS.glob("*.cjs")):
        for part in path.read_text("utf-8").split(_TITLE)[1:]:
            name, _, program = part.partition("\n")
            yield _row(name, path.name, program.strip().splitlines())


def _row(name: str, file: str, lines: list[str]) -> Row:
    said = [found for line in lines if (found := _SLOT.fullmatch(line))]
    program = "\n".join(line for line in lines if not line.startswith("//= "))
    if "var patience" not in program:
        program += f"\nvar patience = {_PATIENCE['listen' in program]};"
    slots: dict[str, list[str]] = {}
    for found in said:
        for release in re.findall(r"\d+", found["releases"] or "") or RELEASES:
            slots.setdefault(release, []).extend([] if found["slot"] == NOTHING else [found["slot"]])
    return Row(name, file, program, slots)


def matches(slot: str, group: SlotGroup) -> bool:
    """Whether a group is the slot that a row says."""
    label, _, origin = slot.partition(" <- ")
    pattern = r"\d+".join(re.escape(part) for part in label.split("<n>"))
    return re.fullmatch(pattern, group.label) is not None and origin in group.origin
