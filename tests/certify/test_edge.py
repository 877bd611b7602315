"""ensureInstrumentationRegistered of real releases, which a build copies into edge bundles."""

import pytest

from tests.certify.rewriting import RELEASES, behaviour, files_of

pytestmark = pytest.mark.registry
EDGE = [
    version
    for version in RELEASES
    if version in ("13.3.4", "13.4.2", "13.4.9", "13.5.6", "14.2.35", "15.5.29", "16.4.6")
]


@pytest.mark.parametrize("version", EDGE)
def test_instrumentation_is_registered_once_for_twenty_callers_and_later_ones(version: str) -> None:
    (path,) = [path for path in files_of(version) if "dist/esm/" in path]
    facts = behaviour(version, path, "documented").rewritten["concurrent"]
    assert facts == {
        "failures": 0,
        "reasons": ["resolved"],
        "next": "resolved",
        "value": "undefined",
        "calls": 1,
        "promised": True,
    }


@pytest.mark.parametrize("version", EDGE)
def test_a_failed_registration_is_not_tried_again(version: str) -> None:
    (path,) = [path for path in files_of(version) if "dist/esm/" in path]
    facts = behaviour(version, path, "documented").rewritten["fails"]
    assert (facts["failures"], facts["calls"]) == (20, 1)
    assert facts["next"] == "An error occurred while loading instrumentation hook: no instrumentation"
