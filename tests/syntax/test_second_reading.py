"""Valid code is never a syntax error, and what is found after a construct that a grammar does not know is kept."""

import pytest

from patcher.analysis.file import examine
from patcher.syntax.second_reading import second_reading
from patcher.syntax.tree import Dialect, dialect_of, errors, parse
from tests.syntax.constructs import constructs

_MEMO = b"""
let loading
export async function get() { if (!loading) loading = fetch("/x").then((r) => r.json()); return loading }
"""


@pytest.mark.parametrize(("suffix", "text"), constructs())
def test_what_typescript_and_ecmascript_allow_is_no_syntax_error(suffix: str, text: str) -> None:
    source, dialect = text.encode(), dialect_of(suffix)
    again, tree = second_reading(source, parse(source, dialect), dialect)
    assert [again[e.start_byte : e.end_byte] for e in errors(tree.root_node)] == []
    assert len(again) == len(source)
    assert [i for i, byte in enumerate(source) if byte == 10 and again[i] not in b"\n;"] == []


@pytest.mark.parametrize(("suffix", "text"), constructs())
def test_a_finding_after_any_construct_is_kept_at_its_line(suffix: str, text: str) -> None:
    if "export =" in text or "\nexport as" in text:
        pytest.skip("the memo is a module's, and these make the file another kind of module")
    source = text.encode() + _MEMO
    found = examine(source, dialect_of(suffix), whole_file=True)
    assert found.wrong == 0
    assert [(site.family, site.line) for site in found.sites] == [
        ("kept-promise-module", source.count(b"\n", 0, source.index(b"loading = ")) + 1)
    ]


def test_what_does_not_parse_is_said_with_its_line_and_the_rest_is_analysed() -> None:
    source = (
        _MEMO + b"\nfunction broken( {\n" + _MEMO.replace(b"loading", b"second").replace(b"get", b"other")
    )
    found = examine(source, Dialect.JAVASCRIPT, whole_file=True)
    assert found.wrong >= 4
    assert "loading" in [site.slot for site in found.sites]


def test_a_compiled_private_field_that_is_spread_parses() -> None:
    source = b'const o = { ...tslib_1.__classPrivateFieldGet(this, _x, "f"), ...more };\n' + _MEMO
    assert examine(source, Dialect.JAVASCRIPT, whole_file=True).wrong == 0


def test_a_bitwise_and_in_code_that_parses_is_left_alone() -> None:
    source = b"const a = b & c\n"
    tree = parse(source, Dialect.TYPESCRIPT)
    assert second_reading(source, tree, Dialect.TYPESCRIPT) == (source, tree)
