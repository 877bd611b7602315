"""`prove app` on a plain server under tracers of today: what it shows is what is in the heap, and what grows."""

import json
import os
import shutil
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

import patcher.heap
from patcher.heap import HeapReport
from patcher.prove.events import Progress
from patcher.prove.node import npm_install
from patcher.prove.own import OwnApp, run_own
from patcher.prove.spec import Spec, dependencies
from patcher.prove.stage import Stage

# A slot for the process, and one that has an entry more after each request to /grow.
SERVER = """
import "./tracer.mjs";
import { createRequire } from "module";
const { createServer } = createRequire(import.meta.url)("http");
class Cache {
  constructor() { this.reader = null; this.timers = []; }
}
const cache = new Cache();
createServer((request, response) => {
  cache.reader ??= setInterval(function read() {}, 1000000).unref();
  if (request.url === "/grow") cache.timers.push(setInterval(function poll() {}, 1000000).unref());
  response.end("ok");
}).listen(Number(process.env.PORT), "127.0.0.1");
"""
TRACERS = {
    "opentelemetry@2": "SpanImpl",
    "opentelemetry": "Span",
    "sentry@11": "Scope",
    "dd-trace@5.132.0": "DatadogSpan",
    "dd-trace@6.21.0": "DatadogSpan",
}
# Own properties that an object of a request has, and no prototype of its class.
MARKS = {
    "Span": "_spanContext",
    "SpanImpl": "_spanContext",
    "DatadogSpan": "_spanContext",
    "Scope": "_client",
}
SAMPLED = list(TRACERS) if os.environ.get("NEXTFIX_NIGHTLY") else list(TRACERS)[:1]
NEEDS_NODE = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="needs Node.js and npm"
)


def in_heap(snapshot: Path, name: str) -> int:
    """How many objects of the class `name` a snapshot has, read with nothing of nextfix: by name and a property."""
    heap = json.loads(snapshot.read_bytes())
    meta, strings = heap["snapshot"]["meta"], heap["strings"]
    width, counts = len(meta["node_fields"]), meta["node_fields"].index("edge_count")
    kinds = meta["node_types"][0]
    found, edge = 0, 0
    for at in range(0, len(heap["nodes"]), width):
        end = edge + 3 * heap["nodes"][at + counts]
        named = strings[heap["nodes"][at + 1]] == name and kinds[heap["nodes"][at]] == "object"
        if named:
            edges = heap["edges"][edge:end]
            names = {strings[edges[i + 1]] for i in range(0, len(edges), 3) if edges[i] == 2}
            found += MARKS[name] in names
        edge = end
    return found


@pytest.mark.slow
@pytest.mark.registry
@NEEDS_NODE
@pytest.mark.parametrize("tracer", SAMPLED)
def test_what_is_shown_is_what_is_in_the_heap_and_what_grows_is_said_to_grow(
    tracer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "server.mjs").write_text(SERVER)
    code = files("patcher.prove") / "app_files" / "tracers" / f"{tracer.partition('@')[0]}.mjs"
    (app / "tracer.mjs").write_bytes(code.read_bytes())
    wanted = {name: version for name, version in dependencies(Spec(tracer=tracer)).items() if name != "next"}
    wanted = {name: version for name, version in wanted.items() if not name.startswith("react")}
    (app / "package.json").write_text(json.dumps({"name": "app", "private": True, "dependencies": wanted}))
    seen: list[tuple[dict[str, int], int]] = []
    real = patcher.heap.count

    def counted(path: Path, *arguments: object) -> HeapReport:
        report = real(path, *arguments)  # type: ignore[arg-type]
        seen.append((dict(report.classes), in_heap(path, TRACERS[tracer])))
        return report

    monkeypatch.setattr(patcher.heap, "count", counted)
    monkeypatch.setenv("PROVE_CLOSED_PORT", "9")  # where Sentry sends to: nobody listens there

    with Stage() as stage:
        npm_install(stage, app, [])
        own = OwnApp(app, "node server.mjs", ("/plain", "/grow"), requests=3)
        result = run_own(stage, own, Progress(lambda *_: None))

    assert len(seen) == 4
    name = TRACERS[tracer]
    if name != "Scope":  # of Sentry's scopes only those of a request are counted
        assert [shown.get(name, 0) for shown, _ in seen] == [there for _, there in seen]
    assert all(0 < shown[name] <= there for shown, there in seen)
    slots = [slot for each in result.measurements for slot in each.slots]
    growth = Counter(
        (place, slot.growth.partition(":")[0])
        for slot in slots
        for place in ("Cache.reader", "Cache.timers[*]")
        if f"its handle in {place}" in slot.slot
    )
    assert growth == {("Cache.reader", "bounded"): 2, ("Cache.timers[*]", "grows"): 2}
    assert {each.alive[name] for each in result.measurements} <= {shown[name] for shown, _ in seen}
