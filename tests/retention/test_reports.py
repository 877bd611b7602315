"""Public reports of kept requests, each written anew as a small file and its cure: `reports/cases.jsonl` says which.

A line has the source of the report, what it is about, the line of `bad` that a finding belongs on (null where the file
does nothing that could be named), what a request does with the module, how many of six requests stay by release of
Node, and whether the analysis finds it. What it does not find stands there too: a case that it learns changes the line.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from patcher.analysis.file import analyse
from patcher.analysis.site import Site
from patcher.catalogue.load import families
from patcher.retention.table import kept, release_of
from patcher.syntax.tree import Dialect
from tests.retention.measure import node as program

REPORTS = Path(__file__).with_name("reports")
CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (REPORTS / "cases.jsonl").read_text().splitlines()
]
NODES = ("20.20.2", "22.23.3", "24.11.0", "24.21.0", "26.10.0")
SAMPLE = ("crawlee-263", "p-memoize-47")
STRIP = (
    "const { stripTypeScriptTypes } = require('node:module');"
    "process.stdout.write(stripTypeScriptTypes(require('node:fs').readFileSync(0, 'utf8'), { mode: 'transform' }))"
)
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])


def lines(case: dict[str, Any], which: str) -> dict[int, str]:
    """The families that the analysis finds in `bad` or `good`, by line."""
    return {site.line: site.family for site in sites(case, which)}


def sites(case: dict[str, Any], which: str) -> list[Site]:
    """The sites that the analysis finds in `bad` or `good`."""
    file = REPORTS / case["case"] / case[which]
    dialect = Dialect.TYPESCRIPT if file.suffix == ".ts" else Dialect.JAVASCRIPT
    return analyse(file.read_bytes(), dialect)


@every_case
def test_a_report_is_found_where_its_line_says_so(case: dict[str, Any]) -> None:
    found = lines(case, "bad")

    assert (case["line"] in found) is case["found"]
    assert set(found) <= {case["line"], *case.get("also", ())}


@every_case
def test_its_cure_is_no_finding(case: dict[str, Any]) -> None:
    assert lines(case, "good") == {}


@every_case
def test_the_table_says_of_what_is_found_where_requests_stay(case: dict[str, Any]) -> None:
    site = next((site for site in sites(case, "bad") if site.line == case["line"]), None)
    if site is None:
        return
    kind = site.keeps or families()[site.family].keeps
    assert {version: kept(kind, release_of(version)) for version in NODES} == {
        version: case["stay"]["bad"][version] > case["stay"]["good"][version] for version in NODES
    }


@pytest.mark.registry
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: Node releases cannot be fetched")
@pytest.mark.parametrize("version", NODES)
@every_case
def test_as_many_requests_stay_as_the_line_says(case: dict[str, Any], version: str, tmp_path: Path) -> None:
    sampled = case["case"] in SAMPLE and version in ("20.20.2", "24.21.0")
    if not sampled and not os.environ.get("NEXTFIX_NIGHTLY"):
        pytest.skip("run in the nightly job: set NEXTFIX_NIGHTLY=1")
    shutil.copytree(REPORTS / "_deps", tmp_path / "_deps")
    shutil.copytree(REPORTS / case["case"], tmp_path / case["case"])
    for which in ("bad", "good"):
        stayed = run(tmp_path / case["case"] / case[which], case["use"], version)
        assert abs(stayed - case["stay"][which][version]) <= 1, which


def run(file: Path, use: str, version: str, setup: str = "") -> int:
    """How many of six requests stay after `use` of the module `file` on the Node `version`; `setup` runs first."""
    if file.suffix == ".ts":
        command = [str(program("24.21.0")), "--no-warnings", "-e", STRIP]
        made = subprocess.run(command, input=file.read_text(), capture_output=True, text=True, check=True)
        file = file.with_suffix(".mjs")
        file.write_text(made.stdout)
    command = [str(program(version)), "--expose-gc", str(REPORTS / "drive.cjs"), str(file), use, setup]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return int(done.stdout)
