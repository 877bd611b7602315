"""Changing one value of a JSON file and nothing else: its indentation, newlines and key order stay as they are.

A JSON file is a JavaScript expression, so the parser that reads packages reads it too; what is written is
read back with `json` and compared with what was meant.
"""

import json
from typing import Any

from patcher.errors import NextfixError
from patcher.syntax.tree import Node, errors, parse
from patcher.text.formats import parse_json
from patcher.text.layout import BOM, indent_unit, newline_of


class UneditableJsonError(ValueError):
    """The file is not a JSON object, or a step of the path is not an object."""


def with_value(source: bytes, keys: tuple[str, ...], value: str) -> bytes:
    """`source`, a JSON object, with the string `value` at the path `keys`; missing objects are added last.

    Raises:
        UneditableJsonError: when `source` is not a JSON object or a step of the path is something else.
    """
    body = source.removeprefix(BOM)
    expected = _read(body)
    _put(expected, keys, value)
    new = _set(body, keys, value)
    _same(new, expected)
    return source[: len(source) - len(body)] + new


def without_value(source: bytes, keys: tuple[str, ...]) -> bytes:
    """`source` without the member at the path `keys`; as it is when there is no such member.

    Raises:
        UneditableJsonError: when `source` is not a JSON object.
    """
    body = source.removeprefix(BOM)
    expected = _read(body)
    inner: Any = expected
    for key in keys[:-1]:
        inner = inner.get(key) if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or keys[-1] not in inner:
        return source
    del inner[keys[-1]]
    new = _remove(body, keys)
    _same(new, expected)
    return source[: len(source) - len(body)] + new


def _read(body: bytes) -> dict[str, Any]:
    try:
        data = parse_json(body, "package.json")
    except NextfixError as error:
        raise UneditableJsonError(error.reason) from error
    if not isinstance(data, dict):
        raise UneditableJsonError("not a JSON object")
    return data


def _put(data: dict[str, Any], keys: tuple[str, ...], value: str) -> None:
    for key in keys[:-1]:
        data = data.setdefault(key, {})
        if not isinstance(data, dict):
            raise UneditableJsonError(f'"{key}" is not an object')
    data[keys[-1]] = value


def _same(new: bytes, expected: dict[str, Any]) -> None:
    if json.dumps(json.loads(new)) != json.dumps(expected):
        raise UneditableJsonError("its layout is too unusual to be edited; change it by hand")


def _root(body: bytes) -> Node:
    tree = parse(b"(" + body + b"\n)")
    found = [node for node in tree.root_node.children if node.type == "expression_statement"]
    if not found or any(errors(tree.root_node)):
        raise UneditableJsonError("not JSON as npm writes it")
    return next(node for node in found[0].children[0].children if node.type == "object")


def _members(node: Node) -> dict[str, Node]:
    """The members of an object by key; of a key that occurs twice the last, which is the one that counts."""
    pairs = [child for child in node.children if child.type == "pair"]
    return {json.loads(pair.child_by_field_name("key").text or b'""'): pair for pair in pairs}  # type: ignore[union-attr]


def _value(pair: Node) -> Node:
    node = pair.child_by_field_name("value")
    assert node is not None, "a pair has a value"
    return node


def _set(body: bytes, keys: tuple[str, ...], value: str) -> bytes:
    """Go down the path as far as it exists; write the rest there."""
    node = _root(body)
    rest = list(keys)
    while len(rest) > 1 and (pair := _members(node).get(rest[0])) is not None:
        node = _value(pair)
        rest.pop(0)
    pair = _members(node).get(rest[0]) if len(rest) == 1 else None
    if pair is not None:
        old = _value(pair)
        return body[: old.start_byte - 1] + _quoted(value) + body[old.end_byte - 1 :]
    return _insert(body, node, rest, value)


def _insert(body: bytes, node: Node, rest: list[str], value: str) -> bytes:
    """Add a member last; an object that was written on one line stays on one line."""
    pairs = list(_members(node).values())
    start, end = node.start_byte - 1, node.end_byte - 1
    newline, unit = newline_of(body), indent_unit(body)
    if not pairs:
        inner = _line_indent(body, start)
        return body[:start] + _object(rest, value, newline, unit, inner) + body[end:]
    first, last = pairs[0].start_byte - 1, max(pair.end_byte for pair in pairs) - 1
    before = body[start + 1 : first]
    if b"\n" in before:
        indent = before[before.rfind(b"\n") + 1 :]
        member = _member(rest, value, newline, unit, indent)
        return body[:last] + b"," + newline + indent + member + body[last:]
    member = _member(rest, value, b" ", b"", b"")
    return body[:last] + b", " + member + body[last:]


def _member(rest: list[str], value: str, newline: bytes, unit: bytes, indent: bytes) -> bytes:
    if len(rest) == 1:
        return _quoted(rest[0]) + b": " + _quoted(value)
    return _quoted(rest[0]) + b": " + _object(rest[1:], value, newline, unit, indent)


def _object(rest: list[str], value: str, newline: bytes, unit: bytes, indent: bytes) -> bytes:
    """An object of one member, whose closing brace stands at `indent`."""
    inner = indent + unit
    return b"{" + newline + inner + _member(rest, value, newline, unit, inner) + newline + indent + b"}"


def _remove(body: bytes, keys: tuple[str, ...]) -> bytes:
    node = _root(body)
    for key in keys[:-1]:
        node = _value(_members(node)[key])
    pairs = [child for child in node.children if child.type == "pair"]
    gone = _members(node)[keys[-1]]
    if len(pairs) == 1:
        return body[: node.start_byte - 1] + b"{}" + body[node.end_byte - 1 :]
    at = next(index for index, pair in enumerate(pairs) if pair.start_byte == gone.start_byte)
    if at:
        return body[: pairs[at - 1].end_byte - 1] + body[gone.end_byte - 1 :]
    return body[: gone.start_byte - 1] + body[pairs[1].start_byte - 1 :]


def _line_indent(body: bytes, offset: int) -> bytes:
    line = body[body.rfind(b"\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip(b" \t"))]


def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode("utf-8")
