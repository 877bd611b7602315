"""Takes a heap snapshot of a running Node over its inspector (`node --inspect=HOST:PORT`)."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from patcher.errors import ExitCode, NextfixError

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done; the steps are V8's own, while it walks the heap."""

_COLLECTIONS = 6
_SECONDS_TO_CONNECT = 10
_SECONDS_SILENT = 600
_LARGEST_LIST = 1 << 20


def take_snapshot(host: str, port: int, to: Path, progress: Progress | None = None) -> None:
    """Force collections in the Node that listens there, take its heap snapshot, and write it to `to`.

    Args:
        host: where the inspector listens, a name or an address.
        port: its port.
        to: the file; it is written as the snapshot arrives, so give it a folder of its own.
        progress: called as the heap is walked.

    Raises:
        NextfixError: NOTHING when nobody listens there, FILES when `to` cannot be written, DEFECT when what
            listens is no inspector or stops before the snapshot is whole.
    """
    with connected(host, port) as session:
        _take(session, to, progress)


@contextmanager
def connected(host: str, port: int) -> Iterator["Session"]:
    """A dialogue with the Node that listens there, closed on leaving.

    Raises:
        NextfixError: NOTHING when nobody listens there, DEFECT when what listens is no inspector or stops
            answering.
    """
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    address = _debugger(host, port)
    try:
        # Node's inspector ends a connection on which it gets a ping.
        with connect(
            address,
            max_size=None,
            open_timeout=_SECONDS_TO_CONNECT,
            ping_interval=None,
            compression=None,
            proxy=None,
        ) as socket:
            yield Session(socket)
    except (WebSocketException, TimeoutError, ConnectionError) as error:
        raise _broken(host, port, f"the inspector stopped answering: {error}") from error


class Session:
    """A dialogue in the DevTools protocol: numbered calls, and events between the answers."""

    def __init__(self, socket: "ClientConnection") -> None:
        self._socket = socket
        self._number = 0

    def call(
        self, method: str, on_event: Callable[[str, dict[str, Any]], None] | None = None, **parameters: Any
    ) -> dict[str, Any]:
        """Call `method` and return its result; events that come first go to `on_event`."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=_SECONDS_SILENT))
            if message.get("id") == self._number:
                if "error" in message:
                    reason = f"the inspector refused {method}: {message['error'].get('message', '')}"
                    raise NextfixError(ExitCode.DEFECT, reason)
                return dict(message.get("result", {}))
            if on_event is not None and "method" in message:
                on_event(message["method"], message.get("params", {}))


def _take(session: Session, to: Path, progress: Progress | None) -> None:
    session.call("HeapProfiler.enable")
    for _ in range(_COLLECTIONS):
        # A promise's reactions and finalizers run between collections, and release more.
        session.call("HeapProfiler.collectGarbage")
        time.sleep(0.05)
    try:
        with open(to, "wb") as out:
            session.call("HeapProfiler.takeHeapSnapshot", _receiver(out, progress), reportProgress=True)
    except OSError as error:
        raise NextfixError(
            ExitCode.FILES, f"cannot be written: {error.strerror or error}", path=to, hint="free some space"
        ) from error


def _receiver(out: BinaryIO, progress: Progress | None) -> Callable[[str, dict[str, Any]], None]:
    def receive(method: str, parameters: dict[str, Any]) -> None:
        if method == "HeapProfiler.addHeapSnapshotChunk":
            out.write(str(parameters["chunk"]).encode("utf-8", "surrogatepass"))
        elif method == "HeapProfiler.reportHeapSnapshotProgress" and progress is not None:
            progress(int(parameters.get("done", 0)), int(parameters.get("total", 0)))

    return receive


def _debugger(host: str, port: int) -> str:
    """The address of the first target's debugger."""
    place = f"[{host}]" if ":" in host else host
    # Never through a proxy: it is a server of one's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{place}:{port}/json/list", timeout=_SECONDS_TO_CONNECT) as answer:
            targets = json.loads(answer.read(_LARGEST_LIST))
        path = str(targets[0]["webSocketDebuggerUrl"]).split("/", 3)[3]
    except (urllib.error.HTTPError, ValueError, LookupError, TypeError) as error:
        raise _broken(host, port, "what listens there is not Node's inspector") from error
    except OSError as error:
        raise NextfixError(
            ExitCode.NOTHING,
            f"nothing answers: {getattr(error, 'reason', error)}",
            path=f"{host}:{port}",
            hint="start the server with node --inspect=HOST:PORT, or send it SIGUSR1",
        ) from error
    # The id is the target's; the place is the one that was asked for, whatever the answer says of itself.
    return f"ws://{place}:{port}/{path}"


def _broken(host: str, port: int, reason: str) -> NextfixError:
    return NextfixError(ExitCode.DEFECT, reason, path=f"{host}:{port}", hint="is it node --inspect?")
