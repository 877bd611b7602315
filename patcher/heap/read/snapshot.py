"""A V8 heap snapshot as arrays of integers: nodes and edges by column, strings where they lie in the file."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, reduce
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from patcher.heap.read.ahead import ahead
from patcher.heap.read.arrays import among, distinct
from patcher.heap.read.rows import Part, read_rows
from patcher.heap.read.sections import Sections
from patcher.heap.read.strings import Strings

_NODE_COLUMNS = ("type", "name", "id", "self_size", "edge_count")
_EDGE_COLUMNS = ("type", "name_or_index", "to_node")
_UINT32 = 2**32 - 1
_INT64 = 2**63 - 1
# Edges that one thread looks through at a time: they fit the processor's cache.
PASS = 1 << 18
# Values that a column is compared with one by one: for more, looking each up in a table is faster.
FEW = 4
# Edges that are named by an index, not by a string (DevTools' HeapSnapshotEdge.name).
_INDEXED = ("element", "hidden")


def one_of(column: npt.NDArray[Any], values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of a long column are one of `values`: np.isin, which takes several times as long for a few."""
    if len(values) > FEW:
        return among(column, np.sort(values))
    same = (column == value for value in values.astype(column.dtype))
    return reduce(np.logical_or, same, np.zeros(len(column), dtype=bool))


