"""Writes tiny snapshots by hand, in V8's layout, for what a real heap cannot be made to show on demand."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NODE_KINDS = [
    "hidden",
    "array",
    "string",
    "object",
    "code",
    "closure",
    "native",
    "synthetic",
    "concatenated string",
]
EDGE_KINDS = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"]
META = {
    "node_fields": ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"],
    "node_types": [NODE_KINDS, "string", "number", "number", "number", "number", "number"],
    "edge_fields": ["type", "name_or_index", "to_node"],
    "edge_types": [EDGE_KINDS, "string_or_number", "node"],
}


@dataclass
class Tiny:
    """A snapshot to be: node 0 is the root; ids are the odd numbers, as V8's are."""

    nodes: list[tuple[str, str, int]] = field(default_factory=lambda: [("synthetic", "", 0)])
    edges: list[tuple[int, str, str | int, int]] = field(default_factory=list)

    def node(self, name: str, kind: str = "object", size: int = 8) -> int:
        """Add a node and return its number."""
        self.nodes.append((kind, name, size))
        return len(self.nodes) - 1

    def edge(self, source: int, target: int, name: str | int = "p", kind: str = "property") -> None:
        """Add an edge."""
        self.edges.append((source, kind, name, target))

    def entry(self, key: int, table: int, value: int) -> None:
        """Add an entry of a WeakMap: two edges of one name and two weak ones, as V8 writes it."""
        name = (
            f"{len(self.edges)} / part of key (K @{2 * key + 1}) -> value (V @{2 * value + 1}) "
            f"pair in WeakMap (table @{2 * table + 1})"
        )
        self.edges.append((key, "internal", name, value))
        self.edges.append((table, "internal", name, value))
        self.edges.append((table, "weak", 1, key))
        self.edges.append((table, "weak", 2, value))

    def value(self) -> dict[str, Any]:
        """The snapshot as a JSON value."""
        strings: dict[str, int] = {"<dummy>": 0}
        by_source: list[list[tuple[str, str | int, int]]] = [[] for _ in self.nodes]
        for source, kind, name, target in self.edges:
            by_source[source].append((kind, name, target))
        nodes: list[int] = []
        edges: list[int] = []
        for number, (kind, name, size) in enumerate(self.nodes):
            index = strings.setdefault(name, len(strings))
            nodes += [NODE_KINDS.index(kind), index, 2 * number + 1, size, len(by_source[number]), 0, 0]
            for edge_kind, edge_name, target in by_source[number]:
                named = (
                    edge_name if isinstance(edge_name, int) else strings.setdefault(edge_name, len(strings))
                )
                edges += [EDGE_KINDS.index(edge_kind), named, 7 * target]
        header = {"meta": META, "node_count": len(self.nodes), "edge_count": len(self.edges)}
        return {"snapshot": header, "nodes": nodes, "edges": edges, "locations": [], "strings": list(strings)}

    def write(self, path: Path, **dumps: Any) -> Path:
        """Write the snapshot; `dumps` are arguments of json.dumps (layout, escapes)."""
        path.write_text(json.dumps(self.value(), **dumps), encoding="utf-8")
        return path
