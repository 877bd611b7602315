import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patcher.errors import ExitCode, NextfixError
from patcher.heap.read import sections
from patcher.heap.read.snapshot import Snapshot
from patcher.heap.read.strings import quoted
from tests.heap.tiny import Tiny

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sample() -> Tiny:
    tiny = Tiny()
    request = tiny.node("IncomingMessage", size=248)
    tiny.edge(0, request, 3, "element")
    tiny.edge(request, tiny.node("/a", "string"), "url")
    return tiny


@pytest.mark.parametrize("layout", [{}, {"indent": 1}, {"separators": (",", ":")}])
def test_columns_are_those_of_the_file_whatever_its_white_space(
    tmp_path: Path, layout: dict[str, Any]
) -> None:
    path = sample().write(tmp_path / "a.heapsnapshot", **layout)

    with Snapshot(path) as snapshot:
        assert (snapshot.node_count, snapshot.edge_count) == (3, 2)
        assert [snapshot.name(node) for node in range(3)] == ["", "IncomingMessage", "/a"]
        assert snapshot.node_ids.tolist() == [1, 3, 5]
        assert snapshot.sizes.tolist() == [0, 248, 8]
        assert snapshot.edge_name(0) == "3"
        assert snapshot.edge_name(1) == "url"
        assert snapshot.sources(snapshot.edge_types.astype("int64") * 0 + [0, 1]).tolist() == [0, 1]
        assert snapshot.targets.tolist() == [1, 2]


@CALM
@given(
    texts=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=30, unique=True),
    piece=st.integers(min_value=16, max_value=64),
    escaped=st.booleans(),
)
def test_every_string_is_read_back_wherever_pieces_of_the_file_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: list[str], piece: int, escaped: bool
) -> None:
    tiny = Tiny()
    for text in texts:
        tiny.edge(0, tiny.node(text))
    path = tiny.write(tmp_path / "a.heapsnapshot", ensure_ascii=escaped)
    monkeypatch.setattr("patcher.heap.read.sections.PIECE", piece)
    monkeypatch.setattr("patcher.heap.read.strings.PIECE", piece)

    with Snapshot(path, [quoted(texts[0])]) as snapshot:
        assert [snapshot.name(node + 1) for node in range(len(texts))] == texts
        if texts[0].isascii():
            assert [snapshot.strings[int(n)] for n in snapshot.strings.equal(texts[0])] == [texts[0]]


@CALM
@given(st.lists(st.text(alphabet='\\"a', max_size=8), min_size=1, max_size=20, unique=True))
def test_runs_of_backslashes_before_a_quote_do_not_shift_the_strings_after_it(
    tmp_path: Path, texts: list[str]
) -> None:
    tiny = Tiny()
    numbers = [tiny.node(text) for text in texts]

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot")) as snapshot:
        assert [snapshot.name(number) for number in numbers] == texts


@CALM
@given(
    before=st.text(alphabet='\\"a,', max_size=6),
    name=st.text(alphabet='\\"ab', min_size=1, max_size=4),
    piece=st.integers(min_value=4, max_value=64),
)
def test_a_needle_that_begins_with_a_quote_is_found_in_the_strings_that_begin_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, name: str, piece: int
) -> None:
    tiny = Tiny()
    texts = {name, name + "b", before + name, f'{before}"{name}"'}
    for text in texts:
        tiny.node(text)
    path = tiny.write(tmp_path / "a.heapsnapshot")
    monkeypatch.setattr("patcher.heap.read.strings.PIECE", piece)
    beginning = quoted(name)[:-1]

    with Snapshot(path, [beginning]) as snapshot:
        found = {snapshot.strings[int(number)] for number in snapshot.strings.found(beginning)}
        assert found == {text for text in texts if text.startswith(name)}


def test_a_name_outside_ascii_is_found_as_v8_escapes_it(tmp_path: Path) -> None:
    tiny = Tiny()
    tiny.edge(0, tiny.node("Klasse_é_😀"))
    text = re.sub(r"\\u[0-9a-f]{4}", lambda m: "\\u" + m[0][2:].upper(), json.dumps(tiny.value()))
    path = tmp_path / "a.heapsnapshot"
    path.write_text(text)

    with Snapshot(path, [quoted("Klasse_é_😀")]) as snapshot:
        assert snapshot.nodes_named("Klasse_é_😀", "object").tolist() == [1]


