"""Expressions read from their end to their beginning."""

import pytest

from patcher.analysis.prefilter.reverse import (
    chain_start,
    functions_around,
    name_before,
    opening,
    store_before,
    target_start,
)


@pytest.mark.parametrize(
    ("expression", "begins"),
    [
        ("x = load().then(", "load"),
        ("x = this.a.load(b, (c) => d(c)).then(", "this.a"),
        ("x = cache[k].then(", "cache"),
        ("x = (async () => { await f() })().then(", "(async"),
        ("x = a.b(1)\n    .c(2)\n    .then(", "a.b"),
    ],
)
def test_a_chain_begins_where_its_first_link_does(expression: str, begins: str) -> None:
    source = expression.encode()

    start = chain_start(source, source.rindex(b".then("))

    assert source[start:].decode().startswith(begins)


@pytest.mark.parametrize(
    ("target", "name", "start"),
    [
        ("this.p ??= f", "p", 0),
        ("cache[key(a)] = f", "cache", 0),
        ("a.b.c ||= f", "c", 0),
        ("a, p=f", "p", 3),
    ],
)
def test_the_name_of_a_slot_is_read_through_its_operator_and_index(
    target: str, name: str, start: int
) -> None:
    source = target.encode()
    equals = source.index(b"=")

    assert name_before(source, equals) == name.encode()
    assert target_start(source, equals) == start


@pytest.mark.parametrize("text", ["a == b", "a !== b", "a <= b", "(a) => b", "a += b", "a |= b"])
def test_what_compares_or_computes_is_no_store(text: str) -> None:
    source = text.encode()

    assert store_before(source, source.rindex(b"b") - 1) == -1


def test_a_value_inside_a_choice_belongs_to_the_store_before_it() -> None:
    source = b"x(); p = a ? load().then(b) : c"

    assert store_before(source, source.index(b"?") + 1) == source.index(b"=")


def test_a_bracket_too_far_away_is_not_looked_for() -> None:
    source = b"(" + b"x" * 10_000 + b")"

    assert opening(source, len(source) - 1, b"(", b")") == len(source) - 1


@pytest.mark.parametrize(
    "code",
    [
        "function make() { return p",
        "const make = () => p",
        "make = async function () { return p",
        "class A {\n  make(a) {\n    return p",
        "class A{make(){return p",
        "exports.make = (a, b) => p",
    ],
)
def test_the_function_around_a_place_is_named_however_it_is_written(code: str) -> None:
    source = code.encode()

    assert b"make" in {name for name, _ in functions_around(source, [len(source)], 200)}
