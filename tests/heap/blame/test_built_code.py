"""Built code is named by its source map, when the map lies where the heap says that the code is."""

import base64
import json
from pathlib import Path

import pytest

from patcher.heap import SlotGroup, count
from patcher.heap.blame.built_code import BuiltCode
from patcher.heap.records import CodePlace
from tests.heap.mappings import encoded
from tests.heap.programs import PRELUDE, heap_of

BUNDLE = """class t{constructor(){this.ready=null}load(){return this.ready??=Promise.resolve(1)}}
const c=new t;let s=null;function w(){s??=Promise.resolve(2)}
inside("/a",()=>c.load());inside("/b",w);
"""
FIRST = PRELUDE.count("\n")
SEGMENTS = [
    *((line, 0, 1, 0, 0) for line in range(FIRST)),
    (FIRST, 0, 0, 10, 0),
    (FIRST + 1, 0, 1, 2, 0),
    *((line, 0, 1, 8, 0) for line in range(FIRST + 2, FIRST + 20)),
]
MAP = {"version": 3, "sources": ["../src/cache.ts", "../src/server.ts"], "mappings": encoded(SEGMENTS)}


def groups(heap: Path) -> dict[str, SlotGroup]:
    return {group.slot: group for group in count(heap).groups}


@pytest.mark.usefixtures("promises_carry")
def test_a_class_and_a_variable_of_a_bundle_have_their_source(node: str, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "user.cjs.map").write_text(json.dumps(MAP))

    found = groups(heap_of(node, BUNDLE, tmp_path))

    assert found["t.ready"].origin.startswith("class in src/cache.ts:11, built into app/user.cjs")
    assert found["s in (app/user.cjs)"].origin == "variable in src/server.ts, built into app/user.cjs"
    assert CodePlace(f"{tmp_path.as_posix()}/src/cache.ts", 11) in found["t.ready"].places
    assert CodePlace(f"{tmp_path.as_posix()}/app/user.cjs", 0) in found["t.ready"].places


@pytest.mark.usefixtures("promises_carry")
def test_code_without_a_map_is_named_as_it_ran(node: str, tmp_path: Path) -> None:
    found = groups(heap_of(node, BUNDLE, tmp_path))

    assert found["t.ready"].origin == "class in app/user.cjs, reached from c in (app/user.cjs)"
    assert found["s in (app/user.cjs)"].origin == ""


def test_a_map_may_stand_in_the_script_itself(tmp_path: Path) -> None:
    inline = base64.b64encode(json.dumps(MAP).encode()).decode()
    script = tmp_path / "out.js"
    script.write_text(f"//# sourceMappingURL=data:application/json;charset=utf-8;base64,{inline}\n")

    assert BuiltCode().original(str(script), FIRST, 3) == (f"{tmp_path.parent.as_posix()}/src/cache.ts", 11)
    assert BuiltCode().original(script.as_uri(), FIRST, 3) is not None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"mappings": 1}'])
def test_a_map_that_is_none_names_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "out.js").write_text("1")
    (tmp_path / "out.js.map").write_bytes(content)

    assert BuiltCode().original(str(tmp_path / "out.js"), 0, 0) is None


def test_a_folder_a_pipe_or_a_name_that_is_no_path_has_no_map(tmp_path: Path) -> None:
    import os

    (tmp_path / "a.js.map").mkdir()
    os.mkfifo(tmp_path / "b.js.map")

    for script in (
        tmp_path / "a.js",
        tmp_path / "b.js",
        "evalmachine.<anonymous>",
        "x\0y",
        "/a\0b",
        "webpack:///./a",
    ):
        assert BuiltCode().original(str(script), 0, 0) is None
