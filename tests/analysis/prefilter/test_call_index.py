"""The index of calls says of each name what a search of the bytes says."""

from hypothesis import given
from hypothesis import strategies as st

from patcher.analysis.prefilter.call_index import calls
from patcher.analysis.prefilter.tokens import HANDLES, MEMOIZED, PROMISES, REQUESTS, TIMERS

_TOKENS = [
    token
    for group in (HANDLES, MEMOIZED, PROMISES, REQUESTS, TIMERS)
    for token in group.tokens
    if token.endswith(b"(")
]
_PIECES = st.sampled_from([*_TOKENS, b"(", b")", b".", b"x", b"setSetTimeout", b"then", b"\xff", b"once"])


@given(st.lists(_PIECES, max_size=12).map(b"".join), st.sampled_from(_TOKENS))
def test_calls_are_found_where_a_search_finds_them(source: bytes, token: bytes) -> None:
    found, here = [], source.find(token)
    while here >= 0:
        found.append(here)
        here = source.find(token, here + len(token))

    assert calls(source, token) == found
