"""Whether a kept promise or timer matters where a project runs."""

import json
from pathlib import Path

import pytest

from patcher.npm.applicability import applies, situation_of


def project(root: Path, node: str, *tracers: str, own_storage: bool = False) -> Path:
    """A project that states its Node and has these tracers (`name@version`) installed."""
    (root / "package.json").write_text(json.dumps({"engines": {"node": node}}))
    for tracer in tracers:
        name, _, version = tracer.rpartition("@")
        folder = root / "node_modules" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"name": name, "version": version}))
        if own_storage:
            storage = folder / "packages/datadog-core/src/storage/async_resource.js"
            storage.parent.mkdir(parents=True)
            storage.write_text("")
    return root


@pytest.mark.parametrize(
    ("node", "promise", "timer"),
    [
        ("20", "yes", "yes"),
        ("24.4.1", "no", "yes"),
        ("24.21.0", "no", "no"),
        ("25", "no", "unknown"),
        ("26", "no", "no"),
        (">=20", "some", "some"),
        (">=24", "no", "some"),
    ],
)
def test_with_a_tracer_on_async_local_storage_node_decides(
    tmp_path: Path, node: str, promise: str, timer: str
) -> None:
    situation = situation_of(project(tmp_path, node, "@opentelemetry/sdk-node@0.57.0"), running=False)
    assert (applies("promise", situation).verdict, applies("timer", situation).verdict) == (promise, timer)


@pytest.mark.parametrize("node", ["18", "24.21.0", "26"])
def test_a_tracer_with_storage_of_its_own_makes_it_matter_on_every_node(tmp_path: Path, node: str) -> None:
    situation = situation_of(project(tmp_path, node, "dd-trace@3.13.2", own_storage=True), running=False)
    for kept in ("promise", "timer"):
        found = applies(kept, situation)
        assert found.verdict == "yes"
        assert "dd-trace 3.13.2" in found.reason


def test_without_a_tracer_it_is_not_known_and_the_sentence_says_what_would_matter(tmp_path: Path) -> None:
    found = applies("promise", situation_of(project(tmp_path, "20"), running=False))
    assert found.verdict == "unknown"
    assert found.reason == (
        "On Node 20 (engines.node) a promise carries the store of its request. "
        "No tracer was found: it matters once something keeps a store in AsyncLocalStorage."
    )


def test_without_a_tracer_a_node_that_keeps_nothing_still_does_not_matter(tmp_path: Path) -> None:
    found = applies("timer", situation_of(project(tmp_path, "26"), running=False))
    assert found.verdict == "no"
    assert "it would on Node before 24.20 or --no-async-context-frame" in found.reason


def test_a_kept_request_matters_everywhere(tmp_path: Path) -> None:
    assert applies("request", situation_of(project(tmp_path, "26"), running=False)).verdict == "yes"


def test_a_tracer_of_the_workspace_root_and_one_that_is_only_declared_count(tmp_path: Path) -> None:
    project(tmp_path, "20", "newrelic@12.0.0")
    inner = tmp_path / "apps" / "web"
    inner.mkdir(parents=True)
    (inner / "package.json").write_text(json.dumps({"dependencies": {"@sentry/node": "^8"}}))
    assert [str(tracer) for tracer in situation_of(inner, running=False).tracers] == [
        "@sentry/node",
        "newrelic 12.0.0",
    ]
