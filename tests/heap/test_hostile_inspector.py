"""Whatever answers at --inspect: one error, in a bounded time, memory and room on the disk."""

import base64
import hashlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.errors import NextfixError
from patcher.heap import inspector
from patcher.heap.inspector import take_snapshot

TARGET = json.dumps([{"webSocketDebuggerUrl": "ws://127.0.0.1/abc"}])


def http(body: str | bytes, status: str = "200 OK", extra: str = "") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return f"HTTP/1.0 {status}\r\nContent-Length: {len(data)}\r\n{extra}\r\n".encode() + data


# What is answered to the request for the targets.
LISTS: dict[str, bytes] = {
    "nothing": b"",
    "a banner of ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a banner of smtp": b"220 mail ESMTP\r\n",
    "a banner of redis": b"-ERR unknown command\r\n",
    "a banner of mysql": b"J\x00\x00\x00\n8.0.36\x00",
    "tls": b"\x15\x03\x01\x00\x02\x02\x46",
    "zeros": b"\0" * 4096,
    "no status": b"HTTP/1.1\r\n\r\n",
    "a status that is no number": b"HTTP/1.1 abc OK\r\n\r\n[]",
    "a huge status line": b"HTTP/1.1 200 " + b"a" * 2_000_000,
    "a million headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200_000,
    "not found": http("no", "404 Not Found"),
    "a redirect": http("", "302 Found", "Location: http://127.0.0.1:1/\r\n"),
    "empty": http(""),
    "no json": http("<html>"),
    "an empty list": http("[]"),
    "an object": http("{}"),
    "a number": http("1"),
    "null": http("null"),
    "a list of numbers": http("[1]"),
    "a list of lists": http("[[]]"),
    "no address": http('[{"id": 1}]'),
    "an address that is null": http('[{"webSocketDebuggerUrl": null}]'),
    "an address that is a list": http('[{"webSocketDebuggerUrl": [1]}]'),
    "an address without a path": http('[{"webSocketDebuggerUrl": "ws://x"}]'),
    "an address with a space": http('[{"webSocketDebuggerUrl": "ws://x/a b"}]'),
    "an address with a line break": http('[{"webSocketDebuggerUrl": "ws://x/a\\r\\nX: y"}]'),
    "an address that is not ascii": http('[{"webSocketDebuggerUrl": "ws://x/\\u00e9"}]'),
    "deep json": http("[" * 200_000),
    "a long number": http("1" * 500_000),
    "bytes that are no text": http(b'[{"webSocketDebuggerUrl": "\xff"}]'),
    "a length that is too large": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n[]",
}
# What is sent when the WebSocket is open: frames, each a text, or bytes as they are.
DIALOGUES: dict[str, list[str | bytes]] = {
    "no json": ["hello"],
    "a list": ["[]"],
    "a number": ["1"],
    "null": ["null"],
    "deep json": ["[" * 200_000],
    "a long number": ['{"id": ' + "1" * 10_000 + "}"],
    "an error that is a number": ['{"id": 1, "error": 5}'],
    "an error that is a list": ['{"id": 1, "error": [1]}'],
    "a result that is a list": ['{"id": 1, "result": []}'],
    "a result that is a text": ['{"id": 1, "result": "x"}'],
    "events without an end": ['{"method": "x", "params": {}}'] * 200_000,
    "events with odd parameters": ['{"method": 5, "params": 7}', '{"method": "x", "params": []}'],
    "a frame of two gigabytes": [b"\x81\x7f" + struct.pack(">Q", 2 << 30) + b"a" * 1000],
    "a reserved opcode": [b"\x8b\x00"],
    "a masked frame": [b"\x81\x81\x00\x00\x00\x00a"],
    "text that is not utf-8": [b"\x81\x02\xff\xfe"],
    "half a frame": [b"\x81\x7e\x00"],
    "the end": [b"\x88\x02\x03\xe8"],
}
# What is sent as the snapshot, when all calls before it were answered.
SNAPSHOTS: dict[str, list[str]] = {
    "nothing": [],
    "no snapshot": ["hello"],
    "a chunk that is a number": [json.dumps(5)],
    "a chunk that is null": ["null"],
    "half a snapshot": ['{"snapshot":{"meta":{'],
    "without an end": ['{"snapshot":', *["1" * 1_000_000] * 400],
}


