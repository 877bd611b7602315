"""The client: requests over keep-alive or one-shot connections, one after another or several at once."""

import contextlib
import http.client
import select
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Self

from patcher.errors import ExitCode, NextfixError
from patcher.prove.asks import PLAIN, Ask, page_of
from patcher.prove.spec import Traffic

ANSWER_SECONDS = 60.0


class Client:
    """Connections to one server on 127.0.0.1; a context manager, since keep-alive connections stay open.

    Args:
        port: where the server listens.
        traffic: how many connections, and whether they are kept.
        asks: how each page is asked for that needs more than a GET.
    """

    def __init__(self, port: int, traffic: Traffic, asks: Mapping[str, Ask] | None = None) -> None:
        self.port = port
        self.traffic = traffic
        self._asks = asks or {}
        self._connections = [self._connection() for _ in range(traffic.connections)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()

    def send(self, urls: list[str]) -> None:
        """Ask for every one of `urls`, shared evenly among the connections, and read the answers.

        Raises:
            NextfixError: DEFECT when an answer is not what its page should give (200 to 399 unless its ask says
                otherwise) or none comes.
        """
        shares = [urls[first :: self.traffic.connections] for first in range(self.traffic.connections)]
        if len(shares) == 1:
            self._sequence(self._connections[0], shares[0])
            return
        with ThreadPoolExecutor(len(shares)) as pool:
            list(pool.map(self._sequence, self._connections, shares))

    def send_at_once(self, urls: list[str]) -> None:
        """Ask for one url over each connection, all of them asked before the first answer is read.

        Raises:
            NextfixError: as `send`.
        """
        pairs = list(zip(self._connections, urls, strict=True))
        for connection, url in pairs:
            with _explained(url):
                connection.connect()
        for connection, url in pairs:
            self._request(connection, url)
        for connection, url in pairs:
            self._answer(connection, url)

    def wait_until_closed(self, seconds: float) -> bool:
        """Wait until the server has closed every idle connection, as it does after its keep-alive timeout.

        Args:
            seconds: how long to wait in all.

        Returns:
            Whether all are closed.
        """
        until = time.monotonic() + seconds
        open_sockets = [connection.sock for connection in self._connections if connection.sock is not None]
        return all(_closed(link, until - time.monotonic()) for link in open_sockets)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)

    def _sequence(self, connection: http.client.HTTPConnection, urls: Iterable[str]) -> None:
        for url in urls:
            if when := self._ask(url).leaves:
                leave_early(self.port, url, answered=when == "answered")
                continue
            if not self.traffic.keep_alive or _was_closed(connection.sock):
                connection.close()
            is_reused = connection.sock is not None
            try:
                self._request(connection, url)
                self._answer(connection, url)
            except NextfixError as error:
                if not is_reused or not isinstance(error.__cause__, ConnectionError):
                    raise
                connection.close()  # the server closed it while the request was on its way
                self._request(connection, url)
                self._answer(connection, url)

    def _request(self, connection: http.client.HTTPConnection, url: str) -> None:
        ask = self._ask(url)
        headers = dict(ask.headers) | ({} if self.traffic.keep_alive else {"Connection": "close"})
        with _explained(url):
            connection.request(ask.method, url, ask.body or None, headers)

    def _answer(self, connection: http.client.HTTPConnection, url: str) -> None:
        with _explained(url):
            answer = connection.getresponse()
            answer.read()
        if answer.status not in self._ask(url).answers:
            raise NextfixError(ExitCode.DEFECT, f"{url} was answered with {answer.status}")

    def _ask(self, url: str) -> Ask:
        return self._asks.get(page_of(url), PLAIN)


def leave_early(port: int, url: str, *, answered: bool = False) -> None:
    """Ask for `url` and go away, as a reader does who closes the page.

    Args:
        port: where the server listens.
        url: what is asked for.
        answered: go away after the first byte of the answer, and not before it.
    """
    request = f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as link:
        link.sendall(request.encode("ascii", "replace"))
        if answered:
            link.recv(1)


def ask_for_nothing(port: int) -> None:
    """Ask for what no server has; whatever is answered is read and not looked at."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    with contextlib.suppress(OSError, http.client.HTTPException):
        link.request("GET", "/nextfix-prove/there-is-no-such-page", headers={"Connection": "close"})
        link.getresponse().read()
    link.close()


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn a failure of the connection into an error that names the url."""
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise NextfixError(ExitCode.DEFECT, f"no answer to {url}: {error or type(error).__name__}") from error


def _was_closed(link: socket.socket | None) -> bool:
    """Whether the server has closed an idle connection: on a slow machine a look at the heap outlasts its timeout."""
    return link is not None and bool(select.select([link], [], [], 0)[0])


def _closed(link: socket.socket, seconds: float) -> bool:
    """Whether the other side closes `link` within `seconds`."""
    link.settimeout(max(seconds, 0.001))
    try:
        return link.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True
