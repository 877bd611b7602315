import threading
from collections.abc import Generator, Iterator
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.heap.read.ahead import ahead


@given(st.lists(st.integers(), max_size=50))
def test_results_come_in_the_order_of_the_items(items: list[int]) -> None:
    assert list(ahead(lambda item: item * 2, items)) == [item * 2 for item in items]


def test_only_a_few_items_are_taken_before_their_results_are_asked_for() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = ahead(lambda item: item, items())

    assert next(results) == 0
    assert len(taken) < 20


def test_what_the_work_raises_is_raised_where_its_result_is_asked_for() -> None:
    results = ahead(lambda item: 1 // item, [1, 0, 1])

    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_no_thread_is_left_behind_when_the_consumer_stops_early() -> None:
    before = threading.active_count()
    results = ahead(lambda item: item, range(1000))
    next(results)
    cast(Generator[int], results).close()

    assert threading.active_count() == before
