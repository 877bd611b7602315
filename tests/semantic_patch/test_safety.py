"""Refusals: where a pattern matches and the rewrite would still change what the code means."""

import pytest

from patcher.model import Verdict
from patcher.rule import Rewrite, Rule
from patcher.semantic_patch.examine import examine
from patcher.syntax.tree import parse

RULE = Rule(
    id="own/rule",
    title="a test",
    why="a test",
    package="own",
    versions="*",
    files=("a.js",),
    rewrites=(
        Rewrite(
            slot="this.$SLOT",
            find="""
                if (!this.$SLOT) {
                    $$$BEFORE;
                    this.$SLOT = $LOAD.then(async ($PARAM) => { $$$BODY; return $VALUE; });
                }
                return this.$SLOT;
            """,
            write="""
                if (!this.$SLOT) {
                    $$$BEFORE;
                    const $PARAM = await $LOAD;
                    $$$BODY;
                    this.$SLOT = $VALUE;
                }
                return this.$SLOT;
            """,
        ),
    ),
)


def method(
    body: str, *, load: str = "this.load()", before: str = "", head: str = "async get()", rest: str = ""
) -> str:
    return (
        f"class A {{ {head} {{ if (!this.p) {{ {before} this.p = {load}.then(async (conf) => {{ {body} "
        f"return conf; }}); }} return this.p; }} {rest} }}"
    )


def judge(source: str) -> tuple[Verdict, str]:
    data = source.encode()
    result = examine(RULE, "1.0.0", data, parse(data), "documented")
    return result.verdict, result.reason


def test_a_plain_body_is_rewritten() -> None:
    assert judge(method("start(conf);")) == (Verdict.AFFECTED, "")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param(method("if (conf) return 1;"), "another `return`", id="another return"),
        pytest.param(method("start(conf);", head="get()"), "is not async", id="the method is not async"),
        pytest.param(method("use(arguments);"), "`arguments`", id="arguments"),
        pytest.param(
            method("start();", load="conf"), "the name conf would shadow", id="a shadowing parameter"
        ),
        pytest.param(
            method("const x = 1;", load="make(x)"), "the name x would shadow", id="a shadowing declaration"
        ),
        pytest.param(
            method("start(conf);", rest="close() { this.p.then(() => {}); }"),
            "line 1 uses p as a promise",
            id="the slot is used as a promise elsewhere",
        ),
    ],
)
def test_a_rewrite_that_would_change_the_meaning_is_refused(source: str, reason: str) -> None:
    verdict, said = judge(source)

    assert verdict is Verdict.MODIFIED
    assert reason in said


def test_a_return_in_a_nested_function_may_move() -> None:
    assert judge(method("list.map((x) => { return x; });"))[0] is Verdict.AFFECTED


def test_a_name_that_the_template_declares_must_not_hide_captured_ones() -> None:
    rule = Rule(
        id="own/other",
        title="t",
        why="w",
        package="own",
        versions="*",
        files=("a.js",),
        rewrites=(Rewrite(find="keep($VALUE);", write="const pending = 1; keep($VALUE, pending);"),),
    )
    data = b"function f() { keep(pending); }"

    result = examine(rule, "1.0.0", data, parse(data), "documented")

    assert (result.verdict, result.reason) == (
        Verdict.MODIFIED,
        "keep(...);: the name pending would shadow another",
    )
