"""Many experiments one after another: releases of next by tracers by releases of Node.js."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from patcher.errors import NextfixError
from patcher.proof.experiment import run_experiment
from patcher.proof.progress import Progress
from patcher.proof.result import Result
from patcher.proof.spec import Spec, completed, era_of
from patcher.proof.stage import Stage

RELEASES = (
    "10.2.3", "12.3.7", "13.0.7", "13.1.6", "13.2.4", "13.4.9", "13.5.6", "14.2.35", "15.5.29", "16.4.6",
)  # fmt: skip
TRACERS = ("dd-trace", "als", "opentelemetry")
NODES = ("16", "18", "20", "22", "24")


def cells(base: Spec, releases: list[str], tracers: list[str], nodes: list[str]) -> list[Spec]:
    """Every combination that the release of next supports, in the order in which they share an install.

    Args:
        base: everything else; each is quick.
        releases: exact releases of next; empty for RELEASES.
        tracers: as in Spec; empty for TRACERS.
        nodes: majors or exact releases of Node.js; empty for NODES.

    Raises:
        NextfixError: USAGE for a release or a tracer that does not exist.
    """
    return [
        completed(replace(base, next=release, tracer=tracer, node=node, quick=True))
        for release in releases or RELEASES
        for tracer in tracers or TRACERS
        for node in nodes or NODES
        if not node or int(node.partition(".")[0]) >= era_of(release).oldest_node
    ]


def run_matrix(stage: Stage, specs: list[Spec], progress: Progress) -> Iterator[Result]:
    """Run `specs` in turn; one that fails becomes a result with its error.

    Args:
        stage: holds one installed app at a time.
        specs: neighbours with the same packages share one install.
        progress: told each step.
    """
    for _, neighbours in groupby(specs, key=lambda spec: (spec.next, spec.tracer)):
        for spec in neighbours:
            try:
                yield run_experiment(stage, spec, progress)
            except NextfixError as error:
                tried = {"next": spec.next, "tracer": spec.tracer, "node": spec.node}
                yield Result(spec.command, tried, error=str(error))
        for folder in stage.folder.iterdir():
            if folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)
