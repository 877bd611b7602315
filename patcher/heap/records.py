"""What a snapshot says of what is counted, as frozen records."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a retainer chain: the class of the object that holds, and the edge to the next."""

    owner: str
    edge: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One live object that is counted.

    `id` is V8's, the same in every snapshot of one process. `url` is the request's, None when the object has
    none. `slots` are the labels of all slots that keep it: each alone is enough. `class_name` is the class as
    which it is counted.
    """

    id: int
    url: str | None
    size: int
    slots: tuple[str, ...]
    class_name: str


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A place in code: the path of a file, or what a source map calls it, and a line, 0 when it is not known.

    `made` says that the probe saw the kept thing made there.
    """

    path: str
    line: int
    made: bool = False


@dataclass(frozen=True, slots=True)
class SlotGroup:
    """The live instances that one slot keeps.

    `slot` is the label (`NextServer.reqHandlerPromise`): the class of the object that lives long, and the
    properties from it to the kept thing. `kind` is the class of what the slot keeps: `Promise`, `Timeout`,
    or the class that is counted when nothing stands between. `count` is instances, `requests` the requests
    that they belong to. `retained` is bytes: what
    would be unreachable were this slot alone empty (next to 0 when another slot keeps the same store).
    `chain` leads from the roots through the slot to one instance, of the class `last`; `chain[at]` is the slot.
    `rule` names the
    rule that rewrites the slot's code, None when there is none. `origin` says in which file the slot's class is
    and from which variable it is reached, '' when `slot` says that. `made` are the places where what the slot
    keeps was made, for a server that ran with nextfix's probe. `places` are the files and lines of all that code,
    of built code also its sources.
    """

    slot: str
    kind: str
    count: int
    requests: int
    retained: int
    chain: tuple[Step, ...]
    at: int
    last: str
    rule: str | None
    urls: tuple[str, ...]
    origin: str = ""
    made: tuple[str, ...] = ()
    places: tuple[CodePlace, ...] = ()

    @property
    def label(self) -> str:
        """The group in words: `Promise in NextServer.reqHandlerPromise`."""
        return f"{self.kind} in {self.slot}"


@dataclass(frozen=True, slots=True)
class HeapReport:
    """How many objects of a class, or of all that stand for a request, are alive, and which slots keep them.

    `class_name` is '' for everything that stands for a request. `classes` are the counted classes that the
    heap has, with the live instances of each, those with most first. `requests` is how many requests the
    instances belong to, at least. `unknown_tracers` are loaded packages that keep something of each request
    of which the class is not known, so that it is not counted.
    `heap_size` is the sum of all self sizes in bytes; `released` is the bytes that would be unreachable were
    all slots of `groups` empty. `known` is False when the snapshot has no object and no function of any of the
    classes.
    """

    class_name: str
    classes: tuple[tuple[str, int], ...]
    requests: int
    instances: tuple[Instance, ...]
    groups: tuple[SlotGroup, ...]
    heap_size: int
    released: int
    nodes: int
    edges: int
    known: bool
    unknown_tracers: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of live instances."""
        return len(self.instances)


@dataclass(frozen=True, slots=True)
class SnapshotComparison:
    """Two snapshots: `came`, `stayed` and `gone` are instances, which V8's object id distinguishes.

    The ids mean the same object only in snapshots of one process; `one_process` is False when an id that both
    have belongs to requests of different urls, and then only the counts by slot can be compared.
    """

    before: HeapReport
    after: HeapReport
    came: tuple[Instance, ...]
    stayed: tuple[Instance, ...]
    gone: tuple[Instance, ...]
    one_process: bool
