"""What is seen on bytes of a value that is put into a collection."""

import pytest

from patcher.analysis.prefilter.put_promises import is_filled_here, puts_promise


def _place(source: str) -> tuple[bytes, int]:
    return source.encode(), source.index(".push(") + 5


@pytest.mark.parametrize(
    "argument",
    [
        "load()",
        "new Promise(go)",
        "work.promise",
        "[1].map(go).then(end)",
        "{ a: go }.a ?? load()",
        "made",
        "made,",
        "typed",
        "a ? b : load()",
    ],
)
def test_what_may_be_a_promise_is_looked_at(argument: str) -> None:
    source = f"const load = async () => 1; all.push({argument}); made = load(); let typed: Promise<void>"
    assert puts_promise(*_place(source))


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "...rest",
        "'a)'",
        "12",
        "given",
        "given, load()",
        "work.result",
        "a => load(a)",
        "async (a, b) => load(a)",
        "[load(), ')']",
        "{ work: 1, text: `}` }",
        "read",
        "waited",
        "/* first */ 1",
        "parse(text)",
        "a ? b : parse(`${a}`)",
    ],
)
def test_what_is_seen_to_be_none_is_passed_over(argument: str) -> None:
    load = "const load = async () => 1"
    source = f"{load}; all.push({argument}); read = file.text; waited = await load(); if (given == 1) go()"
    assert not puts_promise(*_place(source))


@pytest.mark.parametrize(
    ("source", "here"),
    [
        ("function f(a) { const all = []; for (const b of a) { if (b) { all.push(load(b)) } } }", True),
        ("function f(a) {\n  let all = [];\n  try { go() } catch (e) { }\n  all.push(load(a)) }", True),
        ("const all = []; if (dev) go(); class A { add(a) { all.push(load(a)) } }", False),
        ("const all = []; module.exports = { add(a)\n  { all.push(load(a)) } }", False),
        ("const all = []; module.exports = { catch(a) { all.push(load(a)) } }", False),
        ("const all = []; const add = a => all.push(load(a))", False),
        ("function f(a) { if (a) { const all = []; } all.push(load(a)) }", False),
        ("function f(a) {\n  // const all = [];\n  all.push(load(a)) }", False),
        ("function f(a) {\n  // let all wait\n  all.push(load(a)) }", False),
        ("function f(a) { const all = []; this.all.push(load(a)) }", False),
    ],
)
def test_a_collection_of_the_function_that_fills_it_is_known(source: str, *, here: bool) -> None:
    assert is_filled_here(*_place(source)) is here