def test_an_object_of_more_than_4_gib_keeps_its_size(tmp_path: Path) -> None:
    tiny = Tiny()
    tiny.edge(0, tiny.node("ArrayBuffer", "native", 5 * 2**30))

    with Snapshot(tiny.write(tmp_path / "a.heapsnapshot")) as snapshot:
        assert int(snapshot.sizes.sum()) == 5 * 2**30


@settings(parent=CALM, max_examples=150)
@given(st.floats(min_value=0, max_value=0.999))
def test_a_file_cut_anywhere_is_refused_with_what_to_do(tmp_path: Path, share: float) -> None:
    whole = sample().write(tmp_path / "a.heapsnapshot").read_bytes()
    path = tmp_path / "cut.heapsnapshot"
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(NextfixError) as caught:
        Snapshot(path)

    assert caught.value.code is ExitCode.DEFECT
    assert caught.value.hint
    assert str(path) in str(caught.value)


def broken(**changes: Any) -> str:
    value = sample().value()
    for key, change in changes.items():
        target = value["snapshot"] if key in value["snapshot"] else value
        target[key] = change
    return json.dumps(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("{}", "does not begin"),
        ('{"head":{"id":1}}', "does not begin"),
        ('{"snapshot":[]}', "header is not an object"),
        ('{"snapshot":{' + '"a":{' * 5000 + "}", "header is not JSON"),
        ('{"snapshot":{"meta":{}}}', "node_fields"),
        (broken(node_count=10**12), "more than"),
        (broken(node_count=-1), "no node_count"),
        (broken(node_count=2), "more nodes"),
        (broken(node_count=0), "no nodes"),
        (broken(edge_count=1), "edges"),
        (broken(nodes=[0, "x"]), "not a list of integers"),
        (broken(nodes=[7, 0, 1, 0, -2, 0, 0]), "not a list of integers"),
        (broken(nodes=[1.5] * 21), "not a list of integers"),
        (broken(nodes=[255, 0, 1, 0, 0, 0, 0] * 3), "out of range"),
        (broken(nodes=[3, 2**40, 1, 0, 0, 0, 0] * 3), "out of range"),
        (broken(edges=[2, 1, 7, 2, 1, 10**30]), ""),
        (broken(edges=[2, 1, 7, 2, 1, 21]), "target is out of range"),
        (broken(edges=[2, 1, 7, 2, 1, 8]), "target is no node"),
        (broken(edges=[2, 1, 7, 2, 1]), "its header says"),
        (broken(strings=None), "does not follow"),
    ],
)
def test_a_foreign_file_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "foreign.json"
    path.write_text(text)

    with pytest.raises(NextfixError) as caught:
        Snapshot(path)

    assert caught.value.code is ExitCode.DEFECT
    assert reason in str(caught.value)
    assert caught.value.hint


def test_counts_that_the_file_cannot_hold_are_refused_before_anything_is_allocated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.heapsnapshot"
    path.write_text(broken(node_count=2**40))
    monkeypatch.setattr("numpy.empty", lambda *_, **__: pytest.fail("allocated"))

    with pytest.raises(NextfixError, match="more than"):
        Snapshot(path)


def test_a_file_that_is_not_there_is_a_matter_of_files(tmp_path: Path) -> None:
    with pytest.raises(NextfixError) as caught:
        Snapshot(tmp_path / "none.heapsnapshot")

    assert caught.value.code is ExitCode.FILES


def test_a_refused_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    close = sections.Sections.close

    def closing(self: sections.Sections) -> None:
        closed.append(True)
        close(self)

    monkeypatch.setattr(sections.Sections, "close", closing)
    path = tmp_path / "foreign.json"
    path.write_text("{}")

    with pytest.raises(NextfixError):
        Snapshot(path)

    assert closed == [True]


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder"])
def test_what_is_no_regular_file_is_refused_and_never_waited_for(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "heap"
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()

    with pytest.raises(NextfixError, match=kind) as caught:
        Snapshot(Path("/dev/zero") if kind == "a device" else path)

    assert caught.value.code is ExitCode.FILES
