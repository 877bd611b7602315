"""The normal form: what counts as the same code."""

import pytest

from patcher.semantic_patch.term import Term, term_of
from patcher.syntax.tree import parse


def normal(source: str) -> Term:
    return term_of(parse(source.encode()).root_node)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("f( a,b )", "f(a, b);", id="white space and semicolons"),
        pytest.param("f('a')", 'f("a")', id="quotes"),
        pytest.param("/* x */ f(a) // y", "f(a)", id="comments"),
        pytest.param("let a = 1", "const a = 1", id="the declaration's keyword"),
        pytest.param("let a = 1, b = 2", "let a = 1; let b = 2;", id="joined declarations"),
        pytest.param("x = e => e", "x = (e) => { return e; }", id="arrow shorthand"),
        pytest.param("x = (e)=>(a(), b(), e)", "x = (e)=>{ a(); b(); return e; }", id="a comma arrow body"),
        pytest.param("if (a) b()", "if (a) { b(); }", id="a branch without braces"),
        pytest.param("a || b()", "if (!a) { b(); }", id="a statement that is an or"),
        pytest.param("a && (b(), c())", "if (a) { b(); c(); }", id="a statement that is an and"),
        pytest.param("x = !0", "x = true", id="a minified boolean"),
        pytest.param("x = void 0", "x = undefined", id="a minified undefined"),
        pytest.param("if (null === x) {}", "if (x === null) {}", id="a swapped comparison"),
        pytest.param("x = (((a)))", "x = a", id="parentheses"),
        pytest.param(
            "function f() { return a(), b }", "function f() { a(); return b; }", id="a comma return"
        ),
        pytest.param("function f() { throw a(), b }", "function f() { a(); throw b; }", id="a comma throw"),
    ],
)
def test_the_same_code_written_otherwise_has_the_same_normal_form(one: str, other: str) -> None:
    assert normal(one).same(normal(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("f(a)", "f(b)", id="another name"),
        pytest.param("a = b", "a += b", id="another operator"),
        pytest.param("async () => {}", "() => {}", id="async"),
        pytest.param("a || b()", "if (a) { b(); }", id="or is not and"),
        pytest.param("x = a || b", "x = a && b", id="operators inside expressions"),
        pytest.param("f('a')", "f(a)", id="a string is not a name"),
        pytest.param("function f() { return a }", "function f() { throw a }", id="return is not throw"),
        pytest.param("a < 0", "0 < a", id="an order comparison is not swapped"),
        pytest.param("x = `a${b}`", "x = `c${b}`", id="text of a template literal"),
        pytest.param("x = !1", "x = !0", id="minified booleans differ"),
        pytest.param("await f()", "f()", id="await"),
    ],
)
def test_other_code_has_another_normal_form(one: str, other: str) -> None:
    assert not normal(one).same(normal(other))
