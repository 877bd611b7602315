"""Which objects are of a class: by Node's own classes, by those that extend another, and never a prototype."""

from pathlib import Path

import pytest

from patcher.heap import count
from tests.heap.programs import heap_of

DERIVED = """
class Base {}
class FakeRequest extends Base {}
class Special extends FakeRequest {}
const EventEmitter = require("events");
class Emitter extends EventEmitter {}
function Old() {}
function Older() {}
Object.setPrototypeOf(Old.prototype, Older.prototype);
globalThis.kept = [new FakeRequest(), new Special(), new Emitter(), new Old(), new Old(),
                   Object.create(FakeRequest.prototype)];
"""


@pytest.fixture(scope="module")
def heap(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return heap_of(node, DERIVED, tmp_path_factory.mktemp("derived"))


@pytest.mark.parametrize(
    ("name", "alive"),
    [
        ("FakeRequest", 2),
        ("Base", 2),
        ("Special", 1),
        ("Emitter", 1),
        ("Old", 2),
        ("Older", 2),
        ("Nowhere", 0),
    ],
)
def test_instances_of_a_class_are_counted_with_those_of_what_extends_it(
    heap: Path, name: str, alive: int
) -> None:
    assert count(heap, name).count == alive


def test_a_class_that_extends_another_is_known(heap: Path) -> None:
    assert count(heap, "Special").known
    assert not count(heap, "Nowhere").known
