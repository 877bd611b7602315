"""Files made to cost time or stack: each is judged within the budget, and what is not looked at is said."""

import pytest

from patcher.model import Verdict
from tests.fuzz.laws import judged

RELEASE = "13.2.5-own.1"
_METHOD = b"class A { async getServer() { %b } }"

DEEP = {
    "ifs": lambda n: b"if (a) " * n + b"b;",
    "else ifs": lambda n: b"if (a) { b } else " * n + b"{ c }",
    "ands": lambda n: b"a && (" * n + b"b" + b")" * n,
    "arrows": lambda n: b"return " + b"a => " * n + b"b",
    "negations": lambda n: b"return " + b"!" * n + b"b",
    "callbacks": lambda n: b"if (a) b && (c => {" * n + b"x" + b"})" * n,
    "parentheses": lambda n: b"(" * n + b"b" + b")" * n,
    "blocks": lambda n: b"{" * n + b"b" + b"}" * n,
}

WIDE = {
    "statements": _METHOD % (b"a;" * 30_000),
    "methods of the same name": b"class A {" + b"async getServer() { a }\n" * 20_000 + b"}",
    "uses of the slot": _METHOD % b"if (!this.p) { this.p = l().then(async c => { return c }) } return this.p"
    + b"\nthis.p;" * 50_000,
    "open parentheses": b"(" * 1_000_000,
    "open braces": b"{" * 300_000,
    "open templates": b"`${" * 100_000,
    "elements": b"<a>" * 100_000,
    "every byte": bytes(range(256)) * 4_000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_code_ends_in_a_verdict_at_every_depth(kind: str) -> None:
    for depth in (*range(20, 260, 6), 1_000, 20_000):
        assert judged(_METHOD % DEEP[kind](depth), "documented", RELEASE)


@pytest.mark.parametrize("kind", WIDE)
def test_wide_code_ends_in_a_verdict_within_the_budget(kind: str) -> None:
    assert judged(WIDE[kind], "documented", RELEASE)


def test_a_file_with_too_many_places_is_refused_with_the_reason() -> None:
    (found,) = (
        result
        for result in judged(WIDE["methods of the same name"], "documented", RELEASE)
        if result.rule.id == "next/server-promise"
    )

    assert found.verdict is Verdict.MODIFIED
    assert "too many to look at" in found.reason
