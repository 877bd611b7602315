"""The app of the original report where the documented form falls short, as a table:

    python -m tests.detached.next_app                     # the whole table, some five minutes
    python -m tests.detached.next_app --case "13.0.7, next.config.mjs" --no-prepare

Each case is one built app. Its server answers ten requests to each page over one connection, as installed and after
`nextfix apply --style documented` and `--style detached`; a number is how many requests the heap still holds.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Semaphore

from patcher.prove.app import make_app
from patcher.prove.app_folders import build, linked_copy
from patcher.prove.measure import Job, measure
from patcher.prove.node import Node, find_node, npm_install
from patcher.prove.phases import ALL, apply_phase
from patcher.prove.result import Measurement
from patcher.prove.server import start_app
from patcher.prove.spec import PAGES, TRAFFIC, Spec, completed
from patcher.prove.stage import Stage

REQUESTS = 10
NODE = "20.20.2"
PHASES = ("original", "documented", "detached")


@dataclass(frozen=True)
class Case:
    """One app.

    Args:
        next: the release of next.
        files: what differs from the app of `nextfix prove`, by path; None for a file that is not there.
        pages: what is asked for.
    """

    next: str
    files: dict[str, str | None] = field(default_factory=dict)
    pages: tuple[str, ...] = PAGES


_MJS: dict[str, str | None] = {
    "next.config.js": None,
    "next.config.mjs": "export default { reactStrictMode: true }\n",
}
CASES = {
    "13.0.7, no next.config": Case("13.0.7", {"next.config.js": None}),
    "13.0.7, next.config.mjs": Case("13.0.7", _MJS),
}


def built(stage: Stage, case: Case, tracer: str, node: Node) -> Path:
    """The app of `case`, installed and built in a folder of its own."""
    spec = completed(Spec(next=case.next, tracer=tracer))
    folder = stage.folder / f"app-{len(list(stage.folder.iterdir()))}"
    folder.mkdir()
    make_app(folder, spec)
    for path, text in case.files.items():
        if text is None:
            (folder / path).unlink()
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    npm_install(stage, folder, [])
    build(stage, spec, node, folder)
    return folder


def measured(stage: Stage, case: Case, app: Path, node: Node, *, phase: str, prepare: bool) -> Measurement:
    """What the server of `app` keeps in one phase."""
    tree = app
    if phase != PHASES[0]:
        tree = app.with_name(f"{app.name}-{phase}")
        if not tree.exists():
            linked_copy(app, tree)
            apply_phase(stage, ALL, tree, phase)
    start = partial(start_app, stage, node, tree, prepare=prepare)
    job = Job(phase, start, case.pages, REQUESTS, TRAFFIC["keep-alive"])
    return measure(stage, job, Semaphore(1), lambda _: None)


def rows(names: list[str], tracers: list[str], prepares: list[bool]) -> Iterator[list[str]]:
    """The lines of the table, each as soon as it is known."""
    for name in names:
        case = CASES[name]
        for tracer in tracers:
            with Stage() as stage:
                node = find_node(stage, NODE)
                app = built(stage, case, tracer, node)
                sent = REQUESTS * len(case.pages)
                for prepare in prepares:
                    found = [measured(stage, case, app, node, phase=p, prepare=prepare) for p in PHASES]
                    kept = [sum(one.retained.values()) for one in found]
                    slots = ", ".join(slot.label for slot in found[-1].slots)
                    spec = completed(Spec(next=case.next, tracer=tracer))
                    yield [name, spec.tracer, "yes" if prepare else "no", str(sent), *map(str, kept), slots]


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--tracer", action="append", help="dd-trace@VERSION, als, opentelemetry")
    parser.add_argument("--no-prepare", action="store_true", help="only without app.prepare()")
    options = parser.parse_args()
    head = ["next", "tracer", "prepare()", "sent", *PHASES, "kept after detached by"]
    print(f"| {' | '.join(head)} |\n| --- | --- | --- | ---: | ---: | ---: | ---: | --- |", flush=True)
    prepares = [False] if options.no_prepare else [True, False]
    for row in rows(options.case or list(CASES), options.tracer or ["dd-trace", "als"], prepares):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
