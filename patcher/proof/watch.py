"""What is alive in a running server at this moment, asked over its inspector."""

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Self

from patcher.errors import ExitCode, NextfixError

ANSWER_SECONDS = 60.0
PROTOTYPE = "require('http').IncomingMessage.prototype"
URLS = "function () { return this.map((each) => each.url).filter((url) => typeof url === 'string' && url); }"


@dataclass(frozen=True)
class Look:
    """One look at a heap: its used size in bytes and the urls of the requests alive in it."""

    heap_bytes: int
    urls: list[str]


class Watcher:
    """A connection to the inspector of one Node.js process; a context manager.

    Args:
        address: the inspector's WebSocket address.

    Raises:
        NextfixError: DEFECT when nobody answers there, or answers with an error.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._number = 0
        self._stack = ExitStack()
        self._socket: Any = None
        self._prototype = ""

    def __enter__(self) -> Self:
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        try:
            link = connect(self.address, max_size=None, compression=None, proxy=None)
            self._socket = self._stack.enter_context(link)
        except (OSError, WebSocketException) as error:
            raise NextfixError(ExitCode.DEFECT, f"no inspector: {error}", path=self.address) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the inspector protocol and return its result.

        Raises:
            NextfixError: DEFECT when the connection is lost or the method fails.
        """
        from websockets.exceptions import WebSocketException

        self._number += 1
        try:
            self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
            while True:
                answer: dict[str, Any] = json.loads(self._socket.recv(timeout=ANSWER_SECONDS))
                if answer.get("id") == self._number:
                    break
        except (OSError, WebSocketException) as error:
            raise NextfixError(ExitCode.DEFECT, f"the inspector of the server is gone: {error}") from error
        if "error" in answer:
            raise NextfixError(ExitCode.DEFECT, f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def look(self) -> Look:
        """Collect garbage, then see which requests are alive and how large the heap is."""
        if not self._prototype:
            found = self.call("Runtime.evaluate", expression=PROTOTYPE, includeCommandLineAPI=True)
            self._prototype = found["result"]["objectId"]
        group = "nextfix"
        objects = self.call("Runtime.queryObjects", prototypeObjectId=self._prototype, objectGroup=group)
        urls = self.call(
            "Runtime.callFunctionOn",
            objectId=objects["objects"]["objectId"],
            functionDeclaration=URLS,
            returnByValue=True,
        )
        self.call("Runtime.releaseObjectGroup", objectGroup=group)
        return Look(self.call("Runtime.getHeapUsage")["usedSize"], urls["result"]["value"])