class Snapshot:
    """A parsed snapshot; close it, or use it as a context manager, when no more strings are needed.

    Nodes are numbered from 0, the root; edges are those of node 0, then of node 1, and so on: edges
    `offsets[n]:offsets[n + 1]` leave node `n`. `targets` holds node numbers.

    Args:
        path: the file.
        needles: bytes to find among the strings while they are passed over; see `Strings`.

    Raises:
        NextfixError: DEFECT for a truncated or foreign file, FILES when it cannot be read.
    """

    def __init__(self, path: Path, needles: Iterable[bytes] = ()) -> None:
        self._sections = Sections(path)
        try:
            self._load(needles)
        except BaseException:
            self._sections.close()
            raise

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sections.close()

    def name(self, node: int) -> str:
        """The name of a node: the class of an object, the text of a string, the name of a function."""
        return self.strings[int(self.node_names[node])]

    def kind(self, node: int) -> str:
        """V8's type of a node: object, closure, array, string, hidden, native, synthetic..."""
        return self.node_kinds[int(self.node_types[node])]

    def edge_kind(self, edge: int) -> str:
        """V8's type of an edge: property, context, element, internal, hidden, shortcut, weak."""
        return self.edge_kinds[int(self.edge_types[edge])]

    def edge_name(self, edge: int) -> str:
        """The name of an edge, or its index as text."""
        value = int(self.edge_names[edge])
        return str(value) if self.edge_kind(edge) in _INDEXED else self.strings[value]

    def source(self, edge: int) -> int:
        """The node that `edge` leaves."""
        return bisect_right(self.offsets.data, edge) - 1

    def sources(self, edges: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """The nodes that `edges` leave."""
        # In the offsets' own type: numpy would convert all of them for each call.
        return np.searchsorted(self.offsets, edges.astype(self.offsets.dtype), side="right") - 1

    def edges_of(self, nodes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """All edges that leave `nodes`, node by node."""
        starts = self.offsets.take(nodes).astype(np.int64)
        counts = self.offsets.take(nodes + 1) - starts
        # Where each node's first edge stands in the result is taken off, then all places are added.
        edges = np.repeat(starts - np.cumsum(counts) + counts, counts)
        edges += np.arange(len(edges))
        return edges

    def edges_named(self, nodes: npt.NDArray[Any], kind: str, name: str) -> npt.NDArray[np.int64]:
        """Of the edges that leave `nodes`, those of that kind and name, which must have been a needle."""
        edges = self.edges_of(nodes)
        kinds = np.array([known == kind for known in self.edge_kinds], dtype=bool)
        chosen = kinds[self.edge_types[edges]] & among(
            self.edge_names[edges], np.sort(self.strings.equal(name))
        )
        named: npt.NDArray[np.int64] = edges[chosen]
        return named

    def edges_with(self, names: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The edges, ascending, of which the name (or the index) is one of `names`, numbers of strings."""
        flags = np.zeros(len(self.strings) + 1, dtype=bool)
        flags[names] = True

        def part(at: int) -> npt.NDArray[np.int64]:
            # An index may be beyond the strings: the last flag stands for those.
            return np.flatnonzero(flags.take(self.edge_names[at : at + PASS], mode="clip")) + at

        parts = ahead(part, range(0, self.edge_count, PASS)) if len(names) else ()
        return np.concatenate((np.zeros(0, dtype=np.int64), *parts))

    def are_named(self, nodes: npt.NDArray[Any], names: Collection[str]) -> npt.NDArray[np.bool_]:
        """Which of `nodes` have one of `names`; for nodes that share few names."""
        names_of = self.node_names[nodes]
        known = [at for at in distinct(names_of).tolist() if self.strings[at] in names]
        return among(names_of, np.array(known, dtype=np.int64))

    def nodes_named(self, name: str, kind: str) -> npt.NDArray[np.int64]:
        """The nodes of that name, which must have been a needle, and kind."""
        nodes = np.flatnonzero(one_of(self.node_names, self.strings.equal(name)))
        kinds = np.array([known == kind for known in self.node_kinds], dtype=bool)
        named: npt.NDArray[np.int64] = nodes[kinds[self.node_types[nodes]]]
        return named

    def out(self, node: int) -> range:
        """The edges that leave `node`."""
        return range(int(self.offsets[node]), int(self.offsets[node + 1]))

    def place(self, node: int) -> tuple[int, int]:
        """The line and the column, from 0, at which a function, or the class of an object, stands in its script.

        (-1, -1) when the snapshot does not say.
        """
        objects, lines, columns = self._places
        at = int(np.searchsorted(objects, node))
        if at == len(objects) or objects[at] != node:
            return -1, -1
        return int(lines[at]), int(columns[at])

    @cached_property
    def _places(self) -> tuple[npt.NDArray[Any], ...]:
        """The nodes that have a place, ascending, their lines and their columns."""
        values = self._sections.locations()
        width = len(self._location_fields)
        none = np.zeros(0, dtype=np.int64)
        if not {"object_index", "line", "column"} <= set(self._location_fields) or len(values) % width:
            return none, none, none
        rows = values.reshape(-1, width).astype(np.int64)
        rows = rows[np.argsort(rows[:, self._location_fields.index("object_index")], kind="stable")]
        objects = rows[:, self._location_fields.index("object_index")] // self._node_width
        lines, columns = (rows[:, self._location_fields.index(name)] for name in ("line", "column"))
        return objects, lines, columns

    def _load(self, needles: Iterable[bytes]) -> None:
        header = self._sections.header()
        meta = header.get("meta")
        if not isinstance(meta, dict):
            raise self._sections.foreign("its header has no meta")
        node_fields, edge_fields = (
            self._fields(meta, "node", _NODE_COLUMNS),
            self._fields(meta, "edge", _EDGE_COLUMNS),
        )
        fields = meta.get("location_fields")
        self._location_fields = [str(name) for name in fields] if isinstance(fields, list) else []
        self._node_width = len(node_fields)
        self.node_kinds, self.edge_kinds = self._kinds(meta, "node"), self._kinds(meta, "edge")
        self.node_count = self._claimed(header, "node_count", len(node_fields))
        self.edge_count = self._claimed(header, "edge_count", len(edge_fields))
        if self.node_count == 0:
            raise self._sections.foreign("it has no nodes")
        self._load_nodes(node_fields)
        self._load_edges(edge_fields, len(node_fields))
        self.strings = Strings(self._sections, needles)

    def _fields(self, meta: dict[str, Any], of: str, needed: Sequence[str]) -> list[str]:
        fields = meta.get(f"{of}_fields")
        if not isinstance(fields, list) or not set(needed) <= {str(field) for field in fields}:
            raise self._sections.foreign(f"its meta names no {of}_fields that this version can read")
        return [str(field) for field in fields]

    def _kinds(self, meta: dict[str, Any], of: str) -> tuple[str, ...]:
        types = meta.get(f"{of}_types")
        if not isinstance(types, list) or not types or not isinstance(types[0], list) or len(types[0]) > 255:
            raise self._sections.foreign(f"its meta names no {of}_types")
        return tuple(str(kind) for kind in types[0])

    def _claimed(self, header: dict[str, Any], what: str, fields: int) -> int:
        """A count from the header, which decides what is allocated: refused if the file is too small."""
        count = header.get(what)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise self._sections.foreign(f"its header has no {what}")
        if count * fields * 2 > self._sections.size + 2:
            raise self._sections.truncated(
                f"the header claims {count} for {what}, more than {self._sections.size} bytes can hold"
            )
        return count

    def _load_nodes(self, fields: list[str]) -> None:
        count = self.node_count
        self.node_types = np.empty(count, dtype=np.uint8)
        self.node_names = np.empty(count, dtype=np.uint32)
        self.node_ids = np.empty(count, dtype=np.uint32)
        self.sizes: npt.NDArray[Any] = np.empty(count, dtype=np.uint32)
        wide = np.int32 if self.edge_count < 2**31 else np.int64
        self.offsets: npt.NDArray[Any] = np.zeros(count + 1, dtype=wide)
        huge: dict[int, int] = {}

        def take(part: Part) -> None:
            part.copy("type", self.node_types, len(self.node_kinds) - 1, "a node's type")
            part.copy("name", self.node_names, _UINT32, "a node's name")
            part.copy("id", self.node_ids, _UINT32, "a node's id")
            part.copy("edge_count", self.offsets[1:], self.edge_count, "a node's number of edges")
            rows, sizes = part.column("self_size", _INT64, "a node's size")
            self.sizes[rows] = sizes & _UINT32
            huge.update((rows.start + at, int(sizes[at])) for at in np.flatnonzero(sizes > _UINT32).tolist())

        read_rows(self._sections, "nodes", count, fields, take)
        if huge:  # an object of over 4 GiB: an ArrayBuffer
            self.sizes = self.sizes.astype(np.int64)
            self.sizes[list(huge)] = list(huge.values())
        total = int(self.offsets.sum(dtype=np.int64))
        if total != self.edge_count:
            raise self._sections.foreign(f"its nodes have {total} edges, its header says {self.edge_count}")
        np.cumsum(self.offsets, out=self.offsets)

    def _load_edges(self, fields: list[str], width: int) -> None:
        self.edge_types = np.empty(self.edge_count, dtype=np.uint8)
        self.edge_names = np.empty(self.edge_count, dtype=np.uint32)
        wide = np.int32 if self.node_count < 2**31 else np.int64
        self.targets: npt.NDArray[np.signedinteger[Any]] = np.empty(self.edge_count, dtype=wide)
        largest = (self.node_count - 1) * width

        def take(part: Part) -> None:
            part.copy("type", self.edge_types, len(self.edge_kinds) - 1, "an edge's type")
            part.copy("name_or_index", self.edge_names, _UINT32, "an edge's name")
            rows, values = part.column("to_node", largest, "an edge's target")
            places = values.astype(np.uint32 if largest <= _UINT32 else np.int64)  # divided 4x as fast
            nodes = places // width
            if (nodes * width != places).any():
                raise self._sections.foreign("an edge's target is no node")
            self.targets[rows] = nodes

        read_rows(self._sections, "edges", self.edge_count, fields, take)
