"""Which slot is to blame: from the kept promise or timer up to the object that lives long, and its property.

The shortest path names whatever is nearest. What can be changed is the property of a class, a module's
variable or a global; so the climb goes through storage (V8's arrays and tables), plain objects, arrays,
maps, promises, and the objects that live and die with one request, and stops at the first other object.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from patcher.heap.blame import live_timers
from patcher.heap.blame.captured import error_above, scope_function, scope_words
from patcher.heap.blame.classes import CONNECTION, SHADOWS, TRANSPARENT, is_internal
from patcher.heap.blame.code_places import Origins, generator_function, short
from patcher.heap.blame.holders import Holders
from patcher.heap.blame.known_slots import KnownSlots
from patcher.heap.blame.live_timers import LiveTimers
from patcher.heap.blame.outer_holders import Outside, Way
from patcher.heap.blame.request_parts import SCOPE
from patcher.heap.blame.rules import PARTS, SKIPPED_EDGES, TOLD_BY
from patcher.heap.blame.slot import OPEN_CONNECTION, BlamedSlot, Climb, class_of, joined, segment_of
from patcher.heap.counted.request_facts import text_at
from patcher.heap.graph.alike import PAIR, alike
from patcher.heap.graph.references import NO_NODES, Graph, Nodes, Reach
from patcher.heap.read.arrays import Mask, among, counted, distinct

_LONGEST_CLIMB = 64
_NEAR = 8
_IN_CALLBACK = (SCOPE, "Array")
_FEWEST_KEYS = 8
NEEDLES = (PAIR, *live_timers.NEEDLES)
_FILE = "file://"
_HANDLES = ("(Global handles)", "(Handle scope)", "(Stack roots)", "Node / ")
_NATIVE_CODE = "(native code of Node)"
HANDLER = "closure of a request"
UNREAD_STACK = " whose stack was never read"


@dataclass(frozen=True, slots=True)
class Held:
    """A slot that was found: the edge that is the slot, and the object or scope that has it.

    `route` are the edges from there to what is kept, when they are not the ones by which the walk came.
    `is_inside` says that only code of Node was met, so that whoever can let go of it is farther away;
    `is_live_timer` that what it keeps is in Node's own list of timers.
    """

    slot: BlamedSlot
    edge: int
    node: int
    route: tuple[int, ...] = ()
    is_inside: bool = False
    is_live_timer: bool = False


class SlotFinder:
    """Names the slots behind which stores and instances are kept.

    Args:
        graph: the graph.
        reach: what is reachable without going through any of them.
        contexts: the edges that carry an async context; they are not part of a slot's name.
        entries: the edges into what is kept, from nodes of `reach`.
        known: the slots that a rule rewrites.
    """

    def __init__(
        self, graph: Graph, reach: Reach, contexts: Nodes, entries: Nodes, known: KnownSlots
    ) -> None:
        self._known = known
        self.graph = graph
        self.snapshot = graph.snapshot
        self.reach = reach
        self.origins = Origins(graph)
        self._timers = LiveTimers(graph, self.origins)
        self.carrying = contexts
        self._contexts = frozenset(contexts.tolist())
        self._entries = entries
        self._holders = Holders(graph, reach, distinct(self.snapshot.sources(entries)))
        self._dictionaries = NO_NODES

    def named(self) -> Iterator[tuple[Held, Nodes]]:
        """Slots, and some of the entries that each of them keeps.

        A slot may come several times, and an entry too: one that carries a context has every slot that holds
        its promise or timer; any other entry has one.
        """
        own = self._unshadowed()
        self._dictionaries = self._find_dictionaries(own)
        carrying = among(own, self.carrying)
        plain, carriers = np.flatnonzero(~carrying), np.flatnonzero(carrying)
        sets = [
            plain[members]
            for members in alike(self.snapshot, self._holders, self.carrying, own[plain], self._dictionaries)
        ]
        sets += list(carriers.reshape(-1, 1))
        found = list(self._of_sets(own, sorted(sets, key=lambda members: int(members[0]))))
        inside = [self._start(entry) for held, entry, _ in found if held.is_inside]
        outside = self._outside(inside) if inside else None
        for held, entry, members in found:
            yield (self._placed(held, entry, outside) if outside else held), members

    def _of_sets(self, own: Nodes, sets: list[Nodes]) -> Iterator[tuple[Held, int, Nodes]]:
        for members in sets:
            slots = self._slots(int(own[members[0]]))
            if any(self._known.depends_on_shape(held.slot.path) for held in slots):
                for number in members.tolist():
                    for held in self._slots(int(own[number])):
                        yield held, int(own[number]), self._entries[[number]]
            else:
                for held in slots:
                    yield held, int(own[members[0]]), self._entries[members]

    def _slots(self, entry: int) -> list[Held]:
        """The slots that keep what `entry` leads to."""
        carrier = self.snapshot.source(entry)
        into = self._holders.into(carrier) if entry in self._contexts else []
        into = [edge for edge in into if self.snapshot.edge_name(edge) not in SKIPPED_EDGES]
        named = [edge for edge in into if not self._is_shadow(edge)] or into
        found: dict[BlamedSlot, Held] = {}
        for edge in named:
            held = self._name(edge, carrier, class_of(self.snapshot, carrier))
            if held is not None:
                found.setdefault(held.slot, held)
        timer = carrier if entry in self._contexts else self._timer_of(entry)
        words = self._timers.words(timer) if timer >= 0 else ""
        if words:
            return [self._live_timer(words, entry, timer, list(found.values()))]
        if not found:
            node = int(self.snapshot.targets[entry])
            kind = "" if entry in self._contexts else self._kind(node)
            held = self._name(entry, -1, kind)
            assert held is not None  # only a climb through the carrier finds none
            return [held]
        # What Node's own code holds as well is of no use to name beside a holder outside of it.
        outside = [held for held in found.values() if not held.is_inside]
        return outside or list(found.values())

    def _timer_of(self, entry: int) -> int:
        """The timer whose callback or argument `entry` leads from, -1 for none.

        A variable is no such: a timer's callback sees those of its module too.
        """
        edge = entry
        for _ in range(_NEAR):
            if edge < 0 or self.snapshot.edge_kind(edge) == "context":
                return -1
            node = self.snapshot.source(edge)
            if self.snapshot.name(node) == "Timeout" and self.snapshot.kind(node) == "object":
                return node
            if (
                self.snapshot.kind(node) not in ("closure", "array")
                and self.snapshot.name(node) not in _IN_CALLBACK
            ):
                return -1
            edge = int(self.reach.via[node])
        return -1

    def _live_timer(self, words: str, entry: int, timer: int, holders: list[Held]) -> Held:
        """The one slot of a live timer: Node's list keeps it, whoever else has its handle."""
        outside = [held for held in holders if not held.is_inside]
        rule = next((held.slot.rule for held in outside if held.slot.rule), None) or self._rule_of(timer)
        handle = outside[0].slot.label if outside else ""
        edge = outside[0].edge if outside else entry
        slot = BlamedSlot(words, "", "Timeout", rule, handle)
        return Held(slot, edge, timer, is_inside=not outside, is_live_timer=True)

    def _rule_of(self, timer: int) -> str | None:
        """The rule for a variable that a timer's callback sees: it rewrites the timer; None when there is none."""
        closure = live_timers.callback_of(self.snapshot, timer)
        if closure < 0:
            return None
        words = scope_words(self.snapshot, self.origins, closure)
        scopes, at = [], closure
        for name in ("context", "previous", "previous"):
            inner = [edge for edge in self.snapshot.out(at) if self.snapshot.edge_name(edge) == name]
            if not inner:
                break
            at = int(self.snapshot.targets[inner[0]])
            scopes.append(at)
        variables = [edge for scope in scopes for edge in self.snapshot.out(scope)]
        rules = (
            self._known.rule_for(words, self.snapshot.edge_name(edge), frozenset)
            for edge in variables
            if self.snapshot.edge_kind(edge) == "context"
        )
        return next((rule for rule in rules if rule), None)

    def _start(self, entry: int) -> int:
        """What is held: the promise, timer or handle that carries a context, or the kept object itself."""
        timer = -1 if entry in self._contexts else self._timer_of(entry)
        if timer >= 0 and self._timers.words(timer):
            return timer
        start = self.snapshot.source(entry) if entry in self._contexts else self.snapshot.targets[entry]
        return self._timers.stands_for(int(start))

    def _outside(self, starts: list[int]) -> Outside:
        nodes = distinct(np.array(starts, dtype=np.int64))
        return Outside(self.graph, self.reach, self.carrying, self.origins, nodes)

    def _placed(self, held: Held, entry: int, outside: Outside) -> Held:
        """`held`, by its holder outside of Node's own code if there is one."""
        way = outside.way(self._start(entry)) if held.is_inside else None
        if way is None:
            return held
        path = f"{joined(self._segments(way))}{self._purpose(way)}"
        rule = self._known.rule_for(way.owner, path, lambda: self._properties(way.node))
        kind = held.slot.kind
        if held.is_live_timer:
            slot = replace(
                held.slot, rule=rule or held.slot.rule, handle=BlamedSlot(way.owner, path, "", None).label
            )
            is_whole = int(self.snapshot.targets[way.edges[-1]]) == held.node
            return (
                replace(held, slot=slot, route=way.edges, edge=way.edges[-1])
                if is_whole
                else replace(held, slot=slot)
            )
        if held.slot is OPEN_CONNECTION:
            kind = self._kind(self._start(entry))
        return Held(BlamedSlot(way.owner, path, kind, rule), way.edges[-1], way.node, way.edges)

    def _kind(self, node: int) -> str:
        """What a slot holds, in a word; a reaction is of the promise that it waits for, a scope of a handler's call."""
        name = class_of(self.snapshot, node)
        if name == SCOPE:
            return HANDLER
        return "Promise" if name.startswith("system / Promise") else name

    def _purpose(self, way: Way) -> str:
        """What an object of Node on the way is for: the host of a client of fetch, a module's file; else ''."""
        for edge in way.edges:
            node = self.snapshot.source(edge)
            paths = TOLD_BY.get(self.snapshot.name(node), ())
            for path in paths if paths and self._is_inside_node(node) else ():
                text = text_at(self.snapshot, node, path)
                if text:
                    return f" for {short(text) if text.startswith(_FILE) else text}"
        return ""

    def _segments(self, way: Way) -> list[str]:
        """The names along a way, as far as they are outside of Node: not what its functions and symbols hold."""
        segments: list[str] = []
        inside = way.owner.startswith("(node:")
        for place, edge in enumerate(way.edges[:1] if inside else way.edges):
            source = self.snapshot.source(edge)
            name, kind = self.snapshot.edge_name(edge), self.snapshot.edge_kind(edge)
            if place and (kind == "context" or self.snapshot.kind(source) == "closure"):
                break
            is_private = name.startswith(("<symbol ", "#")) or generator_function(self.snapshot, source) >= 0
            if place and is_private and self._is_inside_node(source):
                break
            segment = self._segment(edge, source)
            if segment and segments[-1:] != [segment]:
                segments.append(segment)
            if name == "_events" and self._is_inside_node(source):
                break  # one function of Node listens to several events: to let go of it is one action
        return segments

    def _find_dictionaries(self, own: Nodes) -> Nodes:
        """The plain objects that hold what is kept under many names: these are keys, not slots."""
        snapshot = self.snapshot
        edges = distinct(np.concatenate((own, self._holders.edges)))
        properties = np.array([kind == "property" for kind in snapshot.edge_kinds], dtype=bool)
        edges = edges[properties[snapshot.edge_types[edges]]]
        sources = snapshot.sources(edges)
        plain = snapshot.are_named(sources, ("Object",))
        width = len(snapshot.strings)
        pairs = distinct(sources[plain] * width + snapshot.edge_names[edges[plain]].astype(np.int64))
        objects, counts = counted(pairs // width)
        found: Nodes = objects[counts >= _FEWEST_KEYS]
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

    def _name(self, edge: int, carrier: int, kind: str) -> Held | None:
        """The slot that `edge` is, climbing to an owner; None when the way up goes through the carrier
        itself.

        Args:
            edge: an edge into what is kept.
            carrier: the promise or timer that the slot holds, -1 for none.
            kind: the class of what the slot holds; '' for the first object on the way up.
        """
        climb, first, inside, native = Climb(), edge, False, False
        for _ in range(_LONGEST_CLIMB):
            source = self.snapshot.source(edge)
            if source == carrier:
                return None
            native = native or self.snapshot.name(source).startswith(_HANDLES)
            self._note(climb, edge, source)
            error = self._unread_error(edge, source)
            if error >= 0:
                climb, kind, source = Climb(), f"{class_of(self.snapshot, error)}{UNREAD_STACK}", error
                first = edge = self._holders.above(error)
                continue
            name, stops, inside = self._owner(edge, source)
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
        inside = inside or climb.is_lost or climb.owner == "(a closure)"
        return self._climbed(climb, first, kind or "object", is_inside=inside, is_native=native)

    def _climbed(self, climb: Climb, first: int, kind: str, *, is_inside: bool, is_native: bool) -> Held:
        """The slot that a climb found.

        Args:
            climb: what it passed.
            first: the edge that is the slot.
            kind: the class of what the slot holds.
            is_inside: whether it ended in Node's own code, or nowhere.
            is_native: whether it passed what only Node's C++ holds.
        """
        if climb.is_lost or climb.owner.startswith("("):
            socket = self._connection_of(climb.node)
            if socket >= 0:
                return Held(OPEN_CONNECTION, first, socket, is_inside=not self._is_incoming(socket))
        path = climb.path()
        rule = self._known.rule_for(climb.owner, path, lambda: self._properties(climb.node))
        owner = climb.owner or (_NATIVE_CODE if is_native else "(roots)")
        return Held(
            BlamedSlot(owner, path, kind, rule), first, climb.node, is_inside=is_inside and rule is None
        )

    def _note(self, climb: Climb, edge: int, source: int) -> None:
        """Note the name of an edge on the way up."""
        climb.add("" if edge in self._contexts else self._segment(edge, source))
        if generator_function(self.snapshot, source) >= 0:
            climb.forget()  # a generator keeps its variables without their names

    def _unread_error(self, edge: int, source: int) -> int:
        """The Error by whose unread stack the scope `source` is alive; -1 for anything else."""
        if self.snapshot.edge_kind(edge) != "context":
            return -1
        return error_above(self.snapshot, self.reach, source)

    def _owner(self, edge: int, node: int) -> tuple[str, bool, bool]:
        """`node` as an owner, '' when it is only passed through; whether the climb ends there; and whether it
        is of Node's own code.
        """
        snapshot = self.snapshot
        name, kind = snapshot.name(node), snapshot.kind(node)
        if snapshot.edge_kind(edge) == "context":
            closure = scope_function(self.graph, self.origins, self.reach, node)
            script = self.origins.of_closure(closure) if closure >= 0 else ""
            words = scope_words(snapshot, self.origins, closure)
            return words, True, self.origins.is_inside_node(script)
        if kind == "closure":
            script = self.origins.of_closure(node)
            stops = snapshot.edge_kind(edge) == "property"
            return f"{name or 'anonymous'}()", stops, self.origins.is_inside_node(script)
        if kind == "object" and not is_internal(name):
            function = generator_function(snapshot, node) if name not in TRANSPARENT else -1
            if function >= 0:
                return "", False, self.origins.is_inside_node(self.origins.of_closure(function))
            owner = "globalThis" if name.startswith("global / ") else name.split(" / ")[0]
            return owner, name not in TRANSPARENT, self._is_inside_node(node)
        return "", False, False

    def _is_inside_node(self, node: int) -> bool:
        return self.origins.is_inside_node(self.origins.of_object(node))

    def _is_incoming(self, socket: int) -> bool:
        """Whether a server accepted the socket: then it has its server."""
        snapshot = self.snapshot
        return any(
            snapshot.edge_name(edge) == "server" and snapshot.kind(int(snapshot.targets[edge])) == "object"
            for edge in snapshot.out(socket)
        )

    def _connection_of(self, node: int) -> int:
        """The socket as long as which `node` lives, if the way up meets one before any object with an owner's
        class; else -1.
        """
        for _ in range(_LONGEST_CLIMB):
            name = self.snapshot.name(node)
            if self.snapshot.kind(node) == "object" and not name.startswith("system / "):
                if name in CONNECTION:
                    return node
                if name not in TRANSPARENT:
                    return -1
            via = int(self.reach.via[node])
            if via < 0:
                return -1
            node = self.snapshot.source(via)
        return -1

    def _segment(self, edge: int, source: int) -> str:
        if len(self._dictionaries) and among(np.array([source]), self._dictionaries)[0]:
            return "[*]"
        if self.snapshot.edge_name(edge) in PARTS and self._is_inside_node(source):
            return ""
        return segment_of(self.snapshot, edge, source, SHADOWS)

    def are_shadows(self, edges: Nodes) -> Mask:
        """Which of `edges` come from V8's storage of an object's own properties."""
        return self.snapshot.are_named(self.snapshot.sources(edges), SHADOWS)

    def _is_shadow(self, edge: int) -> bool:
        return self.snapshot.name(self.snapshot.source(edge)) in SHADOWS

    def _properties(self, node: int) -> set[str]:
        out = self.snapshot.out(node)
        return {self.snapshot.edge_name(edge) for edge in out if self.snapshot.edge_kind(edge) == "property"}
