"""Many experiments in turn."""

from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.prove import matrix
from patcher.prove.events import Progress
from patcher.prove.result import ExperimentResult
from patcher.prove.spec import Spec
from patcher.prove.stage import Stage


def stands_in(failing: str) -> Callable[[Stage, Spec, Progress], ExperimentResult]:
    """An experiment that leaves a folder and fails for one release of Node.js."""

    def run(stage: Stage, spec: Spec, _progress: Progress) -> ExperimentResult:
        folder = Path(stage.folder, f"{spec.next}-{spec.tracer}")
        folder.mkdir(exist_ok=True)
        if spec.node == failing:
            raise NextfixError(ExitCode.FILES, "npm install failed")
        return ExperimentResult(
            spec.command, {"node": spec.node, "folders": len(list(stage.folder.iterdir()))}
        )

    return run


def test_each_cell_is_told_once_a_failed_one_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "run_experiment", stands_in(failing="18"))
    specs = matrix.cells(Spec(), matrix.Axes(("13.0.7", "13.1.6"), ("als",), ("16", "18", "20")))

    with Stage() as stage:
        results = list(matrix.run_matrix(stage, specs, Progress(lambda *_: None)))

    assert [result.subject["node"] for result in results] == ["16", "18", "20"] * 2
    assert [bool(result.error) for result in results] == [False, True, False] * 2
    assert [result.command for result in results] == [spec.command for spec in specs]


def test_only_one_installed_app_exists_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "run_experiment", stands_in(failing=""))
    specs = matrix.cells(Spec(), matrix.Axes(("13.0.7",), ("als", "none"), ("18", "20")))

    with Stage() as stage:
        results = list(matrix.run_matrix(stage, specs, Progress(lambda *_: None)))

    assert {result.subject["folders"] for result in results} == {1}
