"""Everything that stands for a request is counted, told apart, and added up by request."""

from pathlib import Path

import pytest

from patcher.heap import HeapReport, count
from patcher.heap.counted.stand_ins import STORE
from tests.heap.programs import heap_of, node_of
from tests.heap.tiny import Tiny


class Heap(Tiny):
    """A heap whose one keeper has all that is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.keeper = super().node("Keeper")
        self.edge(0, self.keeper, "keeper")

    def kept(self, name: str) -> int:
        """An object of that class, kept by the keeper."""
        node = self.node(name)
        self.edge(self.keeper, node, f"slot{node}")
        return node

    def path(self, node: int, *names: str, text: str | None = None) -> int:
        """Objects from `node` along `names`; the last is a string when `text` is given."""
        for name in names:
            last = name == names[-1] and text is not None
            after = self.node(text or "", "string") if last else self.node("Object")
            self.edge(node, after, name)
            node = after
        return node

    def report(self, folder: Path) -> HeapReport:
        """What is counted by default."""
        return count(self.write(folder / "a.heapsnapshot"))


def test_objects_of_several_classes_with_one_url_are_of_one_request(tmp_path: Path) -> None:
    heap = Heap()
    heap.path(heap.kept("IncomingMessage"), "url", text="/a?i=1")
    heap.path(heap.kept("NodeNextRequest"), "url", text="/a?i=1")
    heap.path(heap.kept("DatadogSpan"), "_spanContext", "_tags", "http.url", text="http://host:3000/a?i=1")
    report = heap.report(tmp_path)

    assert dict(report.classes) == {"IncomingMessage": 1, "NodeNextRequest": 1, "DatadogSpan": 1}
    assert report.requests == 1
    assert {instance.url for instance in report.instances} == {"/a?i=1"}


def test_spans_without_a_url_belong_to_the_request_whose_trace_they_share(tmp_path: Path) -> None:
    heap = Heap()
    for url in ("/a", "/b"):
        trace = heap.node("Object")
        for child in range(3):
            span = heap.kept("DatadogSpan")
            context = heap.path(span, "_spanContext")
            heap.edge(context, trace, "_trace")
            if not child:
                heap.path(context, "_tags", "http.url", text=url)
    report = heap.report(tmp_path)

    assert (report.count, report.requests) == (6, 2)


def test_spans_that_lost_their_url_are_of_the_requests_that_have_one(tmp_path: Path) -> None:
    heap = Heap()
    for url in ("/a", "/b"):
        heap.path(heap.kept("IncomingMessage"), "url", text=url)
        heap.path(heap.kept("DatadogSpan"), "_spanContext", "_trace")
    assert heap.report(tmp_path).requests == 2

    heap.path(heap.kept("DatadogSpan"), "_spanContext", "_trace")
    assert heap.report(tmp_path).requests == 3


def test_a_span_of_opentelemetry_2_has_its_url_in_two_attributes(tmp_path: Path) -> None:
    heap = Heap()
    span = heap.kept("SpanImpl")
    attributes = heap.path(span, "attributes")
    heap.path(attributes, "url.path", text="/a")
    heap.path(attributes, "url.query", text="i=1")

    assert [instance.url for instance in heap.report(tmp_path).instances] == ["/a?i=1"]


def test_a_scope_of_sentry_counts_only_when_it_is_of_a_request(tmp_path: Path) -> None:
    heap = Heap()
    heap.kept("Scope")
    request = heap.path(heap.kept("Scope"), "_sdkProcessingMetadata", "normalizedRequest")
    heap.path(request, "url", text="http://host/a")

    assert [(one.class_name, one.url) for one in heap.report(tmp_path).instances] == [("Scope", "/a")]


def test_a_span_of_another_package_is_counted_when_it_is_asked_for_only(tmp_path: Path) -> None:
    heap = Heap()
    heap.kept("Span")
    path = heap.write(tmp_path / "b.heapsnapshot")

    assert (count(path).count, count(path, "Span").count) == (0, 1)


def test_a_tracer_whose_class_is_not_known_is_named(tmp_path: Path) -> None:
    heap = Heap()
    code, script = heap.node("f", "code"), heap.node("/app/node_modules/cls-hooked/context.js", "code")
    heap.edge(heap.keeper, code, "code")
    heap.edge(code, script, "script", "internal")

    assert heap.report(tmp_path).unknown_tracers == ("cls-hooked",)


STORES = """
const timers = [];
const other = new AsyncLocalStorage();
other.run({ id: 7 }, () => timers.push(setInterval(() => {}, 100000)));
other.run({ noop: true }, () => timers.push(setInterval(() => {}, 100000)));
inside("/told", () => timers.push(setInterval(() => {}, 100000)));
globalThis.timers = timers;
"""


@pytest.fixture(scope="module")
def stores(node: str, tmp_path_factory: pytest.TempPathFactory) -> HeapReport:
    return count(heap_of(node, STORES, tmp_path_factory.mktemp("stores")))


def test_a_store_that_holds_no_request_is_counted_itself(stores: HeapReport) -> None:
    assert {name: alive for name, alive in stores.classes if alive} == {"IncomingMessage": 1, STORE: 1}
    assert stores.requests == 2


@pytest.mark.registry
@pytest.mark.parametrize("release", ["22", "26"])
def test_a_storage_of_a_class_that_extends_node_s_is_not_a_store_of_itself(
    release: str, tmp_path: Path
) -> None:
    program = """
    class Storage extends AsyncLocalStorage {}
    const own = new Storage();
    let timer;
    own.run(7, () => { timer = setInterval(() => {}, 1e6); });
    """

    report = count(heap_of(node_of(release), program, tmp_path))

    assert report.groups == ()
    assert report.requests == 0
