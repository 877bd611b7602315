"""A slot in words, and the climb that puts it together."""

import re
from dataclasses import dataclass

from patcher.heap.graph.alike import PAIR
from patcher.heap.read.snapshot import Snapshot

_LONGEST_PATH = 5
_SYMBOL = re.compile(r"<symbol (.*)>")
_IDENTIFIER = re.compile(r"#?[\w$\u0080-\uffff]+|\[.*\]|…")


@dataclass(frozen=True, slots=True)
class BlamedSlot:
    """A slot in words. `owner` and `path` make the label; `rule` is the rule that rewrites it, if any.

    `handle` is the slot that also holds what `owner` speaks of: the variable with the handle of a live timer.
    """

    owner: str
    path: str
    kind: str
    rule: str | None
    handle: str = ""

    @property
    def label(self) -> str:
        """`NextServer.reqHandlerPromise`, or for a variable `tail in (app/server.js)`."""
        if self.handle:
            return f"{self.owner}, its handle in {self.handle}"
        if self.path and self.owner.startswith("("):
            return f"{self.path} in {self.owner}"
        return f"{self.owner}{'' if self.path.startswith('[') or not self.path else '.'}{self.path}"


OPEN_CONNECTION = BlamedSlot("(an open connection)", "", "Socket", None)
"""What holds a request whose response is not finished, or that was the last one of a socket still open."""


class Climb:
    """What a climb has passed: the names of the edges, from the owner down, and the best owner so far."""

    def __init__(self) -> None:
        self._segments: list[str] = []
        self._length = 0
        self.owner = ""
        self.node = 0
        self.is_lost = False

    def add(self, segment: str) -> None:
        """Note the name of an edge, '' for one that says nothing; a run of the same name counts once."""
        if segment and self._segments[:1] != [segment]:
            self._segments.insert(0, segment)

    def forget(self) -> None:
        """Forget the names so far: what follows has none for them."""
        self._segments.clear()

    def stop_at(self, owner: str, node: int) -> None:
        """Note `node` as the owner, unless the climb goes on to a better one."""
        self.owner, self.node, self._length = owner, node, len(self._segments)

    def path(self) -> str:
        """The property path from the owner down to the kept thing."""
        return joined(self._segments[len(self._segments) - self._length :])


def joined(segments: list[str]) -> str:
    """Segments as a path: `sockets['127.0.0.1:80:'][*]`; of a long one the end."""
    if len(segments) > _LONGEST_PATH:
        segments = ["…", *segments[-_LONGEST_PATH:]]
    text = ""
    for segment in segments:
        if not _IDENTIFIER.fullmatch(segment):
            text += f"['{segment}']"
        else:
            text += segment if segment.startswith("[") or not text else f".{segment}"
    return text


def segment_of(snapshot: Snapshot, edge: int, source: int, shadows: frozenset[str]) -> str:
    """What an edge adds to a path: the name of a property or variable, `[*]` for an element, '' for storage."""
    kind, name = snapshot.edge_kind(edge), snapshot.edge_name(edge)
    if kind in ("property", "context"):
        symbol = _SYMBOL.fullmatch(name)
        return f"[{symbol[1]}]" if symbol else name
    if PAIR.decode() in name:
        return "[WeakMap value]"
    if kind == "element" or (snapshot.kind(source) == "array" and snapshot.name(source) not in shadows):
        return "[*]"
    return ""


def class_of(snapshot: Snapshot, node: int) -> str:
    """What a chain calls a node: an object's class, a function's name, V8's name of anything else."""
    name = snapshot.name(node)
    if snapshot.kind(node) == "closure":
        return f"{name or 'anonymous'}()"
    if snapshot.kind(node) in ("string", "concatenated string", "sliced string"):
        return "string"
    return name or f"({snapshot.kind(node)})"
