"""The workflows and the action of .github: everything is pinned, and the action's script does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.synthetic import make_project

REPOSITORY = Path(__file__).parents[1]
FILES = sorted((REPOSITORY / ".github").rglob("*.yml"))
MEMO = "exports.get = function get () {\n  return (this.p ??= this.load().then((value) => value))\n}\n"


def test_there_are_workflows_for_tests_and_releases_and_an_action() -> None:
    assert {file.parent.name + "/" + file.name for file in FILES} == {
        "workflows/test.yml",
        "workflows/release.yml",
        "check/action.yml",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_action_that_is_used_is_pinned_by_its_commit_with_its_version_beside(file: Path) -> None:
    used = re.findall(r"^\s*-? ?uses: (.*)$", file.read_text(), re.MULTILINE)

    assert used
    assert all(re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", line) for line in used), used


@pytest.mark.parametrize(
    "file", [file for file in FILES if "workflows" in file.parts], ids=lambda file: file.name
)
def test_a_workflow_has_no_rights_but_those_that_a_job_names(file: Path) -> None:
    data = yaml.safe_load(file.read_text())

    assert data["permissions"] == {}
    assert all(set(job["permissions"]) <= {"contents", "id-token"} for job in data["jobs"].values())


def check_step(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the last step of the action in `folder` as a runner does, with this nextfix for the one it installs."""
    action = yaml.safe_load((REPOSITORY / ".github/actions/check/action.yml").read_text())
    step = action["runs"]["steps"][-1]
    values = {name: value["default"] for name, value in action["inputs"].items()} | inputs
    variables = {name: values[re.findall(r"inputs\.([\w-]+)", text)[0]] for name, text in step["env"].items()}
    program = folder.parent / "temp" / "nextfix" / "bin" / "nextfix"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{REPOSITORY}" exec "{sys.executable}" -m patcher "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, **variables, "RUNNER_TEMP": str(folder.parent / "temp")}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_action_annotates_and_fails_and_writes_sarif(tmp_path: Path) -> None:
    root = tmp_path / "app"
    (root / "src").mkdir(parents=True)
    (root / "package.json").write_text("{}")
    (root / "src" / "a b.js").write_text(MEMO)

    ran = check_step(root, scope="source", sarif="nextfix.sarif")
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.startswith("::")
    assert (root / "nextfix.sarif").is_file()
    assert check_step(root, scope="source", paths="src").returncode == 1
    assert check_step(root, scope="source", paths="$(touch hacked)").returncode == 3
    assert not (root / "hacked").exists()


def test_the_action_stops_at_a_tree_that_is_not_rewritten_when_asked(tmp_path: Path) -> None:
    make_project(tmp_path / "app")

    ran = check_step(tmp_path / "app", applied="true")

    assert ran.returncode == 1
    assert "nextfix apply" in ran.stderr
    assert not ran.stdout
