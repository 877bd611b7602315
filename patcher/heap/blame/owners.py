"""Which slot is to blame: from the kept promise or timer up to the object that lives long, and its property.

The shortest path names whatever is nearest. What can be changed is the property of a class, a module's
variable or a global; so the climb goes through storage (V8's arrays and tables), plain objects, arrays,
maps, promises, and the objects that live and die with one request, and stops at the first other object.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from patcher.heap.blame.captured import scope_of
from patcher.heap.blame.classes import CONNECTION, SHADOWS, TRANSPARENT, is_internal
from patcher.heap.blame.holders import Holders
from patcher.heap.blame.known_slots import depends_on_shape, rule_for
from patcher.heap.graph.alike import PAIR, alike
from patcher.heap.graph.references import Graph, Mask, Nodes, Reach, among, distinct
from patcher.heap.read.snapshot import Snapshot

_LONGEST_CLIMB = 64
_LONGEST_PATH = 5
NEEDLES = (PAIR,)
_SYMBOL = re.compile(r"<symbol (.*)>")


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot in words. `owner` and `path` make the label; `rule` is the rule that rewrites it, if any."""

    owner: str
    path: str
    kind: str
    rule: str | None

    @property
    def label(self) -> str:
        """`NextServer.reqHandlerPromise`, or for a variable `tail in (app/server.js)`."""
        if self.path and self.owner.startswith("("):
            return f"{self.path} in {self.owner}"
        return f"{self.owner}{_joined(self.path)}"


OPENCONNECTION = Slot("(an open connection)", "", "Socket", None)
"""What holds a request whose response is not finished, or that was the last one of a socket still open."""


def _joined(path: str) -> str:
    return path if path.startswith("[") or not path else f".{path}"


