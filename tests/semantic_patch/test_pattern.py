"""Patterns: compiled, and matched against code."""

import pytest

from patcher.semantic_patch.pattern import PatternError, compile_pattern
from patcher.semantic_patch.search import find
from patcher.syntax.tree import parse


def captures(pattern: str, source: str, inside: str = "") -> list[dict[str, str]]:
    data = source.encode()
    outer = compile_pattern(inside) if inside else None
    return [
        {
            name: " | ".join(data[term.start : term.end].decode() for term in capture.terms)
            for name, capture in hit.bound.items()
        }
        for hit in find(compile_pattern(pattern), parse(data), data, outer)
    ]


def test_a_metavariable_catches_one_expression() -> None:
    assert captures("keep($X);", "keep(a.b(c));") == [{"X": "a.b(c)"}]


def test_the_same_metavariable_twice_must_be_the_same_code() -> None:
    pattern = "same($X, $X);"

    assert captures(pattern, "same(a.b, a . b);") == [{"X": "a.b"}]
    assert captures(pattern, "same(a.b, a.c);") == []


def test_a_run_catches_statements_also_none() -> None:
    pattern = "function f() { $$$BODY; last(); }"

    assert captures(pattern, "function f() { a(); b(); last(); }") == [{"BODY": "a() | b()"}]
    assert captures(pattern, "function f() { last(); }") == [{"BODY": ""}]


def test_a_run_catches_arguments() -> None:
    assert captures("call(first, $$$REST);", "call(first, 1, two);") == [{"REST": "1 | two"}]


def test_an_anonymous_metavariable_binds_nothing() -> None:
    assert captures("keep($_, $_);", "keep(a, b);") == [{}]


def test_a_readable_pattern_matches_minified_code() -> None:
    pattern = "function $F($A) { let $B = $A(); if (!$B.ready) { $B.ready = true; start(); } return $B; }"

    found = captures(pattern, "function q(e){let t=e();return t.ready||(t.ready=!0,start()),t}")

    assert found == [{"F": "q", "A": "e", "B": "t"}]


def test_statements_are_found_in_the_named_method_only() -> None:
    source = "class A { async one() { go(1); } async two() { go(2); } }"

    assert captures("go($X);", source, "async two()") == [{"X": "2"}]
    assert captures("go($X);", source, "two()") == [], "a method that is async is not one that is not"


def test_a_method_is_found_inside_the_named_class() -> None:
    source = "class A { run() { a(); } } class B { run() { b(); } }"

    assert captures("run() { $$$BODY; }", source, "class B") == [{"BODY": "b()"}]


def test_a_head_binds_metavariables_for_the_body() -> None:
    source = "function f(x) { use(x); } function g(y) { use(z); }"

    assert captures("use($P);", source, "function f($P)") == [{"P": "x"}]
    assert captures("use($P);", source, "function g($P)") == []


def test_every_match_is_found_once_in_source_order() -> None:
    source = "function f() { go(1); if (a) { go(2); } } function g() { go(3); }"

    assert [hit["X"] for hit in captures("go($X);", source)] == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["if (", "", "a b c"])
def test_what_is_not_a_pattern_is_refused(text: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(text)


def test_code_nested_deeper_than_any_rule_is_passed_over_without_a_crash() -> None:
    deep = "(" * 5000 + "go(1)" + ")" * 5000

    assert captures("go($X);", f"function f() {{ {deep}; }} function g() {{ go(2); }}") == [{"X": "2"}]
