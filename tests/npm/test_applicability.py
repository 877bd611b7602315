"""Whether a kept promise or timer matters where a project runs."""

import json
from pathlib import Path

import pytest

from patcher.npm.applicability import affected_here, applies, situation_of, status_lines, upgrade_advice
from patcher.npm.runtime import runtime_of
from patcher.retention.kinds import Kept


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
        ("25", "no", "yes"),
        ("25.9.0", "no", "yes"),
        ("26.0.0", "no", "yes"),
        ("26.5.1", "no", "yes"),
        ("26.6.0", "no", "no"),
        ("26", "no", "some"),
        (">=20", "some", "some"),
        (">=24", "no", "some"),
        ("^24.20 || >=26.6", "no", "no"),
    ],
)
def test_with_a_tracer_on_async_local_storage_node_decides(
    tmp_path: Path, node: str, promise: str, timer: str
) -> None:
    situation = situation_of(project(tmp_path, node, "@opentelemetry/sdk-node@0.57.0"), running=False)
    assert (applies("promise", situation).verdict, applies("timer", situation).verdict) == (promise, timer)


@pytest.mark.parametrize(
    ("node", "promise", "timer"),
    [("24.21.0", "yes", "no"), ("24.11.0", "yes", "yes"), ("26.10.0", "yes", "no"), ("25.0.0", "yes", "yes")],
)
def test_without_the_context_frame_promises_are_kept_and_dead_timers_as_node_says(
    tmp_path: Path, node: str, promise: str, timer: str
) -> None:
    project(tmp_path, node, "@sentry/node@11.12.0")
    manifest = {"engines": {"node": node}, "scripts": {"start": "node --no-async-context-frame server.js"}}
    (tmp_path / "package.json").write_text(json.dumps(manifest))
    situation = situation_of(tmp_path, running=False)
    assert (applies("promise", situation).verdict, applies("timer", situation).verdict) == (promise, timer)


@pytest.mark.parametrize("kind", ["reaction", "live-timer", "handle", "context"])
@pytest.mark.parametrize("node", ["18", "20", "22", "24.11.0", "24.21.0", "25", "26.10.0", ">=18"])
def test_what_every_node_keeps_matters_everywhere(tmp_path: Path, kind: Kept, node: str) -> None:
    situation = situation_of(project(tmp_path, node, "newrelic@14.5.1"), running=False)
    found = applies(kind, situation)
    assert found.verdict == "yes"
    assert "It matters on every Node" in found.reason


def test_cls_hooked_keeps_promises_on_every_node(tmp_path: Path) -> None:
    situation = situation_of(project(tmp_path, "26.10.0", "cls-hooked@4.2.2"), running=False)
    found = applies("promise", situation)
    assert found.verdict == "yes"
    assert "It matters on every Node under cls-hooked 4.2.2" in found.reason


def test_a_storage_made_by_a_call_keeps_no_request(tmp_path: Path) -> None:
    found = applies("storage", situation_of(project(tmp_path, "20", "newrelic@14.5.1"), running=False))
    assert found.verdict == "no"
    assert "no request on any measured Node" in found.reason


def test_the_node_that_merely_runs_decides_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "package.json").write_text('{"dependencies": {"@sentry/node": "11"}}')
    found = applies("promise", situation_of(tmp_path))
    assert found.verdict == "unknown"
    assert "this project declares no Node" in found.reason


@pytest.mark.parametrize(
    ("node", "cure"),
    [
        ("24.11.0", "24.15.0 or later"),
        ("25.8.0", "25.8.2 or later"),
        ("24.14.1", "24.15.0 or later"),
        ("24.15.0", ""),
        ("20", ""),
        (">=20", ""),
        ("26", ""),
    ],
)
def test_the_pool_of_http_parsers_asks_for_another_node(tmp_path: Path, node: str, cure: str) -> None:
    advice = upgrade_advice(runtime_of(project(tmp_path, node), running=False))
    assert bool(advice) == bool(cure)
    assert cure in advice


def test_status_answers_for_the_declared_node_and_the_tracers_found(tmp_path: Path) -> None:
    project(tmp_path, "24.11.0", "@sentry/node@11.12.0")
    advice, answer = status_lines(tmp_path)
    assert "upgrade Node to 24.15.0 or later" in advice
    assert answer == affected_here(tmp_path)
    assert answer.startswith("affected here? on Node 24.11.0 (engines.node) with @sentry/node 11.12.0: ")
    assert "but not promises and web streams" in answer


def test_status_of_a_workspace_says_what_its_packages_declare(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"workspaces": ["apps/*"]}')
    for name, node in (("api", "22"), ("web", "24.11.0")):
        (tmp_path / "apps" / name).mkdir(parents=True)
        project(tmp_path / "apps" / name, node)
    (tmp_path / "apps" / "none").mkdir()
    (tmp_path / "apps" / "none" / "package.json").write_text("{}")

    answer, *packages = status_lines(tmp_path)

    assert answer.startswith("affected here? on any Node (this project declares none; ")
    assert [line.partition("apps/")[2] for line in packages] == [
        "api: on Node 22 (engines.node), by which check judges what it finds there",
        "web: on Node 24.11.0 (engines.node), by which check judges what it finds there",
    ]


@pytest.mark.parametrize("node", ["18", "24.21.0", "26"])
def test_a_tracer_with_storage_of_its_own_makes_it_matter_on_every_node(tmp_path: Path, node: str) -> None:
    situation = situation_of(project(tmp_path, node, "dd-trace@3.13.2", own_storage=True), running=False)
    kinds: tuple[Kept, ...] = ("promise", "timer")
    for kept in kinds:
        found = applies(kept, situation)
        assert found.verdict == "yes"
        assert "dd-trace 3.13.2" in found.reason


def test_without_a_tracer_it_is_not_known_and_the_sentence_says_what_would_matter(tmp_path: Path) -> None:
    found = applies("promise", situation_of(project(tmp_path, "20"), running=False))
    assert found.verdict == "unknown"
    assert found.reason == (
        "It matters on Node before 24; this project: 20 (engines.node). "
        "No tracer was found: it matters once something keeps a store for each request."
    )


def test_without_a_tracer_a_node_that_keeps_nothing_still_does_not_matter(tmp_path: Path) -> None:
    found = applies("timer", situation_of(project(tmp_path, "26.10"), running=False))
    assert found.verdict == "no"
    assert "keeps its request on Node before 24.20, and from 25 until 26.6" in found.reason


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
