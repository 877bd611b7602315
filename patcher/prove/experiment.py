"""The experiment on the app that nextfix makes: every phase in its own copy, measured side by side."""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Semaphore
from typing import Any

from patcher.disk.presence import is_there
from patcher.errors import NextfixError
from patcher.prove.app_folders import build, built_app, linked_copy
from patcher.prove.asks import asks_of
from patcher.prove.cost import EFFORT, Start, costs
from patcher.prove.events import Progress
from patcher.prove.measure import Job, measure
from patcher.prove.node import Node, find_node
from patcher.prove.phases import ALL, ORIGINAL, Phase, apply_phase, needs_build, phases_of
from patcher.prove.result import Cost, ExperimentResult, Measurement, pages_in_words
from patcher.prove.server import Server, start_app
from patcher.prove.spec import TRAFFIC, Spec, dependencies
from patcher.prove.spoken import spoken
from patcher.prove.stage import Stage
from patcher.rule import STYLES

WORKING = 2  # servers that start, answer or are looked into at once
ALIVE = 12  # servers that exist at once; most of them only wait, at some 100 MB each
JOB_STEPS = 4
GROWTH_STEPS = 2


def run_experiment(stage: Stage, spec: Spec, progress: Progress) -> ExperimentResult:
    """Install, build, apply, measure.

    Args:
        stage: its folder holds everything; an app that was built there before is used again.
        spec: the experiment, its tracer named in full.
        progress: called with each step.

    Raises:
        NextfixError: when a step fails; see the module of that step.
    """
    began = time.monotonic()
    node = find_node(stage, spec.node)
    phases = (ORIGINAL, ALL) if spec.cost else phases_of(quick=spec.quick, also=spec.also)
    base = _base(stage, spec, node, progress)
    measurements = () if spec.cost else _measured(stage, spec, node, base, phases, progress)
    return ExperimentResult(
        command=spec.command,
        subject=subject(spec, node),
        phases={phase.name: None if phase.rules is None else list(phase.rules) for phase in phases},
        measurements=measurements,
        cost=_cost(stage, spec, node, base, progress) if spec.cost else (),
        seconds=round(time.monotonic() - began, 1),
    )


def _measured(
    stage: Stage, spec: Spec, node: Node, base: Path, phases: tuple[Phase, ...], progress: Progress
) -> tuple[Measurement, ...]:
    groups = [spec.pages] if spec.together else [(page,) for page in spec.pages]
    steps = JOB_STEPS + (GROWTH_STEPS if spec.growth else 0)
    progress.expect(len(phases) * (1 + steps * len(groups)))
    jobs = []
    for phase in phases:
        tree = _tree(stage, spec, node, base, phase, progress)
        start = partial(_start, stage, node, tree, spec.prepare)
        jobs += [
            Job(
                phase.name,
                start,
                pages,
                spec.requests,
                TRAFFIC[spec.traffic],
                again=spec.growth,
                asks=asks_of(pages, tree),
            )
            for pages in groups
        ]
    return spoken(stage, base, measure_all(stage, jobs, progress))


def _cost(stage: Stage, spec: Spec, node: Node, base: Path, progress: Progress) -> tuple[Cost, ...]:
    """What all rules cost in each style, beside the original."""
    progress.expect(2 + len(STYLES))
    trees = {ORIGINAL.name: _tree(stage, spec, node, base, ORIGINAL, progress)}
    trees |= {style: _tree(stage, replace(spec, style=style), node, base, ALL, progress) for style in STYLES}
    progress.begin("measure the cost of the rewrite")
    starts: dict[str, Start] = {name: partial(_start, stage, node, tree) for name, tree in trees.items()}
    return costs(starts, spec.next, EFFORT)


def subject(spec: Spec, node: Node) -> dict[str, Any]:
    """What an experiment ran, for its report."""
    return {
        "next": spec.next,
        "tracer": spec.tracer,
        "node": node.version,
        "packages": dependencies(spec),
        "style": spec.style,
        "prepare": spec.prepare,
        "traffic": spec.traffic,
        "together": spec.together,
        "requests": spec.requests,
    }


def measure_all(stage: Stage, jobs: list[Job], progress: Progress) -> tuple[Measurement, ...]:
    """Measure `jobs`, several servers alive at once but few of them busy.

    Raises:
        NextfixError: the first failure of a job; no other job starts then.
    """
    busy = Semaphore(WORKING)
    with ThreadPoolExecutor(ALIVE) as pool:
        futures = [pool.submit(measure, stage, job, busy, _reported(progress, job)) for job in jobs]
        try:
            for future in as_completed(futures):  # so that the first failure is the one that is reported
                future.result()
            return tuple(future.result() for future in futures)
        except NextfixError:
            pool.shutdown(wait=False, cancel_futures=True)  # those that run come to their end
            raise
        except BaseException:
            stage.halt()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _reported(progress: Progress, job: Job) -> Callable[[str], None]:
    words = {"start": "start the server", "load": "send requests", "wait": "wait out the keep-alive timeout"}
    where = f"{job.phase}, {pages_in_words(job.pages)}"
    return lambda step: progress.begin(f"{where}: {words.get(step, 'read the heap')}")


def _start(stage: Stage, node: Node, folder: Path, prepare: bool) -> Server:
    return start_app(stage, node, folder, prepare=prepare)


def _base(stage: Stage, spec: Spec, node: Node, progress: Progress) -> Path:
    """The installed and built app for the packages of `spec`, made at most once in a stage."""
    name = f"next-{spec.next}-{spec.tracer.replace('@', '-')}"
    name += "-everything" if spec.everything else "-app-router" if spec.app_router else ""
    folder = stage.folder / name
    if not is_there(folder):
        progress.expect(1)
        progress.begin(f"install and build next {spec.next} with {spec.tracer}")
        built_app(stage, spec, node, folder)
    return folder


def _tree(stage: Stage, spec: Spec, node: Node, base: Path, phase: Phase, progress: Progress) -> Path:
    """The copy of `base` for a phase and a style, also made at most once; the original has no style."""
    progress.begin(f"{phase.name}: prepare the packages")
    if phase.rules is None:
        return base
    folder = stage.folder / f"{base.name}-{phase.name.replace(' ', '-')}-{phase.style or spec.style}"
    if not is_there(folder):
        linked_copy(base, folder)
        said = apply_phase(stage, phase, folder, spec.style)
        if spec.app_router and needs_build(said):  # only pages of the app router run what a build copies
            shutil.rmtree(folder / ".next")
            build(stage, spec, node, folder)
    return folder
