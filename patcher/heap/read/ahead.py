"""Work on other threads, a little ahead of the consumer and in order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

# More would wait for the one thread that reads the file and keeps the results.
_MOST_WORKERS = 4

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`work` of each of `items`, in their order; it should leave Python's lock alone most of the time.

    Only a few items are taken before their results are asked for, so memory stays bounded. What `work` or
    `items` raises is raised here.
    """
    workers = min(_MOST_WORKERS, os.cpu_count() or 1)
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="heap") as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
