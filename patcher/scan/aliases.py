"""What a project's tsconfig.json and package.json say that names mean: read with comments, as far as they can be."""

import os
import re
from collections.abc import Iterator
from typing import Any

from patcher.disk.outside import read_start
from patcher.errors import NextfixError
from patcher.scan.server_names import LARGEST
from patcher.text.formats import parse_json


def paths_of(path: str, depth: int) -> list[tuple[str, str, list[str]]]:
    """The aliases of a tsconfig.json and of what it extends: base folder, alias and targets."""
    held = read_json(path)
    base = os.path.dirname(path)
    options = held.get("compilerOptions")
    found: list[tuple[str, str, list[str]]] = []
    if isinstance(options, dict):
        root = os.path.normpath(os.path.join(base, str(options.get("baseUrl", "."))))
        paths = options.get("paths")
        if isinstance(paths, dict):
            found += [
                (root, str(head), [str(t) for t in targets])
                for head, targets in paths.items()
                if isinstance(targets, list)
            ]
        if "baseUrl" in options:
            found.append((root, "*", ["*"]))
    extended = held.get("extends")
    if isinstance(extended, str) and extended.startswith(".") and depth < 4:
        other = os.path.normpath(os.path.join(base, extended))
        found += paths_of(other if other.endswith(".json") else f"{other}.json", depth + 1)
    return found


def strings(held: object) -> Iterator[str]:
    """Every string in a value of package.json, however deep it lies."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for value in held.values():
            yield from strings(value)
    elif isinstance(held, list):
        for value in held:
            yield from strings(value)


def read_json(path: str) -> dict[str, Any]:
    """A JSON file with comments and trailing commas, as tsconfig.json may have; empty for whatever cannot be read."""
    try:
        text = read_start(path, LARGEST).decode("utf-8", "replace")
    except NextfixError:
        return {}
    for plain in (text, _TRAILING.sub(r"\1", _JSON_COMMENTS.sub(lambda match: match[1] or "", text))):
        try:
            held = parse_json(plain.encode(), path)
        except NextfixError:
            continue
        return held if isinstance(held, dict) else {}
    return {}


# A comment that nobody closes goes on to the end: to look for its end from each `/*` takes the square of the time.
_JSON_COMMENTS = re.compile(r"(\"(?:[^\"\\\n]|\\.)*\")|//[^\n]*|/\*.*?(?:\*/|\Z)", re.S)
_TRAILING = re.compile(r",(\s*[}\]])")
