"""Inline ignores."""

from collections.abc import Sequence

import pytest

from patcher.check.ignores import NO_REASON, UNUSED, Ignored, apply_ignores, find_ignores
from patcher.model import Finding, Severity
from patcher.syntax.tree import Dialect
from tests.work import calls

RULE = "async/field-promise"
OTHER = "async/kept-timer"


def at(line: int, rule: str = RULE) -> Finding:
    return Finding(rule, Severity.ERROR, "src/a.js", line, 1, line, "f", "this.p", "kept", "none")


def outcome(
    source: str,
    *findings: Finding,
    checked: Sequence[str] = (RULE,),
    dialect: Dialect = Dialect.JAVASCRIPT,
) -> Ignored:
    return apply_ignores(source.encode(), "src/a.js", findings, checked, (RULE, OTHER), dialect)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(f"this.p = f() // nextfix-ignore {RULE}: once", 1, id="on the same line"),
        pytest.param(f"// nextfix-ignore {RULE}: once\nthis.p = f()", 2, id="on the line before"),
        pytest.param(f"/* nextfix-ignore {RULE}: once */\nthis.p = f()", 2, id="a block on the line before"),
        pytest.param(f"this.p = /* nextfix-ignore {RULE}: once */ f()", 1, id="a block inside the line"),
        pytest.param(
            f"/*\n * nextfix-ignore {RULE}: once,\n * at start\n */\n\nthis.p = f()", 6, id="a long block"
        ),
        pytest.param(
            f"// nextfix-ignore {RULE}: once\n// nextfix-ignore {OTHER}: too\nthis.p = f()",
            3,
            id="stacked comments",
        ),
        pytest.param(f"// nextfix-ignore {OTHER}, {RULE}: once\nthis.p = f()", 2, id="several rules"),
        pytest.param(f"// nextfix-ignore {RULE}: once\r\nthis.p = f()\r\n", 2, id="windows line ends"),
        pytest.param(f"\ufeff// nextfix-ignore {RULE}: once\nthis.p = f()", 2, id="a byte order mark"),
    ],
)
def test_a_comment_silences_the_rule_that_it_names(source: str, line: int) -> None:
    result = outcome(source, at(line))

    assert result.silenced == (at(line),)
    assert result.kept == ()
    assert result.complaints == ()


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(f"// nextfix-ignore {RULE}: once\nx()\nthis.p = f()", 3, id="two lines before"),
        pytest.param(f"this.p = f()\n// nextfix-ignore {RULE}: once\nx()", 1, id="the line after"),
        pytest.param(f"x() // nextfix-ignore {RULE}: once\nthis.p = f()", 2, id="behind the code before"),
        pytest.param(f"// nextfix-ignore {OTHER}: once\nthis.p = f()", 2, id="another rule"),
        pytest.param(f"s = '// nextfix-ignore {RULE}: once'; this.p = f()", 1, id="in a string"),
        pytest.param(f"s = `\n// nextfix-ignore {RULE}: once\n`; this.p = f()", 3, id="in a template"),
        pytest.param("// nextfix-ignore\nthis.p = f()", 2, id="no rule"),
        pytest.param(f"// nextfix-ignored {RULE}: once\nthis.p = f()", 2, id="another word"),
    ],
)
def test_a_finding_that_no_comment_speaks_of_stays(source: str, line: int) -> None:
    assert outcome(source, at(line)).kept == (at(line),)


def test_a_comment_that_silences_nothing_is_warned_of_where_it_stands() -> None:
    (complaint,) = outcome(f"x()\n  // nextfix-ignore {RULE}: once\ny()").complaints

    assert (complaint.rule, complaint.severity, complaint.line, complaint.column) == (UNUSED, "warning", 2, 3)
    assert RULE in complaint.message


def test_a_comment_for_a_rule_that_was_not_checked_is_left_alone() -> None:
    assert outcome(f"// nextfix-ignore {OTHER}: once\nx()").complaints == ()


@pytest.mark.parametrize("rules", ["", ": why", " no/such: why"])
def test_a_comment_that_names_no_rule_or_an_unknown_one_is_warned_of(rules: str) -> None:
    (complaint,) = outcome(f"// nextfix-ignore{rules}\nx()").complaints

    assert complaint.rule == UNUSED


def test_a_comment_without_a_reason_works_and_is_warned_of() -> None:
    result = outcome(f"// nextfix-ignore {RULE}\nthis.p = f()", at(2))

    assert result.silenced == (at(2),)
    assert [complaint.rule for complaint in result.complaints] == [NO_REASON]


def test_one_comment_silences_all_findings_of_its_rule_on_the_line_and_no_other_rule_s() -> None:
    result = outcome(f"// nextfix-ignore {RULE}: once\nthis.p = this.q = f()", at(2), at(2), at(2, OTHER))

    assert len(result.silenced) == 2
    assert result.kept == (at(2, OTHER),)


def test_comments_are_read_in_typescript_and_in_jsx() -> None:
    source = f"const a = <b>\n{{/* nextfix-ignore {RULE}: once */}}\n{{this.p = f() as Promise<number>}}</b>"

    assert outcome(source, at(3), dialect=Dialect.TSX).silenced == (at(3),)


def test_source_that_cannot_be_parsed_and_bytes_that_are_no_text_do_no_harm() -> None:
    source = b"// nextfix-ignore " + RULE.encode() + b": \xff\n}}}((( this.p = f()"

    assert [ignore.target for ignore in find_ignores(source)] == [2]


@pytest.mark.parametrize("end", ["\n", " a;\n", " "])
def test_four_times_as_many_ignores_are_about_four_times_the_work(end: str) -> None:
    def work(count: int) -> int:
        source = f"/* nextfix-ignore {RULE}: once */{end}" * count + "\nthis.p = f()"
        return calls(lambda: outcome(source, *(at(line) for line in range(count))))

    assert work(800) < 5 * work(200)


def test_ignores_on_one_line_each_have_their_own_column() -> None:
    source = "é /* nextfix-ignore a: x */ é /* nextfix-ignore b: y */\n\té /* nextfix-ignore c: z */\n"

    assert [(ignore.line, ignore.column) for ignore in find_ignores(source.encode())] == [
        (1, 3),
        (1, 31),
        (2, 4),
    ]
