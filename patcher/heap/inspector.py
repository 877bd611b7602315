"""Takes a heap snapshot of a running Node over its inspector (`node --inspect=HOST:PORT`)."""

import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from patcher.errors import ExitCode, NextfixError
from patcher.text.display import one_line

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

Progress = Callable[[int, int], None]
"""Is called with how many of how many steps are done; the steps are V8's own, while it walks the heap."""

_COLLECTIONS = 6
_SECONDS_TO_CONNECT = 10
# Whatever answers, and however slowly: a heap of gigabytes is walked in minutes.
_SECONDS_FOR_A_CALL = 600
_SECONDS_FOR_A_SNAPSHOT = 1800
_SECONDS_SILENT = 300
_LARGEST_LIST = 1 << 20
_LARGEST_MESSAGE = 256 << 20
_LARGEST_SNAPSHOT = 16 << 30
_LEFT_ON_DISK = 1 << 30
_BEGINNING = b'{"snapshot":'


def take_snapshot(host: str, port: int, to: Path, progress: Progress | None = None) -> None:
    """Force collections in the Node that listens there, take its heap snapshot, and write it to `to`.

    Args:
        host: where the inspector listens, a name or an address.
        port: its port.
        to: the file; it is written as the snapshot arrives, so give it a folder of its own.
        progress: called as the heap is walked.

    Raises:
        NextfixError: NOTHING when nobody listens there, FILES when `to` cannot be written, DEFECT when what
            listens is not an inspector or stops before the snapshot is whole.
    """
    with connected(host, port) as session:
        _take(session, to, progress)


@contextmanager
def connected(host: str, port: int) -> Iterator["Session"]:
    """A dialogue with the Node that listens there, closed on leaving.

    Raises:
        NextfixError: NOTHING when nobody listens there, DEFECT when what listens is not an inspector or stops
            answering.
    """
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    address = _debugger(host, port)
    try:
        # Node's inspector ends a connection on which it gets a ping.
        dialogue = connect(
            address,
            max_size=_LARGEST_MESSAGE,
            max_queue=4,
            open_timeout=_SECONDS_TO_CONNECT,
            close_timeout=1,
            ping_interval=None,
            compression=None,
            proxy=None,
        )
    except (WebSocketException, OSError, ValueError, EOFError) as error:
        raise _broken(host, port, f"it does not speak the inspector's protocol: {error}") from error
    with dialogue as link:
        yield Session(link, f"{host}:{port}")


class Session:
    """A dialogue in the DevTools protocol: numbered calls, and events between the answers."""

    def __init__(self, link: "ClientConnection", place: str) -> None:
        self._link = link
        self._place = place
        self._number = 0

    def call(
        self,
        method: str,
        on_event: Callable[[str, dict[str, Any]], None] | None = None,
        within: float = _SECONDS_FOR_A_CALL,
        **parameters: Any,
    ) -> dict[str, Any]:
        """Call `method` and return its result; events that come first go to `on_event`.

        Args:
            method: a method of the DevTools protocol.
            on_event: called with the name and the parameters of each event.
            within: seconds after which the call fails, whatever comes meanwhile.
            parameters: of the method.

        Raises:
            NextfixError: DEFECT when the method is refused, or what answers is not an inspector or too slow.
        """
        self._number += 1
        until = time.monotonic() + within
        self._send({"id": self._number, "method": method, "params": parameters})
        while True:
            message = self._receive(until, method)
            if message.get("id") == self._number:
                if "error" in message:
                    raise self._broken(f"the inspector refused {method}: {_reason(message['error'])}")
                result = message.get("result", {})
                if not isinstance(result, dict):
                    raise self._broken(f"its answer to {method} is not an object")
                return result
            event, params = message.get("method"), message.get("params", {})
            if on_event is not None and isinstance(event, str) and isinstance(params, dict):
                on_event(event, params)

    def _send(self, message: dict[str, Any]) -> None:
        from websockets.exceptions import WebSocketException

        try:
            self._link.send(json.dumps(message))
        except (WebSocketException, OSError, EOFError) as error:
            raise self._broken(f"the inspector stopped answering: {error}") from error

    def _receive(self, until: float, method: str) -> dict[str, Any]:
        from websockets.exceptions import WebSocketException

        left = until - time.monotonic()
        if left <= 0:
            raise self._broken(f"{method} does not end")
        try:
            message = json.loads(self._link.recv(timeout=min(left, _SECONDS_SILENT)))
        except (ValueError, RecursionError) as error:
            raise self._broken("what it sends is not JSON") from error
        except (WebSocketException, OSError, EOFError) as error:
            raise self._broken(f"the inspector stopped answering: {error or type(error).__name__}") from error
        if not isinstance(message, dict):
            raise self._broken("what it sends is not a message of the inspector's")
        return message

    def _broken(self, reason: str) -> NextfixError:
        host, _, port = self._place.rpartition(":")
        return _broken(host, int(port), reason)


