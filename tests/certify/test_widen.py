"""Widening a rule's range changes the literal and not one byte beside it."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patcher.catalogue.load import rules
from patcher.certify.widen import widened, with_versions, write_widened
from patcher.errors import NextfixError
from patcher.rule import Rule

SOURCE = b'''"""A rule of our own.\t"""   # with odd  spacing


from patcher.rule import Rule

OTHER = dict(id="own/second", versions="<=1.0.0")  # no Rule: stays

RULES = (
    Rule(id="own/first",   versions='>=1.0.0 <=1.2.0', # why it begins here

         title="one", why="", package="own", files=("a.js",), rewrites=()),
    # the second
    Rule(
        id="own/second",
        title="two",  # versions="<=9.9.9"
        versions=">=1.0.0 <=1.2.0",


        why="", package="own", files=(), rewrites=(),
    ),
)
'''


def rule(versions: str, identifier: str = "own/first") -> Rule:
    return Rule(identifier, "", "", "own", versions, (), ())


@pytest.mark.parametrize(
    ("versions", "version", "expected"),
    [
        ("<=16.4.6", "16.4.7", "<=16.4.7"),
        (
            ">=1.0.0 <2.0.0 || >=3.0.0 <=16.4.6",
            "16.5.0-canary.38",
            ">=1.0.0 <2.0.0 || >=3.0.0 <=16.5.0-canary.38",
        ),
        ("<= 16.4.6", "17.0.0", "<= 17.0.0"),
        ("<=16.5.0-canary.38", "16.5.0", "<=16.5.0"),
    ],
)
def test_an_upper_bound_moves_up_to_a_newer_release(versions: str, version: str, expected: str) -> None:
    assert widened(rule(versions), version).versions == expected


@pytest.mark.parametrize(
    ("versions", "version"),
    [
        ("<13.4.10", "13.4.10"),
        (">=10.0.8", "9.0.0"),
        ("<=16.4.6", "16.4.6"),
        (">=16.0.0 <=16.4.6", "15.5.30"),
        ("<=2.0.0 || >=3.0.0 <4.0.0", "5.0.0"),
    ],
)
def test_a_range_that_a_person_ended_or_that_reaches_far_enough_stays(versions: str, version: str) -> None:
    old = rule(versions)

    assert widened(old, version) is old


def test_only_the_literal_of_the_named_rule_changes() -> None:
    changed = with_versions(SOURCE, "own/second", ">=1.0.0 <=1.3.0")

    at = SOURCE.index(b'id="own/second",\n        title')
    assert changed == SOURCE[:at] + SOURCE[at:].replace(b">=1.0.0 <=1.2.0", b">=1.0.0 <=1.3.0")


def test_the_quotes_of_the_literal_stay() -> None:
    changed = with_versions(SOURCE, "own/first", "<=7.0.0")

    assert changed == SOURCE.replace(b"'>=1.0.0 <=1.2.0'", b"'<=7.0.0'")


def test_a_module_without_the_rule_has_nothing_to_widen() -> None:
    assert with_versions(SOURCE, "own/third", "<=7.0.0") is None
    assert (
        with_versions(b'V = "<=1.0.0"\nRULE = Rule(id="own/third", versions=V)\n', "own/third", "<=7.0.0")
        is None
    )


_trivia = st.lists(st.sampled_from(["", "# a comment", "#", "#\ttabs \t", "# \u00e9\u4e2d"]), max_size=4).map(
    lambda lines: "".join(line + "\n" for line in lines)
)
_within = st.sampled_from(["", "\n", "\n    ", "  ", "  # why\n   ", "\n\n  # twice\n\n"])


@settings(deadline=None)
@given(_trivia, _within, _within, _within, _trivia, st.sampled_from(["\n", "\r\n"]))
def test_comments_blank_lines_and_line_endings_stay_byte_for_byte(
    above: str, before: str, between: str, after: str, below: str, newline: str
) -> None:
    text = f'{above}RULE = Rule({before}id="own/x",{between}versions="{{}}",{after}title="t"){before and ""}\n{below}'
    source = text.replace("\n", newline)

    changed = with_versions(source.format("<=1.2.3").encode(), "own/x", "<=1.2.4")

    assert changed == source.format("<=1.2.4").encode()


def test_a_module_that_libcst_cannot_give_back_is_refused() -> None:
    with pytest.raises(NextfixError, match="cannot be edited without loss"):
        with_versions(b'RULE = Rule(id="own/x", versions="<=1.2.3")\n\n\x0c\n', "own/x", "<=1.2.4")


@pytest.mark.parametrize("known", rules(), ids=lambda known: known.id)
def test_each_of_our_rules_can_be_widened_and_narrowed_again(known: Rule, tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "rules"
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)

    path = write_widened(rule("<=99.0.0", known.id), tmp_path)

    changed = path.read_bytes()
    original = (folder / path.relative_to(tmp_path)).read_bytes()
    assert changed != original
    write_widened(known, tmp_path)
    assert path.read_bytes() == original


def test_a_rule_that_no_module_has_is_refused_with_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_bytes(SOURCE)

    with pytest.raises(NextfixError, match=r"own/third.*versions='<=2\.0\.0'"):
        write_widened(rule("<=2.0.0", "own/third"), tmp_path)