class Hostile:
    """A server that answers the first request with `listing`, and a WebSocket with `speak`."""

    def __init__(self, listing: bytes, speak: Callable[[socket.socket], None] | None = None) -> None:
        self._listing, self._speak = listing, speak
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        try:
            while True:
                link, _ = self._server.accept()
                threading.Thread(target=self._answer, args=(link,), daemon=True).start()
        except OSError:
            return

    def _answer(self, link: socket.socket) -> None:
        with link:
            try:
                request = link.recv(65_536)
                if b"Sec-WebSocket-Key: " in request and self._speak:
                    key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
                    link.sendall(upgrade(key))
                    self._speak(link)
                    time.sleep(0.2)
                else:
                    link.sendall(self._listing)
            except OSError:
                return


def upgrade(key: bytes) -> bytes:
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"


def frame(text: str | bytes) -> bytes:
    if isinstance(text, bytes):
        return text
    data = text.encode()
    size = bytes([len(data)]) if len(data) < 126 else b"\x7f" + struct.pack(">Q", len(data))
    return b"\x81" + size + data


def refused(server: Hostile, folder: Path) -> NextfixError:
    try:
        with pytest.raises(NextfixError) as caught:
            take_snapshot("127.0.0.1", server.port, folder / "a.heapsnapshot")
        return caught.value
    finally:
        server.close()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits, so small that a test reaches them."""
    monkeypatch.setattr(inspector, "_SECONDS_TO_CONNECT", 1)
    monkeypatch.setattr(inspector, "_SECONDS_SILENT", 1)
    monkeypatch.setattr(inspector, "_LARGEST_SNAPSHOT", 50 << 20)
    defaults = inspector.Session.call.__defaults__
    assert defaults is not None
    monkeypatch.setattr(inspector.Session.call, "__defaults__", (*defaults[:-1], 2))
    monkeypatch.setattr(inspector, "_SECONDS_FOR_A_SNAPSHOT", 10)


@pytest.mark.parametrize("name", LISTS)
def test_what_is_no_list_of_targets_is_refused(name: str, tmp_path: Path) -> None:
    assert refused(Hostile(LISTS[name]), tmp_path).reason


@pytest.mark.parametrize("name", DIALOGUES)
def test_what_is_no_dialogue_is_refused(name: str, tmp_path: Path) -> None:
    frames = b"".join(frame(text) for text in DIALOGUES[name])

    assert refused(Hostile(http(TARGET), lambda link: link.sendall(frames)), tmp_path).reason


@pytest.mark.parametrize("name", [name for name in SNAPSHOTS if name not in ("nothing", "half a snapshot")])
def test_what_is_no_snapshot_is_refused(name: str, tmp_path: Path) -> None:
    assert refused(Hostile(http(TARGET), speaking(SNAPSHOTS[name])), tmp_path).reason
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 50 << 20


@pytest.mark.parametrize("name", ["nothing", "half a snapshot"])
def test_a_snapshot_that_ends_early_is_written_as_far_as_it_came(name: str, tmp_path: Path) -> None:
    server = Hostile(http(TARGET), speaking(SNAPSHOTS[name]))
    try:
        take_snapshot("127.0.0.1", server.port, tmp_path / "a.heapsnapshot")
    finally:
        server.close()

    assert (tmp_path / "a.heapsnapshot").stat().st_size == len("".join(SNAPSHOTS[name]))


def speaking(chunks: list[str]) -> Callable[[socket.socket], None]:
    """Answers every call, the one for a snapshot with `chunks`."""

    def speak(link: socket.socket) -> None:
        for number in range(1, 9):
            link.recv(65_536)
            if number == 8:
                for chunk in chunks:
                    value = chunk if chunk in ("null", "5") else json.dumps(chunk)
                    told = '"params": {"chunk": ' + value + "}"
                    link.sendall(frame('{"method": "HeapProfiler.addHeapSnapshotChunk", ' + told + "}"))
            link.sendall(frame(json.dumps({"id": number, "result": {}})))

    return speak


@pytest.mark.parametrize("what", ["its list", "its head"])
def test_an_answer_that_trickles_ends_in_time(what: str, tmp_path: Path) -> None:
    text = http(TARGET) if what == "its list" else b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500

    class Slow(Hostile):
        def _answer(self, link: socket.socket) -> None:
            with link:
                try:
                    for at in range(len(text)):
                        link.sendall(text[at : at + 1])
                        time.sleep(0.1)
                except OSError:
                    return

    began = time.monotonic()
    refused(Slow(b""), tmp_path)

    assert time.monotonic() - began < 20
