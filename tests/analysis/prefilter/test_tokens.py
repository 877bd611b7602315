"""The pieces of text by which files and places are chosen: each finds its example alone."""

from collections.abc import Callable, Iterable

import pytest

from patcher.analysis.detect.handles import handle_places
from patcher.analysis.detect.kept_contexts import context_places
from patcher.analysis.detect.memoizers import memo_places
from patcher.analysis.detect.waits import wait_places
from patcher.analysis.meaning import Tokens
from patcher.analysis.prefilter.tokens import (
    ABORTS,
    HANDLES,
    MEMOIZED,
    OPENERS,
    PROMISES,
    REACTIONS,
    REQUESTS,
    RESOURCES,
    TIMERS,
)
from patcher.analysis.prefilter.worth import worth_reading


@pytest.mark.parametrize(
    ("token", "example"),
    [item for tokens in (PROMISES, TIMERS, HANDLES, REQUESTS) for item in tokens.examples.items()],
)
def test_a_file_is_worth_reading_for_each_of_them(token: bytes, example: str) -> None:
    source = example.encode()

    assert worth_reading(source)
    assert not worth_reading(source.replace(token, b"x" * len(token)))


@pytest.mark.parametrize(("token", "example"), MEMOIZED.examples.items())
def test_a_memoizer_is_found_by_each_of_them(token: bytes, example: str) -> None:
    source = example.encode()

    assert memo_places(source) == [source.index(b"(")]
    assert memo_places(source.replace(token, b"x" * len(token))) == []


@pytest.mark.parametrize(
    ("tokens", "places"),
    [(RESOURCES, context_places), (REACTIONS, wait_places), (ABORTS, wait_places), (OPENERS, handle_places)],
)
def test_a_place_is_found_by_each_of_them(tokens: Tokens, places: Callable[[bytes], Iterable[int]]) -> None:
    for token, example in tokens.examples.items():
        source = example.encode()

        assert list(places(source)) == [source.rindex(b"(", 0, source.rindex(token) + len(token))]
        assert list(places(source.replace(token, b"x" * len(token)))) == []
