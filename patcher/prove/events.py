"""How far an experiment is; whoever shows it subscribes."""

import threading
from collections.abc import Callable

Listener = Callable[[str, int, int], None]


class Progress:
    """Counts steps; safe to call from several threads.

    Args:
        listener: called with what is being done, the steps done and the steps in all.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self.done = 0
        self.total = 0

    def expect(self, steps: int) -> None:
        """There will be `steps` more."""
        with self._lock:
            self.total += steps

    def begin(self, what: str) -> None:
        """The step `what` begins; the one before it on this thread has ended."""
        with self._lock:
            self._listener(what, self.done, self.total)
            self.done += 1
