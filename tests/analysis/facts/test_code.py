"""What a file answers by name, and what a file made of the same line many times costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.analysis.detect import timers as detector
from patcher.analysis.facts import code as code_module
from patcher.analysis.facts import out_of_service
from patcher.analysis.facts.code import MAX_OCCURRENCES, Code
from patcher.syntax.tree import Dialect
from tests.work import calls

SHAPES = {
    "function": "function f(){%s}",
    "ES5 method": "(function(){function A(){}A.prototype.run=function(){%s};module.exports=A})()",
    "method": "class A{run(){%s} stop(){clearTimeout(this.t1)}}",
}


def with_timers(shape: str, count: int) -> Code:
    lines = "".join(f"this.t{number} = setTimeout(g, 5);\n" for number in range(count))
    return Code((SHAPES[shape] % lines).encode(), Dialect.JAVASCRIPT)


@given(st.text("ab$#.( é", max_size=60), st.sampled_from(["a", "ab", "a$", "#b", "é", "a.b"]), st.data())
def test_an_index_of_words_gives_the_places_that_a_search_gives(
    text: str, name: str, data: st.DataObject
) -> None:
    source = text.encode()
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    searching, indexed = (Code(source, Dialect.JAVASCRIPT) for _ in range(2))
    indexed.searched = code_module.MAX_SEARCHES * len(source) + 1

    assert indexed.places(name.encode(), start, end) == searching.places(name.encode(), start, end)


def test_an_index_of_words_does_not_follow_a_name_in_too_many_places_either() -> None:
    code = Code(b"a;" * (MAX_OCCURRENCES + 1), Dialect.JAVASCRIPT)
    code.searched = code_module.MAX_SEARCHES * len(code.source) + 1

    assert code.places(b"a") == []
    assert code.crowded == {b"a"}
    assert len(code.places(b"a", 2)) == MAX_OCCURRENCES


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_as_many_timers_in_a_function_are_about_four_times_the_work(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_module, "MAX_SEARCHES", 20)

    def work(count: int) -> tuple[int, int]:
        code = with_timers(shape, count)
        counted = calls(lambda: detector.timers(code, detector.timer_places(code.source)))
        return counted, code.searched

    few, many = work(200), work(800)

    assert many[0] < 5 * few[0]
    assert many[1] < 5 * few[1]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_whole_of_a_function_is_looked_through_once_and_not_for_each_of_its_timers(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = with_timers(shape, 50)
    places = detector.timer_places(code.source)
    long = _long_texts(monkeypatch)

    for place in places:
        call = code.call_at(place)
        assert call is not None
        out_of_service.in_browser(code, call)
    detector.timers(code, places)

    assert len(long) < 10


def _long_texts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what is copied out of a file from now on, when it is more than half of it."""
    copied: list[int] = []
    text = Code.text

    def noted(self: Code, node: object) -> bytes:
        found = text(self, node)  # type: ignore[arg-type]
        if len(found) > len(self.source) // 2:
            copied.append(len(found))
        return found

    monkeypatch.setattr(Code, "text", noted)
    return copied
