"""Where a match is, in the words of a report: line, column, function, and the store into the slot."""

from dataclasses import dataclass

from patcher.semantic_patch.search import Match
from patcher.syntax.tree import Node, Tree, path_to


@dataclass(frozen=True, slots=True)
class Location:
    """Where a match is in a file: line and column from 1, the column in characters; `offset` is its start in bytes."""

    line: int
    column: int
    end_line: int
    end_column: int
    function: str
    offset: int


def locate(tree: Tree, source: bytes, match: Match, slot: str) -> Location:
    """Where `match` stores into `slot`; the first store in the file when the match itself has none."""
    at = _store(source, slot, match.start, match.end)
    if at < 0:
        at = _store(source, slot, 0, len(source))
    start, end = (at, at + len(slot.removesuffix(")"))) if at >= 0 else (match.start, match.end)
    return Location(*_position(source, start), *_position(source, end), function_name(tree, start), start)


def _store(source: bytes, slot: str, start: int, end: int) -> int:
    """The offset of the first `slot = ` between `start` and `end`, or -1; `m.set(k)` is stored by `m.set(k, `."""
    if slot.endswith(")"):
        return source.find(f"{slot[:-1]},".encode(), start, end)
    name = slot.encode()
    at = source.find(name, start, end)
    while at >= 0:
        rest = source[at + len(name) : at + len(name) + 16].lstrip()
        if rest.startswith((b"=", b"??=", b"||=")) and not rest.startswith((b"==", b"=>")):
            return at
        at = source.find(name, at + len(name), end)
    return -1


def _position(source: bytes, offset: int) -> tuple[int, int]:
    start = source.rfind(b"\n", 0, offset) + 1
    return source.count(b"\n", 0, offset) + 1, len(source[start:offset].decode(errors="replace")) + 1


def function_name(tree: Tree, offset: int) -> str:
    """The function around `offset`, with its class: `NextServer.getServer`; empty at module scope."""
    path = path_to(tree, offset)
    names = [_name(node) for node in path if node.type in ("method_definition", "function_declaration")]
    classes = [_name(node) for node in path if node.type in ("class_declaration", "class")]
    if not names:
        return ""
    return ".".join([*classes[-1:], names[-1]])


def _name(node: Node) -> str:
    name = node.child_by_field_name("name")
    return (name.text or b"").decode(errors="replace") if name is not None else "<anonymous>"
