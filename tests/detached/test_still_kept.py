"""Public reports through `check --fix`: what is rewritten is free, and what would keep its requests is refused."""

import os
import shutil
from pathlib import Path

import pytest

from patcher.syntax.tree import dialect_of
from tests.fix.fixing import fixed
from tests.retention.test_reports import CASES, REPORTS, run

REFUSED = {
    "helicone-5771": "the timer holds the promise around it",
    "asyncmutex-33": "the timer holds the promise around it",
    "nrtelemetry-39": "opens later, in requests",
    "react-26357": "opens later, in requests",
    "matter-2640": "wherever the race is made",
}
REWRITTEN = (
    "crawlee-263",
    "sseexpress-1",
    "elastic-2528",
    "diagnostics-141",
    "betterauth-10315",
    "node-53408",
)
SAMPLE = ("elastic-2528", "diagnostics-141")


@pytest.mark.parametrize("case", REFUSED)
def test_what_keeps_its_requests_all_the_same_is_refused_with_the_reason(case: str) -> None:
    bad = next(REPORTS / one["case"] / one["bad"] for one in CASES if one["case"] == case)
    result = fixed(bad.read_bytes(), "detached", dialect_of(str(bad)))

    assert result.new == bad.read_bytes()
    assert [REFUSED[case] in reason for reason in result.refused.values()] == [True], result.refused


@pytest.mark.registry
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: Node releases cannot be fetched")
@pytest.mark.parametrize("version", ["20.20.2", "24.21.0"])
@pytest.mark.parametrize("name", REWRITTEN)
def test_what_is_rewritten_keeps_no_request(name: str, version: str, tmp_path: Path) -> None:
    if name not in SAMPLE and not os.environ.get("NEXTFIX_NIGHTLY"):
        pytest.skip("run in the nightly job: set NEXTFIX_NIGHTLY=1")
    case = next(one for one in CASES if one["case"] == name)
    shutil.copytree(REPORTS / "_deps", tmp_path / "_deps")
    shutil.copytree(REPORTS / name, tmp_path / name)
    file = tmp_path / name / case["bad"]
    result = fixed(file.read_bytes(), "detached", dialect_of(str(file)))
    assert result.fixed, result.refused
    file.write_bytes(result.new)

    assert run(file, case["use"], version) == 0