class SlotFinder:
    """Names the slots behind which stores and instances are kept.

    Args:
        graph: the graph.
        reach: what is reachable without going through any of them.
        contexts: the edges that carry an async context; they are no part of a slot's name.
        entries: the edges into what is kept, from nodes of `reach`.
    """

    def __init__(self, graph: Graph, reach: Reach, contexts: Nodes, entries: Nodes) -> None:
        self.graph = graph
        self.snapshot = graph.snapshot
        self.reach = reach
        self._carrying = contexts
        self._contexts = frozenset(contexts.tolist())
        self._entries = entries
        self._holders = Holders(graph, reach, distinct(self.snapshot.sources(entries)))

    def named(self) -> Iterator[tuple[Slot, int, Nodes]]:
        """Slots, each with the edge that is the slot, and some of the entries that it keeps.

        A slot may come several times, and an entry too: one that carries a context has every slot that holds
        its promise or timer; any other entry has one.
        """
        own = self._unshadowed()
        carrying = among(own, self._carrying)
        plain, carriers = np.flatnonzero(~carrying), np.flatnonzero(carrying)
        sets = [plain[members] for members in alike(self.snapshot, self._holders, self._carrying, own[plain])]
        sets += list(carriers.reshape(-1, 1))
        for members in sorted(sets, key=lambda members: int(members[0])):
            slots = self._slots(int(own[members[0]]))
            if any(depends_on_shape(slot.path) for slot in slots):
                for number in members.tolist():
                    yield from self._each(int(own[number]), self._entries[[number]])
            else:
                for slot, edge in slots.items():
                    yield slot, edge, self._entries[members]

    def _each(self, edge: int, entry: Nodes) -> Iterator[tuple[Slot, int, Nodes]]:
        for slot, slot_edge in self._slots(edge).items():
            yield slot, slot_edge, entry

    def _slots(self, entry: int) -> dict[Slot, int]:
        """The slots that keep what `entry` leads to, each with the edge that is the slot."""
        carrier = self.snapshot.source(entry)
        into = self._holders.into(carrier) if entry in self._contexts else []
        named = [edge for edge in into if not self._is_shadow(edge)] or into
        found: dict[Slot, int] = {}
        for edge in named:
            slot = self._name(edge, carrier, class_of(self.snapshot, carrier))
            if slot is not None:
                found.setdefault(slot, edge)
        if not found:
            node = int(self.snapshot.targets[entry])
            kind = "" if entry in self._contexts else class_of(self.snapshot, node)
            slot = self._name(entry, -1, kind)
            assert slot is not None  # only a climb through the carrier finds none
            found[slot] = entry
        return found

    def _unshadowed(self) -> Nodes:
        """The entries, each from the storage of an object's properties replaced by the object's own edge."""
        snapshot, entries = self.snapshot, self._entries
        sources, targets = snapshot.sources(entries), self.graph.target(entries)
        pairs = sources * snapshot.node_count + targets
        order = np.argsort(pairs, kind="stable")
        above = self.reach.via[sources].astype(np.int64)
        shadows = np.flatnonzero(self.are_shadows(entries) & (above >= 0))
        twins = snapshot.sources(above[shadows]) * snapshot.node_count + targets[shadows]
        at = np.searchsorted(pairs[order], twins, side="right") - 1
        found = pairs[order[at]] == twins
        own = entries.copy()
        own[shadows[found]] = entries[order[at[found]]]
        return own

    def _name(self, edge: int, carrier: int, kind: str) -> Slot | None:
        """The slot that `edge` is, climbing to an owner; None when the way up goes through the carrier
        itself.

        Args:
            edge: an edge into what is kept.
            carrier: the promise or timer that the slot holds, -1 for none.
            kind: the class of what the slot holds; '' for the first object on the way up.
        """
        climb = _Climb()
        for _ in range(_LONGEST_CLIMB):
            source = self.snapshot.source(edge)
            if source == carrier:
                return None
            climb.add("" if edge in self._contexts else self._segment(edge, source))
            name, stops = self._owner(edge, source)
            if name and not kind:
                kind = name
            elif name:
                climb.stop_at(name, source)
            parent = self._holders.above(source)
            if stops and climb.owner:
                break
            if parent < 0:
                climb.is_lost = True
                break
            edge = parent
        if (climb.is_lost or climb.owner.startswith("(")) and self._is_in_connection(climb.node):
            return OPENCONNECTION
        path = climb.path()
        rule = rule_for(climb.owner, path, lambda: self._properties(climb.node))
        return Slot(climb.owner or "(roots)", path, kind or "object", rule)

    def _owner(self, edge: int, node: int) -> tuple[str, bool]:
        """`node` as an owner, '' when it is only passed through; and whether the climb ends there."""
        snapshot = self.snapshot
        name, kind = snapshot.name(node), snapshot.kind(node)
        if snapshot.edge_kind(edge) == "context":
            return scope_of(self.graph, self.reach, node), True
        if kind == "closure":
            return f"{name or 'anonymous'}()", snapshot.edge_kind(edge) == "property"
        if kind == "object" and not is_internal(name):
            return name.split(" / ")[0], name not in TRANSPARENT
        return "", False

    def _is_in_connection(self, node: int) -> bool:
        """Whether `node` lives as long as a socket: the way up meets one before any object with an owner's class."""
        for _ in range(_LONGEST_CLIMB):
            name = self.snapshot.name(node)
            if self.snapshot.kind(node) == "object" and not name.startswith("system / "):
                if name in CONNECTION:
                    return True
                if name not in TRANSPARENT:
                    return False
            via = int(self.reach.via[node])
            if via < 0:
                return False
            node = self.snapshot.source(via)
        return False

    def _segment(self, edge: int, source: int) -> str:
        kind, name = self.snapshot.edge_kind(edge), self.snapshot.edge_name(edge)
        if kind in ("property", "context"):
            symbol = _SYMBOL.fullmatch(name)
            return f"[{symbol[1]}]" if symbol else name
        if PAIR.decode() in name:
            return "[WeakMap value]"
        if kind == "element":
            return "[*]"
        if self.snapshot.kind(source) == "array" and self.snapshot.name(source) not in SHADOWS:
            return "[*]"
        return ""

    def are_shadows(self, edges: Nodes) -> Mask:
        """Which of `edges` come from V8's storage of an object's own properties."""
        return self.snapshot.are_named(self.snapshot.sources(edges), SHADOWS)

    def _is_shadow(self, edge: int) -> bool:
        return self.snapshot.name(self.snapshot.source(edge)) in SHADOWS

    def _properties(self, node: int) -> set[str]:
        out = self.snapshot.out(node)
        return {self.snapshot.edge_name(edge) for edge in out if self.snapshot.edge_kind(edge) == "property"}


class _Climb:
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

    def stop_at(self, owner: str, node: int) -> None:
        """Note `node` as the owner, unless the climb goes on to a better one."""
        self.owner, self.node, self._length = owner, node, len(self._segments)

    def path(self) -> str:
        """The property path from the owner down to the kept thing."""
        segments = self._segments[len(self._segments) - self._length :]
        if len(segments) > _LONGEST_PATH:
            segments = ["…", *segments[-_LONGEST_PATH:]]
        text = segments[0] if segments else ""
        for segment in segments[1:]:
            text += segment if segment.startswith("[") else f".{segment}"
        return text


def class_of(snapshot: Snapshot, node: int) -> str:
    """What a chain calls a node: an object's class, a function's name, V8's name of anything else."""
    name = snapshot.name(node)
    if snapshot.kind(node) == "closure":
        return f"{name or 'anonymous'}()"
    if snapshot.kind(node) in ("string", "concatenated string", "sliced string"):
        return "string"
    return name or f"({snapshot.kind(node)})"
