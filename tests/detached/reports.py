"""How many reported sites are rewritten in the style `detached`, and whether each is free when it is run:

    python -m tests.detached.reports                                  # the reports of tests/retention
    python -m tests.detached.reports --node 20.20.2 --node 24.21.0    # on these releases of Node.js
    python -m tests.detached.reports FOLDER --programs FILE           # cases of one's own

FOLDER has `cases.jsonl`: a line names a case, its file `bad` in the folder of the case, the `line` of the site (null
where there is none), and `use`, what a request does with the module `m` (see tests/retention/reports/drive.cjs). FILE
is a JSON object with the `use` of cases whose line has none, or `use` and `setup`, what runs before any request.

A site counts as rewritten when the finding on its line is, and as free when no more of six requests stay than with the
cure of the report, `good`.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.fix.fix_file import Task, fix_file, key_of
from patcher.rule import DETACHED
from patcher.syntax.tree import dialect_of
from tests.detached.score import is_readable
from tests.retention.test_reports import REPORTS, run

NODES = ("20.20.2", "24.21.0")


@dataclass(frozen=True)
class Rewritten:
    """What became of the site of a case: the new text of its file, or why it has none."""

    new: bytes
    reason: str


def cases(folder: Path) -> Iterator[dict[str, Any]]:
    """The cases of `folder` that name a site."""
    for line in (folder / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case["line"] is not None:
            yield case


def rewritten(folder: Path, case: dict[str, Any], style: str = DETACHED) -> Rewritten:
    """What `check --fix --style detached` makes of the site of a case.

    Args:
        folder: the folder of the cases.
        case: the case.
        style: the style; empty for what `check --fix` does without one.
    """
    file = folder / case["case"] / case["bad"]
    source, dialect = file.read_bytes(), dialect_of(str(file))
    sites = analyse(source, dialect)
    keys = [key_of(site) for site in sites]
    result = fix_file(source, keys, Task(families(), style, dialect, lambda _: ""), sites)
    here = [key for key in keys if key[1] == case["line"]]
    if not here:
        return Rewritten(source, "not found")
    if not any(key in result.fixed for key in here):
        return Rewritten(source, "; ".join(sorted({result.refused.get(key, "") for key in here})))
    return Rewritten(result.new, "" if is_readable(result.new, file) else "node does not read it")


def stays(
    folder: Path, case: dict[str, Any], text: bytes, program: str | dict[str, str], versions: Sequence[str]
) -> dict[str, int]:
    """How many of six requests stay with `text` in the place of `bad`, by release of Node.js."""
    use, setup = (program, "") if isinstance(program, str) else (program["use"], program.get("setup", ""))
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        if (folder / "_deps").is_dir():
            shutil.copytree(folder / "_deps", home / "_deps")
        shutil.copytree(folder / case["case"], home / case["case"])
        found = {}
        for version in versions:
            file = home / case["case"] / case["bad"]
            file.write_bytes(text)
            found[version] = run(file, use, version, setup)
        return found


def cured(
    folder: Path, case: dict[str, Any], program: str | dict[str, str], versions: Sequence[str]
) -> dict[str, int]:
    """How many of six requests stay with the cure of the report, by release of Node.js: none for a case without one."""
    if "good" not in case:
        return dict.fromkeys(versions, 0)
    known: dict[str, int] = case.get("stay", {}).get("good", {})
    missing = [version for version in versions if version not in known]
    text = (folder / case["case"] / case["good"]).read_bytes()
    return known | (stays(folder, case, text, program, missing) if missing else {})


def main() -> None:
    """Print what is refused and what is not free, and the score."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("folder", nargs="*", type=Path, default=[REPORTS])
    parser.add_argument("--programs", type=Path)
    parser.add_argument("--node", action="append")
    options = parser.parse_args()
    programs = json.loads(options.programs.read_text()) if options.programs else {}
    total = done = free = tried = 0
    for folder in options.folder:
        for case in cases(folder):
            total += 1
            made = rewritten(folder, case)
            if made.reason:
                print(f"{case['case']}: {made.reason}", flush=True)
                continue
            done += 1
            program = case.get("use") or programs.get(case["case"])
            if not program:
                print(f"{case['case']}: rewritten, and no program to run it", flush=True)
                continue
            tried += 1
            try:
                kept = stays(folder, case, made.new, program, options.node or NODES)
            except (subprocess.CalledProcessError, ValueError) as error:
                print(f"{case['case']}: DOES NOT RUN {getattr(error, 'stderr', error)}", flush=True)
                continue
            most = cured(folder, case, program, list(kept))
            if all(kept[version] <= most[version] for version in kept):
                free += 1
            else:
                print(f"{case['case']}: NOT FREE, {kept} stay, with its cure {most}", flush=True)
    print(f"{done} of {total} rewritten; {free} of {tried} that were run are free")


if __name__ == "__main__":
    main()
