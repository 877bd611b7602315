"""Public reports through `check --fix`: what is rewritten is free, and what would keep its requests is refused."""

import os
import shutil
from typing import Any

import pytest

from patcher.syntax.tree import dialect_of
from tests.detached.reports import cases, rewritten, stays
from tests.fix.fixing import fixed
from tests.retention.test_reports import CASES, REPORTS

REFUSED = {
    "nrtelemetry-39": "opens later, in requests",
    "react-26357": "opens later, in requests",
    "azure-5552": "opens later, in requests",
    "node-48604": "opens later, in requests",
    "vellum-3217": "keeps that error",
    "mcpsdk-169": "the request itself is kept",
    "sseexpress-1": "the callback holds `res`",
    "htmlget-99": "the callback holds `ready`, a promise of the request",
    "kuzzle-427": "only what comes late settles the promise",
    "graphile-1368": "only what comes late settles the promise",
    "express-2248": "the listener keeps what it calls",
}
SAMPLE = ("elastic-2528", "asyncmutex-33", "truxify-1278")


@pytest.mark.parametrize("case", REFUSED)
def test_what_keeps_its_requests_all_the_same_is_refused_with_the_reason(case: str) -> None:
    bad = next(REPORTS / one["case"] / one["bad"] for one in CASES if one["case"] == case)
    result = fixed(bad.read_bytes(), "detached", dialect_of(str(bad)))

    assert result.new == bad.read_bytes()
    assert [REFUSED[case] in reason for reason in result.refused.values()] == [True], result.refused


@pytest.mark.registry
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: Node releases cannot be fetched")
@pytest.mark.parametrize("version", ["20.20.2", "24.21.0"])
@pytest.mark.parametrize("case", list(cases(REPORTS)), ids=lambda case: case["case"])
def test_what_is_rewritten_keeps_no_request(case: dict[str, Any], version: str) -> None:
    if case["case"] not in SAMPLE and not os.environ.get("NEXTFIX_NIGHTLY"):
        pytest.skip("run in the nightly job: set NEXTFIX_NIGHTLY=1")
    made = rewritten(REPORTS, case)
    if made.reason:
        assert case["case"] not in SAMPLE
        return

    assert stays(REPORTS, case, made.new, case["use"], [version])[version] <= case["stay"]["good"][version]


def test_four_of_five_reports_that_detaching_can_free_are_rewritten() -> None:
    reasons = {case["case"]: rewritten(REPORTS, case).reason for case in cases(REPORTS)}
    holds = (
        "the request",
        "keeps what it calls",
        "the callback holds",
        "opens later",
        "waits for it",
        "not found",
    )
    able = [case for case, reason in reasons.items() if not any(word in reason for word in holds)]

    assert sum(not reasons[case] for case in able) >= 0.8 * len(able)
    assert sum(not reason for reason in reasons.values()) >= 60
