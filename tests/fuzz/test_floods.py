"""Files made to cost time or stack: each is judged within the budget, and what is not looked at is said."""

import pytest

from patcher.model import Verdict
from tests.fuzz.finding import NAMES, looked_at, mended
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

# What the bytes of a file are asked for by the analysis, as often as a megabyte holds it.
MEGABYTE = {
    "empty keys": b'x[""] = y.then(z);',
    "indexes in indexes": b"x[a[b[c[",
    "stores of stores": b"a=b=await c;p=",
    "awaits": b"await ",
    "awaits in a word": b"awaitother__",
    "awaits and nothing": b"await" + b" " * 9,
    "chains": b".then(",
    "chains of chains": b"a.then(b).catch(c)",
    "arrows": b"async a=>",
    "maps": b"m.set(",
    "maps of promises": b"m.get(k)||m.set(k,Promise.all(",
    "promises": b"this.promise=promise,",
    "promises in a word": b"romise_other",
    "stores in a word": b"x=promise.a_b",
    "asyncs in a word": b"async async_",
    "makers": b"async function f(){return g()}function g(){return f()}",
    "tight methods": b"f(){return(await g)(){",
    "imports": b"const {a, b} = require('fs/promises');",
    "equal signs": b"=",
    "spaces": b" ",
    "lines": b"\n",
    "names of bytes": b"\xc3",
    "compiled fields": b'__classPrivateFieldSet(this, _a, a.then(b), "f");',
    "compiled fields in each other": b"__classPrivateFieldSet(this, _a, ",
    "compiled fields that end": b"__classPrivateFieldSet(this, _a, (((((())))",
    "timers": b"this.t=setTimeout(f,1);",
    "guards": b"if(!p)p=f();async function f(){return p}",
    "short names": b"a=e().then(t);",
    "one long line of strings": b"'\\\"`",
    "indented": b"  a = b\n    c = await d\n",
    "templates": b"\n`${`a = await b`}",
}
BYTES = 1_000_000


@pytest.mark.parametrize("name", [NAMES[0], NAMES[3]])
@pytest.mark.parametrize("kind", MEGABYTE)
def test_a_megabyte_of_what_promises_are_made_with_is_looked_at_in_bounded_time(kind: str, name: str) -> None:
    unit = MEGABYTE[kind]

    looked_at(unit * (BYTES // len(unit)), name)


@pytest.mark.parametrize("kind", [*DEEP, *WIDE])
def test_deep_and_wide_code_is_analysed_or_told_to_be_too_deep(kind: str) -> None:
    if kind in WIDE:
        looked_at(WIDE[kind], "own.js")
        return
    for depth in (50, 400, 1_500, 5_000):
        source = b"let p; async function f() {%b}; exports.g = () => { if (!p) p = f(); return p };" % DEEP[
            kind
        ](depth)
        looked_at(source, "own.js")
        if depth < 5_000:
            mended(source, "documented")


@pytest.mark.parametrize("kind", DEEP)
def test_deep_code_ends_in_a_verdict_at_every_depth(kind: str) -> None:
    for depth in (*range(20, 260, 6), 1_000, 20_000):
        assert judged(_METHOD % DEEP[kind](depth), "documented", RELEASE)


def test_a_deep_head_of_a_method_ends_in_a_verdict() -> None:
    for depth in (50, 300, 1_000, 4_000):
        default = b"f(" * depth + b"1" + b")" * depth
        assert judged(b"class A { async getServer(a = %b) { a } }" % default, "documented", RELEASE)


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
