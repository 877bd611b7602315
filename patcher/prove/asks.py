"""How each page of the experiment is asked for: most by a plain GET, some by a POST, some by a client that leaves."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from patcher.disk.outside import load_json
from patcher.errors import ExitCode, NextfixError

ACTION_PAGE = "/action"
ACTIONS = Path(".next/server/server-reference-manifest.json")
IMAGE = "/_next/image?url=%2Fdot.png&w=64&q=75"
_NUMBER = re.compile(r"[?&]i=\d+$")


@dataclass(frozen=True)
class Ask:
    """How a page is asked for.

    Args:
        method: of HTTP.
        headers: what is sent beside those of every request.
        body: what is sent after them; empty for nothing.
        answers: the statuses that are right.
        leaves: when the client goes away: "asked" before the answer, "answered" after its first byte, never if empty.
    """

    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    answers: range = range(200, 400)
    leaves: str = ""


PLAIN = Ask()
FURTHER: Mapping[str, Ask] = {
    ACTION_PAGE: PLAIN,
    "/guarded": PLAIN,
    IMAGE: PLAIN,
    "/isr": PLAIN,
    "/fresh": PLAIN,
    "/stream": PLAIN,
    "/after": PLAIN,
    "/broken": Ask(answers=range(500, 501)),
    "/failing": Ask(answers=range(500, 501)),
    "/missing": Ask(answers=range(404, 405)),
    "/left?when=asked": Ask(leaves="asked"),
    "/left?when=answered": Ask(leaves="answered"),
}


def numbered(page: str, number: int) -> str:
    """The url of the request `number` to `page`: each has one of its own."""
    return f"{page}{'&' if '?' in page else '?'}i={number}"


def page_of(url: str) -> str:
    """The page that `url`, which `numbered` made, asks for."""
    return _NUMBER.sub("", url)


def asks_of(pages: Iterable[str], app: Path) -> dict[str, Ask]:
    """How those of `pages` are asked for that need more than a GET.

    Args:
        pages: what is asked for.
        app: the built app: a server action is called by the name that the build gave it.

    Raises:
        NextfixError: DEFECT when the build names no server action and one is to be called.
    """
    asks = {page: FURTHER[page] for page in pages if page in FURTHER}
    if ACTION_PAGE in asks:
        asks[ACTION_PAGE] = _call_of(app / ACTIONS)
    return asks


def _call_of(manifest: Path) -> Ask:
    """A call of the app's one server action without arguments, as Next.js's client sends it."""
    content = load_json(manifest)
    actions = content.get("node") if isinstance(content, dict) else None
    if not isinstance(actions, dict) or not actions:
        raise NextfixError(ExitCode.DEFECT, "the build names no server action", path=manifest)
    headers = {"Next-Action": next(iter(actions)), "Accept": "text/x-component",
               "Content-Type": "text/plain;charset=UTF-8"}  # fmt: skip
    return Ask("POST", headers, b"[]")
