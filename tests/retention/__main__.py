"""Measure what keeps a request, and write `patcher/retention/table.json`.

python -m tests.retention             all of it: about ten minutes
python -m tests.retention als-run     only the cells of these trackers; the others stay as they are
"""

import json
import sys
from pathlib import Path

from patcher.retention.table import TABLE
from tests.retention.measure import TRACKERS, measure, releases

SIGNS = {True: "R", False: ".", None: "?"}


def main(names: list[str]) -> None:
    """Measure the trackers called `names`, or all, and write the table after each."""
    held = json.loads(TABLE.read_bytes()) if TABLE.exists() else {"trials": [], "trackers": {}}
    for tracker in TRACKERS:
        if names and tracker.name not in names:
            continue
        cells: dict[str, str] = {}
        for where in tracker.nodes:
            kept = measure(tracker, where)
            if kept is not None:
                held["trials"] = list(kept)
            cells[where] = "not measured" if kept is None else "".join(SIGNS[cell] for cell in kept.values())
            print(f"{tracker.name:14} {where:42} {cells[where]}", flush=True)
        held["trackers"][tracker.name] = {"releases": releases(tracker), "cells": cells}
        _write(TABLE, held)


def _write(path: Path, held: object) -> None:
    path.write_text(json.dumps(held, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
