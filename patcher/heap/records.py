"""What a snapshot says of one class, as frozen records."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a retainer chain: the class of the object that holds, and the edge to the next."""

    owner: str
    edge: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One live object of the class.

    `id` is V8's, the same in every snapshot of one process. `url` is the request's, None when the object has
    none. `slots` are the labels of all slots that keep it: each alone is enough.
    """

    id: int
    url: str | None
    size: int
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotGroup:
    """The live instances that one slot keeps.

    `slot` is the label (`NextServer.reqHandlerPromise`): the class of the object that lives long, and the
    properties from it to the kept thing. `kind` is the class of what the slot keeps: `Promise`, `Timeout`,
    or the class that is counted when nothing stands between. `count` is instances. `retained` is bytes: what
    would be unreachable were this slot alone empty (next to 0 when another slot keeps the same store).
    `chain` leads from the roots through the slot to one instance; `chain[at]` is the slot. `rule` names the
    rule that rewrites the slot's code, None when there is none.
    """

    slot: str
    kind: str
    count: int
    retained: int
    chain: tuple[Step, ...]
    at: int
    rule: str | None
    urls: tuple[str, ...]

    @property
    def label(self) -> str:
        """The group in words: `Promise in NextServer.reqHandlerPromise`."""
        return f"{self.kind} in {self.slot}"


@dataclass(frozen=True, slots=True)
class HeapReport:
    """How many objects of `class_name` are alive, and which slots keep them.

    `heap_size` is the sum of all self sizes in bytes; `released` is the bytes that would be unreachable were
    all slots of `groups` empty. `known` is False when the snapshot has no object and no function of that
    class at all.
    """

    class_name: str
    instances: tuple[Instance, ...]
    groups: tuple[SlotGroup, ...]
    heap_size: int
    released: int
    nodes: int
    edges: int
    known: bool

    @property
    def count(self) -> int:
        """The number of live instances."""
        return len(self.instances)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two snapshots: `came`, `stayed` and `gone` are instances told apart by V8's object id.

    The ids mean the same object only in snapshots of one process; `one_process` is False when an id that both
    have belongs to requests of different urls, and then only the counts by slot can be compared.
    """

    before: HeapReport
    after: HeapReport
    came: tuple[Instance, ...]
    stayed: tuple[Instance, ...]
    gone: tuple[Instance, ...]
    one_process: bool
