"""Verification: what a rewritten file must satisfy before it may be written."""

from patcher.catalogue.load import rule_named, rules
from patcher.semantic_patch.examine import examine
from patcher.semantic_patch.verify import unsound
from patcher.syntax.tree import parse
from patcher.text.edits import Edit, apply_edits
from tests.synthetic import NEXT_JS, UNCERTIFIED

RULE = rule_named("next/server-promise", rules())
SOURCE = NEXT_JS.encode()


def edits() -> tuple[Edit, ...]:
    return examine(RULE, UNCERTIFIED, SOURCE, parse(SOURCE), "documented").edits


def test_a_proper_rewrite_is_sound() -> None:
    new = apply_edits(SOURCE, edits())

    assert unsound([RULE], UNCERTIFIED, SOURCE, edits(), new, "documented") == ""


def test_a_byte_changed_outside_the_edits_is_found() -> None:
    new = apply_edits(SOURCE, edits()).replace(b"use strict", b"use Strict")

    assert (
        unsound([RULE], UNCERTIFIED, SOURCE, edits(), new, "documented") == "bytes outside the edits changed"
    )


def test_a_result_that_does_not_parse_is_found() -> None:
    broken = tuple(Edit(edit.start, edit.end, b"if (") for edit in edits())
    new = apply_edits(SOURCE, broken)

    assert unsound([RULE], UNCERTIFIED, SOURCE, broken, new, "documented") == "the result does not parse"


def test_a_rewrite_that_leaves_the_site_is_found() -> None:
    assert "a second pass" in unsound([RULE], UNCERTIFIED, SOURCE, (), SOURCE, "documented")
