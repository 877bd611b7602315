"""Scopes."""

from typing import Any

import pytest

from patcher.check.scope import Scope, parse_scopes
from patcher.errors import ExitCode, NextfixError


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["rules"], {Scope.RULES}),
        (["rules", "deps"], {Scope.RULES, Scope.DEPS}),
        (["rules,source"], {Scope.RULES, Scope.SOURCE}),
        (["all"], set(Scope)),
        (["source", "all"], set(Scope)),
    ],
)
def test_scopes_are_a_set_of_words(words: list[str], expected: Any) -> None:
    assert parse_scopes(words) == expected


def test_a_word_that_is_no_scope_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        NextfixError, match="'sources' is not a scope; write one of rules, source, deps, all"
    ) as caught:
        parse_scopes(["sources"])

    assert caught.value.code is ExitCode.USAGE
