"""What is alive in a running server at this moment, asked over its inspector."""

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from patcher.errors import ExitCode, NextfixError
from patcher.prove.counted import Counted

URLS = "function () { return this.map((each) => %s).filter((url) => typeof url === 'string' && url); }"
OBJECTS = "nextfix"


@dataclass(frozen=True)
class Look:
    """One look at a heap: its used size in bytes and the urls of the counted objects alive in it."""

    heap_bytes: int
    urls: list[str]


class Watcher:
    """A connection to the inspector of one Node.js process; a context manager.

    Args:
        address: the inspector's WebSocket address.

    Raises:
        NextfixError: NOTHING when nobody answers there, DEFECT when it stops answering.
    """

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        self._host, self._port = place.hostname or "", place.port or 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        from patcher.heap.inspector import connected

        session = self._stack.enter_context(connected(self._host, self._port))
        self._call = session.call
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the inspector protocol and return its result.

        Raises:
            NextfixError: DEFECT when the method fails.
        """
        return self._call(method, None, **parameters)

    def look(self, counted: Counted) -> Look:
        """Collect garbage, then see which objects are alive and how large the heap is.

        Args:
            counted: what to look for; its class must be loaded.

        Raises:
            NextfixError: DEFECT when it is not, or the process stops answering.
        """
        prototype = self.call(
            "Runtime.evaluate",
            expression=counted.prototype,
            includeCommandLineAPI=True,
            objectGroup=OBJECTS,
        )["result"].get("objectId")
        if prototype is None:
            raise NextfixError(ExitCode.DEFECT, f"the server has no {counted.prototype}")
        objects = self.call("Runtime.queryObjects", prototypeObjectId=prototype, objectGroup=OBJECTS)
        urls = self.call(
            "Runtime.callFunctionOn",
            objectId=objects["objects"]["objectId"],
            functionDeclaration=URLS % counted.url,
            returnByValue=True,
        )
        self.call("Runtime.releaseObjectGroup", objectGroup=OBJECTS)
        return Look(self.call("Runtime.getHeapUsage")["usedSize"], urls["result"]["value"])
