"""The pieces of text by which files and places are chosen: each finds its example alone."""

import pytest

from patcher.analysis.detect.memoizers import memo_places
from patcher.analysis.prefilter.tokens import HANDLES, MEMOIZED, PROMISES, REQUESTS, TIMERS
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
