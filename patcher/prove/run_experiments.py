"""What `nextfix prove` means: run the experiments on one stage, write the reports, judge the outcome."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from patcher.disk.write import write_file
from patcher.errors import ExitCode
from patcher.prove.events import Listener, Progress
from patcher.prove.experiment import run_experiment
from patcher.prove.matrix import Axes, cells, default_axes, run_matrix
from patcher.prove.matrix_table import Table
from patcher.prove.own import OwnApp, check_own, run_own
from patcher.prove.report.html import page
from patcher.prove.result import ExperimentResult, as_json
from patcher.prove.spec import TRAFFIC, Spec, completed
from patcher.prove.stage import Stage

__all__ = [
    "TRAFFIC", "Axes", "Outputs", "OwnApp", "Run", "Spec", "Table",
    "default_axes", "judged", "matrix", "one", "own", "prove",
]  # fmt: skip


@dataclass(frozen=True)
class Outputs:
    """Where the reports go; None for not writing one.

    Args:
        json: the results.
        html: the report.
    """

    json: Path | None
    html: Path | None


Run = Callable[[Stage, Progress], Iterable[ExperimentResult]]


def one(spec: Spec) -> Run:
    """The experiment `spec` alone.

    Raises:
        NextfixError: USAGE for a spec that cannot be run.
    """
    full = completed(spec)
    return lambda stage, progress: [run_experiment(stage, full, progress)]


def matrix(base: Spec, axes: Axes) -> Run:
    """One experiment for each combination of `axes`, each in the first and the last phase.

    Args:
        base: everything that is the same for all.
        axes: the releases, tracers and so on.

    Raises:
        NextfixError: USAGE for a combination that cannot be run.
    """
    specs = cells(base, axes)
    return lambda stage, progress: run_matrix(stage, specs, progress)


def own(app: OwnApp) -> Run:
    """The experiment on the user's own server.

    Raises:
        NextfixError: USAGE for an app that cannot be run.
    """
    check_own(app)
    return lambda stage, progress: [run_own(stage, app, progress)]


def prove(
    run: Run, outputs: Outputs, listener: Listener, *, keep: bool = False
) -> tuple[list[ExperimentResult], Path]:
    """Run the experiments and write the reports, anew after each experiment.

    Args:
        run: what `one`, `matrix` or `own` returned.
        outputs: where the reports go.
        listener: called with each step.
        keep: leave the temporary folder.

    Returns:
        The results, and the temporary folder, which exists only with `keep`.

    Raises:
        NextfixError: when a single experiment cannot be run, or a report cannot be written.
    """
    results: list[ExperimentResult] = []
    with Stage(keep=keep) as stage:
        for result in run(stage, Progress(listener)):
            results.append(result)
            write_reports(results, outputs)
        return results, stage.folder


def write_reports(results: list[ExperimentResult], outputs: Outputs) -> None:
    """Write the JSON file and the HTML file, where they are wanted.

    Raises:
        NextfixError: FILES when one cannot be written.
    """
    if outputs.json is not None:
        write_file(outputs.json, json.dumps(as_json(results), indent=1).encode() + b"\n")
    if outputs.html is not None:
        write_file(outputs.html, page(results).encode())


def judged(results: list[ExperimentResult]) -> tuple[ExitCode, str]:
    """The exit code, and the reason for any but 0.

    Returns:
        DEFECT when an experiment could not be run, FINDINGS when requests stay in the last phase, else OK.
    """
    failed = [result for result in results if result.error]
    if failed:
        return ExitCode.DEFECT, f"{len(failed)} of {len(results)} experiments failed: {failed[0].error}"
    kept = sum(result.retained(result.last) for result in results)
    sent = sum(result.sent(result.last) for result in results)
    if kept:
        return (
            ExitCode.FINDINGS,
            f"{kept} of {sent} requests are still kept with {results[0].last}{_unreached(results)}",
        )
    return ExitCode.OK, ""


def _unreached(results: list[ExperimentResult]) -> str:
    """How many of the slots that still keep something no rule reaches."""
    slots = [slot for result in results for each in result.measurements if each.phase == result.last
             for slot in each.slots]  # fmt: skip
    unknown = len({slot.label for slot in slots if slot.rule is None})
    return (
        f"; no rule is for {unknown} of the slots that keep them: see nextfix check --scope all"
        if unknown
        else ""
    )
