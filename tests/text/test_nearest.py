"""Whoever misspells a name is shown the names that were meant."""

import pytest

from patcher.text.nearest import did_you_mean

NAMES = (
    "next/loadable",
    "next/server-promise",
    "react-loadable/load",
    "kept-timer",
    *(f"big/rule-{n}" for n in range(6)),
)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("next", "did you mean next/loadable or next/server-promise?"),
        ("next/", "did you mean next/loadable or next/server-promise?"),
        ("loadable", "did you mean next/loadable?"),
        ("Next/Loadable", "did you mean next/loadable or react-loadable/load?"),
        ("next/server-promis", "did you mean next/server-promise?"),
        ("kept", "did you mean kept-timer?"),
        ("big", "did you mean big/rule-0, big/rule-1, big/rule-2 or one of 3 others? see the list"),
        ("zzz", "see the list"),
        ("", "see the list"),
        ("/", "see the list"),
    ],
)
def test_a_part_of_a_name_or_a_near_one_finds_it(word: str, hint: str) -> None:
    assert did_you_mean(word, NAMES, "see the list") == hint
