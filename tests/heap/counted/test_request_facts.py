"""How an instance tells its url."""

from pathlib import Path

import pytest

from patcher.heap import count
from tests.heap.tiny import Tiny


def tells(tmp_path: Path, *attributes: tuple[str, str]) -> str | None:
    """The url of the one span in a heap, which has these attributes."""
    heap = Tiny()
    span, object_, keeper = heap.node("Span"), heap.node("Object"), heap.node("Keeper")
    heap.edge(0, keeper, "keeper")
    heap.edge(keeper, span, "kept")
    heap.edge(span, object_, "attributes")
    for name, value in attributes:
        heap.edge(object_, heap.node(value, "string"), name)
    report = count(heap.write(tmp_path / "span.heapsnapshot"), "Span")
    assert report.count == 1
    return report.instances[0].url


@pytest.mark.parametrize("name", ["http.target", "url.path"])
def test_an_opentelemetry_span_tells_the_url_among_its_attributes(tmp_path: Path, name: str) -> None:
    assert tells(tmp_path, ("http.method", "GET"), (name, "/page?i=3")) == "/page?i=3"


def test_the_target_is_told_with_its_query_when_a_span_has_both(tmp_path: Path) -> None:
    assert tells(tmp_path, ("url.path", "/page"), ("http.target", "/page?i=3")) == "/page?i=3"


def test_a_span_of_something_else_has_no_url(tmp_path: Path) -> None:
    assert tells(tmp_path, ("db.system", "redis")) is None
