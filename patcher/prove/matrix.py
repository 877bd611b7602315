"""Many experiments one after another: releases of next by tracers by releases of Node.js."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product

from patcher.disk.presence import is_a_folder
from patcher.errors import NextfixError
from patcher.prove.events import Progress
from patcher.prove.experiment import run_experiment
from patcher.prove.result import ExperimentResult
from patcher.prove.spec import FIRST_NEXT_WITH_APP_ROUTER, Spec, check_node, completed, era_of, parsed
from patcher.prove.stage import Stage

RELEASES = ("12.3.7", "13.0.7", "13.5.6", "14.2.35", "15.5.29", "16.4.6")
TRACERS = ("dd-trace", "dd-trace@6.21.0", "opentelemetry", "opentelemetry@2", "sentry@11", "als")
NODES = ("20", "22", "24", "26")


@dataclass(frozen=True)
class Axes:
    """What the experiments of a matrix differ in.

    Args:
        next: exact releases of next.
        tracer: as in Spec.
        node: majors or exact releases of Node.js.
        style: the styles that `nextfix apply` writes.
        traffic: keys of TRAFFIC.
    """

    next: Sequence[str] = RELEASES
    tracer: Sequence[str] = TRACERS
    node: Sequence[str] = NODES
    style: Sequence[str] = ("documented",)
    traffic: Sequence[str] = ("keep-alive",)


def default_axes(base: Spec) -> Axes:
    """What the table of the README combines, for `base`; of everything that Next.js serves it has fewer cells."""
    if base.everything:
        return Axes(RELEASES[-3:], ("dd-trace@6.21.0", "opentelemetry@2"), ("22", "24", "26"))
    return Axes()


def cells(base: Spec, axes: Axes) -> list[Spec]:
    """Every combination that the release of next supports, in the order in which they share an install.

    Each is measured in every state of the packages but with other dependencies rewritten, without growth; where
    everything is asked for, without the state in between that has the server rules alone.

    Args:
        base: everything else; releases without a usable app router do without its pages.
        axes: the releases, tracers and so on.

    Raises:
        NextfixError: USAGE for a release, a tracer or a traffic that does not exist.
    """
    for release in axes.node:
        check_node(release)
    base = replace(base, growth=False, also=("detached",), quick=base.everything)
    specs = (
        completed(
            replace(
                base, next=release, tracer=tracer, node=node, style=style, traffic=traffic,
                app_router=base.app_router and parsed(release) >= FIRST_NEXT_WITH_APP_ROUTER,
            )
        )
        for release, tracer, node, style, traffic in product(
            axes.next, axes.tracer, axes.node, axes.style, axes.traffic
        )
        if int(node.partition(".")[0]) >= era_of(release).oldest_node
    )  # fmt: skip
    return list(dict.fromkeys(specs))  # the tracer of a release's time may be named as well


def run_matrix(stage: Stage, specs: list[Spec], progress: Progress) -> Iterator[ExperimentResult]:
    """Run `specs` in turn; one that fails becomes a result with its error.

    Args:
        stage: holds one installed app at a time.
        specs: neighbours with the same packages share one install.
        progress: called with each step.
    """
    for _, neighbours in groupby(specs, key=lambda spec: (spec.next, spec.tracer)):
        for spec in neighbours:
            try:
                yield run_experiment(stage, spec, progress)
            except NextfixError as error:
                tried = {"next": spec.next, "tracer": spec.tracer, "node": spec.node}
                yield ExperimentResult(spec.command, tried, error=str(error))
        for folder in stage.folder.iterdir():
            if is_a_folder(folder):
                shutil.rmtree(folder, ignore_errors=True)
