"""The client, against a server of Python's own."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from patcher.errors import NextfixError
from patcher.prove import traffic as traffic_module
from patcher.prove.asks import Ask
from patcher.prove.spec import Traffic
from patcher.prove.traffic import Client


class Handler(BaseHTTPRequestHandler):
    """Answers every GET with its path, and remembers who asked for what."""

    protocol_version = "HTTP/1.1"
    timeout = 0.4  # its keep-alive timeout, in seconds
    seen: list[tuple[int, str]]

    def do_GET(self) -> None:
        self.seen.append((self.client_address[1], self.path))
        body = self.path.encode()
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Handler.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("traffic", "connections"),
    [(Traffic(True, 1), 1), (Traffic(False, 1), 9), (Traffic(True, 3), 3), (Traffic(False, 3), 9)],
)
def test_every_url_is_asked_for_once_over_the_connections_that_the_traffic_says(
    server: ThreadingHTTPServer, traffic: Traffic, connections: int
) -> None:
    urls = [f"/page?i={number}" for number in range(9)]

    with Client(server.server_port, traffic) as client:
        client.send(urls)

    assert sorted(path for _, path in Handler.seen) == urls
    assert len({port for port, _ in Handler.seen}) == connections


def test_one_connection_keeps_the_order(server: ThreadingHTTPServer) -> None:
    urls = [f"/{number}" for number in range(5)]

    with Client(server.server_port, Traffic(True, 1)) as client:
        client.send(urls[:2])
        client.send(urls[2:])

    assert [path for _, path in Handler.seen] == urls


def test_all_are_asked_before_the_first_answer_is_read(server: ThreadingHTTPServer) -> None:
    together = threading.Barrier(5)

    def answer(request: Handler) -> None:
        together.wait(timeout=10)  # breaks when the others are not asked meanwhile
        Handler.do_GET(request)

    server.RequestHandlerClass = type("Together", (Handler,), {"do_GET": answer})
    urls = [f"/{number}" for number in range(5)]

    with Client(server.server_port, Traffic(False, 5)) as client:
        client.send_at_once(urls)

    assert sorted(path for _, path in Handler.seen) == urls


def test_it_notices_when_the_server_closes_idle_connections(server: ThreadingHTTPServer) -> None:
    with Client(server.server_port, Traffic(True, 2)) as client:
        client.send(["/a", "/b"])

        assert not client.wait_until_closed(0.05)
        began = time.monotonic()
        assert client.wait_until_closed(5)
        assert time.monotonic() - began < 4


def test_an_answer_that_is_no_success_is_an_error(server: ThreadingHTTPServer) -> None:
    with Client(server.server_port, Traffic(True, 1)) as client, pytest.raises(NextfixError, match="500"):
        client.send(["/broken"])


def test_a_page_is_asked_for_as_its_ask_says_and_may_be_answered_with_an_error(
    server: ThreadingHTTPServer,
) -> None:
    got: list[tuple[str, str | None, bytes]] = []

    def answer(request: Handler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        got.append((request.path, request.headers["Next-Action"], body))
        Handler.do_GET(request)

    server.RequestHandlerClass = type("Posted", (Handler,), {"do_POST": answer})
    asks = {"/action": Ask("POST", {"Next-Action": "7f"}, b"[]"), "/broken": Ask(answers=range(500, 501))}

    with Client(server.server_port, Traffic(True, 1), asks) as client:
        client.send(["/broken", "/action?i=1", "/demo?i=0"])

    assert got == [("/action?i=1", "7f", b"[]")]
    assert [path for _, path in Handler.seen] == ["/broken", "/action?i=1", "/demo?i=0"]


@pytest.mark.parametrize("when", ["asked", "answered"])
def test_a_client_that_leaves_does_so_on_a_connection_of_its_own(
    server: ThreadingHTTPServer, when: str
) -> None:
    with Client(server.server_port, Traffic(True, 1), {"/left": Ask(leaves=when)}) as client:
        client.send(["/a", "/left?i=0", "/b"])

    until = time.monotonic() + 5
    while len(Handler.seen) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    ports = {path: port for port, path in Handler.seen}
    assert ports["/a"] == ports["/b"] != ports["/left?i=0"]


def test_no_answer_is_an_error() -> None:
    with Client(1, Traffic(True, 1)) as client, pytest.raises(NextfixError, match="no answer to /"):
        client.send(["/"])
    with Client(1, Traffic(True, 1)) as client, pytest.raises(NextfixError, match="no answer to /"):
        client.send_at_once(["/"])


def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew(server: ThreadingHTTPServer) -> None:
    with Client(server.server_port, Traffic(True, 1)) as client:
        client.send(["/a"])
        time.sleep(2 * Handler.timeout)
        client.send(["/b", "/c"])

    assert [path for _, path in Handler.seen] == ["/a", "/b", "/c"]
    assert len({port for port, _ in Handler.seen}) == 2


def test_a_request_that_met_a_closing_connection_on_its_way_is_sent_again(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic_module, "_was_closed", lambda _: False)  # it was still open a moment ago

    with Client(server.server_port, Traffic(True, 1)) as client:
        client.send(["/a"])
        time.sleep(2 * Handler.timeout)
        client.send(["/b"])

    assert [path for _, path in Handler.seen] == ["/a", "/b"]
