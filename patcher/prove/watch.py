"""What is alive in a running server at this moment, asked over its inspector."""

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from patcher.errors import ExitCode, NextfixError
from patcher.prove.counted import Counted
from patcher.prove.heap_counts import by_request

URLS = "function () { return this.map((each) => %s).filter((url) => typeof url === 'string' && url); }"
PROTOTYPE = "function (place) { return this[place]; }"
OBJECTS = "nextfix"
MOST_CLASSES = 32


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
            counted: what to look for.

        Raises:
            NextfixError: DEFECT when the process stops answering.
        """
        prototypes = self.call(
            "Runtime.evaluate", expression=counted.prototypes, includeCommandLineAPI=True, objectGroup=OBJECTS
        )["result"].get("objectId")
        if prototypes is None:
            raise NextfixError(ExitCode.DEFECT, "the server's classes cannot be looked up")
        objects: list[tuple[str, str]] = []
        for place in range(MOST_CLASSES):
            prototype = self._on(prototypes, PROTOTYPE, arguments=[{"value": place}])["result"].get(
                "objectId"
            )
            if prototype is None:
                break
            found = self.call("Runtime.queryObjects", prototypeObjectId=prototype, objectGroup=OBJECTS)
            urls = self._on(found["objects"]["objectId"], URLS % counted.url, returnByValue=True)
            objects += [(str(place), url) for url in urls["result"]["value"]]
        self.call("Runtime.releaseObjectGroup", objectGroup=OBJECTS)
        return Look(self.call("Runtime.getHeapUsage")["usedSize"], by_request(objects))

    def _on(self, thing: str, function: str, **parameters: Any) -> dict[str, Any]:
        return self.call(
            "Runtime.callFunctionOn",
            objectId=thing,
            functionDeclaration=function,
            objectGroup=OBJECTS,
            **parameters,
        )
