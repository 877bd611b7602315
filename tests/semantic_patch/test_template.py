"""Writing: captured code byte for byte, in the layout of the place where it lands."""

import pytest

from patcher.semantic_patch.pattern import compile_pattern
from patcher.semantic_patch.search import find
from patcher.semantic_patch.template import TemplateError, site_of, write
from patcher.syntax.tree import errors, parse
from patcher.text.edits import Edit, apply_edits

FIND = (
    "if (!this.$S) { $$$BEFORE; this.$S = $L.then(async ($P) => { $$$BODY; return $V; }); } return this.$S;"
)
WRITE = """
    if (!this.$S) {
        $$$BEFORE;
        const $P = await $L;
        $$$BODY;
        this.$S = $V;
    }
    return this.$S;
"""


def rewritten(source: str, find_text: str = FIND, template: str = WRITE) -> str:
    data = source.encode()
    tree = parse(data)
    hits = find(compile_pattern(find_text), tree, data)
    edits = [Edit(hit.start, hit.end, write(template, hit, site_of(data, hit))) for hit in hits]
    assert edits, "the pattern does not match"
    result = apply_edits(data, edits)
    assert not any(errors(parse(result).root_node)), result.decode()
    return result.decode()


def test_captured_statements_are_moved_to_their_new_indentation() -> None:
    source = """
class A {
  async get() {
    if (!this.p) {
      this.p = load().then(async (conf) => {
        if (conf) {
          start({
            conf
          });
        }
        return conf;
      });
    }
    return this.p;
  }
}
"""

    assert (
        rewritten(source)
        == """
class A {
  async get() {
    if (!this.p) {
      const conf = await load();
      if (conf) {
        start({
          conf
        });
      }
      this.p = conf;
    }
    return this.p;
  }
}
"""
    )


def test_lines_inside_template_literals_stay_as_they_are() -> None:
    source = """
async function f() {
    if (!this.p) {
        this.p = load().then(async (c) => {
            say(`first
            second ${c}
third`);
            return c;
        });
    }
    return this.p;
}
"""

    assert "say(`first\n            second ${c}\nthird`);" in rewritten(source)


def test_comments_of_moved_statements_come_along() -> None:
    source = """
async function f() {
    if (!this.p) { // no server yet
        this.p = load().then(async (c) => {
            // about a
            a(c);
            // about the result
            return c;
        });
    }
    return this.p;
}
"""

    result = rewritten(source)

    assert "    if (!this.p) {\n        // no server yet\n        const c = await load();\n" in result
    assert "\n        // about a\n        a(c);\n        // about the result\n        this.p = c;\n" in result


def test_a_comment_that_no_capture_holds_is_put_before_the_rewritten_code() -> None:
    source = "function f() {\n    one(); // why one\n    two();\n}\n"

    assert rewritten(source, "one(); two();", "three();") == (
        "function f() {\n    // why one\n    three();\n}\n"
    )


def test_tabs_and_crlf_are_kept() -> None:
    source = (
        "async function f() {\r\n\tif (!this.p) {\r\n\t\tthis.p = load().then(async (c) => {\r\n"
        "\t\t\ta(c);\r\n\t\t\treturn c;\r\n\t\t});\r\n\t}\r\n\treturn this.p;\r\n}\r\n"
    )

    result = rewritten(source)

    assert result.count("\n") == result.count("\r\n")
    assert "\r\n\t\tconst c = await load();\r\n\t\ta(c);\r\n\t\tthis.p = c;\r\n\t}\r\n" in result


def test_one_line_code_stays_on_its_line() -> None:
    source = "async function f(){if(!this.p){this.p=load().then(async c=>{a(c);return c})}return this.p}"

    result = rewritten(source)

    assert "\n" not in result
    assert "const c = await load();a(c);this.p = c;" in result


def test_a_line_comment_in_one_line_code_keeps_its_line_break() -> None:
    source = "async function f(){if(!this.p){this.p=load().then(async c=>{a(c);// why\nreturn c;});}return this.p;}"

    result = rewritten(source)

    assert "// why\n" in result
    assert "this.p = c;" in result


def test_minified_sequences_become_statements() -> None:
    source = "async function f(){return this.p||(this.p=load().then(async e=>(a(e),b(),e))),this.p}"

    assert rewritten(source).startswith(
        "async function f(){if (!this.p) {const e = await load();a(e);b();this.p = e;}return this.p;}"
    )


def test_what_a_minifier_joined_to_the_match_is_kept() -> None:
    source = "async function f(){return x(),this.p||(this.p=load().then(async e=>(a(e),e))),this.p}"

    assert rewritten(source).startswith("async function f(){x();if (!this.p) {")


def test_a_missing_semicolon_is_added_where_lines_are_joined() -> None:
    source = "async function f(){if(!this.p){this.p=load().then(async c=>{g = {}\nreturn c})}return this.p}"

    assert "g = {};" in rewritten(source)


def test_an_arrow_body_gets_braces_when_statements_replace_it() -> None:
    source = "const f = () => (one(), two());"

    assert rewritten(source, "one(); return two();", "const x = one();\nreturn two(x);") == (
        "const f = () => {const x = one();return two(x);};"
    )


def test_a_template_that_names_an_unbound_metavariable_is_a_defect_of_the_rule() -> None:
    data = b"function f() { go(1); }"
    (hit,) = find(compile_pattern("go($X);"), parse(data), data)

    with pytest.raises(TemplateError, match=r"\$Y"):
        write("go($Y);", hit, site_of(data, hit))


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("slot = (0, fs.read)(path);", "const pending = (0, fs.read)(path); slot = pending;"),
        ("slot = (a ? b : c)(path);", "const pending = (a ? b : c)(path); slot = pending;"),
        ("slot = read(path);", "const pending = read(path); slot = pending;"),
    ],
)
def test_an_expression_keeps_the_parentheses_that_it_needs(source: str, result: str) -> None:
    template = "const pending = $READ(path); slot = pending;"

    assert rewritten(source, "slot = $READ(path);", template) == result


def test_the_parentheses_of_a_condition_are_not_doubled() -> None:
    template = "if ($A || $B) {\n    go($B);\n}"

    assert "if (a || (b, c)) {" in rewritten(
        "if (a || (b, c)) { go(d); }", "if ($A || $B) { go(d); }", template
    )
    assert "if (a) {" in rewritten("if (a) { go(d); }", "if ($A) { go(d); }", "if ($A) {\n    go();\n}")