def _take(session: Session, to: Path, progress: Progress | None) -> None:
    session.call("HeapProfiler.enable")
    for _ in range(_COLLECTIONS):
        # A promise's reactions and finalizers run between collections, and release more.
        session.call("HeapProfiler.collectGarbage")
        time.sleep(0.05)
    try:
        with open(to, "wb") as out:
            room = min(_LARGEST_SNAPSHOT, shutil.disk_usage(to.parent).free - _LEFT_ON_DISK)
            receive = _receiver(out, room, progress)
            session.call(
                "HeapProfiler.takeHeapSnapshot", receive, _SECONDS_FOR_A_SNAPSHOT, reportProgress=True
            )
    except OSError as error:
        raise NextfixError(
            ExitCode.FILES, f"cannot be written: {error.strerror or error}", path=to, hint="free some space"
        ) from error


def _receiver(out: BinaryIO, room: int, progress: Progress | None) -> Callable[[str, dict[str, Any]], None]:
    """Writes the chunks of a snapshot to `out`: not more than `room` bytes, and nothing else."""

    def receive(method: str, parameters: dict[str, Any]) -> None:
        if method == "HeapProfiler.addHeapSnapshotChunk":
            chunk = parameters.get("chunk")
            text = chunk.encode("utf-8", "surrogatepass") if isinstance(chunk, str) else b""
            if not out.tell() and not text.startswith(_BEGINNING[: max(1, len(text))]):
                raise NextfixError(ExitCode.DEFECT, "what it sends is not a heap snapshot", path=out.name)
            if out.tell() + len(text) > room:
                raise NextfixError(
                    ExitCode.FILES,
                    f"the snapshot takes more than {max(room, 0) >> 20:,} MB",
                    path=out.name,
                    hint="free some space, or set TMPDIR to a larger disk",
                )
            out.write(text)
        elif method == "HeapProfiler.reportHeapSnapshotProgress" and progress is not None:
            done, total = parameters.get("done"), parameters.get("total")
            if isinstance(done, int) and isinstance(total, int):
                progress(done, total)

    return receive


def _reason(error: Any) -> str:
    """The message of an error, on one line and not longer than a screen takes."""
    text = error.get("message", "") if isinstance(error, dict) else error
    return one_line(str(text)[:200])


def _debugger(host: str, port: int) -> str:
    """The address of the first target's debugger."""
    place = f"[{host}]" if ":" in host else host
    try:
        answer = _asked(host, port, place)
    except OSError as error:
        raise NextfixError(
            ExitCode.NOTHING,
            f"nothing answers: {error.strerror or error or 'no answer in time'}",
            path=f"{host}:{port}",
            hint="start the server with node --inspect=HOST:PORT, or send it SIGUSR1",
        ) from error
    head, _, body = answer.partition(b"\r\n\r\n")
    try:
        if not head.startswith(b"HTTP/1.") or head.split(None, 2)[1] != b"200":
            raise ValueError
        targets = json.loads(body)
        path = str(targets[0]["webSocketDebuggerUrl"]).split("/", 3)[3]
        if not path.isascii() or not path.isprintable() or set(path) & set(" #?@"):
            raise ValueError
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _broken(host, port, "what listens there is not Node's inspector") from error
    # The id is the target's; the place is the one that was asked for, whatever the answer says of itself.
    return f"ws://{place}:{port}/{path}"


def _asked(host: str, port: int, place: str) -> bytes:
    """The answer to a request for the targets, a limited part of it, after a limited time.

    Raises:
        OSError: when nobody listens there, or nothing comes in time.
    """
    until = time.monotonic() + _SECONDS_TO_CONNECT
    answer = b""
    with socket.create_connection((host, port), timeout=_SECONDS_TO_CONNECT) as link:
        request = f"GET /json/list HTTP/1.1\r\nHost: {place}:{port}\r\nConnection: close\r\n\r\n"
        link.sendall(request.encode())
        while len(answer) < _LARGEST_LIST and not _is_whole(answer):
            left = until - time.monotonic()
            if left <= 0:
                break
            link.settimeout(left)
            try:
                part = link.recv(1 << 16)
            except TimeoutError:
                break
            if not part:
                break
            answer += part
    if not answer:
        raise TimeoutError("no answer")
    return answer


def _is_whole(answer: bytes) -> bool:
    """Whether an answer has come to the end that its head announces."""
    head, end, body = answer.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n") if end else ():
        name, _, value = line.partition(b":")
        if name == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value)
    return False


def _broken(host: str, port: int, reason: str) -> NextfixError:
    return NextfixError(ExitCode.DEFECT, reason, path=f"{host}:{port}", hint="is it node --inspect?")
