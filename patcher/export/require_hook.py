"""A preload for Node that makes the same edits as a file is loaded, by its hash: nothing on disk changes.

It is for images that are read-only and for installs that run no scripts. What it carries are edits, so it is
the artefact of the project it was made in.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import patcher
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.text.edits import Edit
from patcher.text.formats import parse_json

NAME = "nextfix-hook.cjs"
_START = b"// nextfix "
_BLANK = re.compile("__(VERSION|RELEASES|STYLE|EDITS|IN_ORDER)__")


@dataclass(frozen=True, slots=True)
class HookFile:
    """One file that Node loads: the release it is of, its path from the package's folder on, what to do to it."""

    release: str
    path: str
    published: bytes
    edits: tuple[Edit, ...]
    after: bytes


@dataclass(frozen=True, slots=True)
class Hook:
    """A preload as it was read: the style, and the edits by the path of a file and the hash of its bytes."""

    style: str
    edits: Mapping[str, Mapping[str, tuple[Edit, ...]]]


def render(files: Sequence[HookFile], style: str) -> bytes:
    """The preload for `files`; those without edits are known to be in order.

    Raises:
        NextfixError: REFUSED when a replacement is not UTF-8.
    """
    edits: dict[str, dict[str, list[tuple[int, int, str]]]] = {}
    in_order: set[str] = set()
    for file in files:
        if file.edits:
            edits.setdefault(file.path, {})[digest(file.published)] = [
                (edit.start, edit.end - edit.start, _text(edit, file)) for edit in _sorted(file.edits)
            ]
        in_order.add(digest(file.after))
    return _filled(
        {
            "VERSION": patcher.__version__,
            "RELEASES": ", ".join(sorted({file.release for file in files if file.edits})),
            "STYLE": style,
            "EDITS": json.dumps(edits, indent=1, sort_keys=True),
            "IN_ORDER": json.dumps(sorted(in_order), indent=1),
        }
    )


def is_hook(data: bytes) -> bool:
    """Whether `data` is a preload of nextfix, of whatever version."""
    return data.startswith(_START) and b"NEXTFIX_HOOK" in data


def read_hook(data: bytes) -> Hook | None:
    """Read the preload `data`; None when it is not, to the byte, one that this nextfix writes."""
    try:
        values = dict(_blanks(data.decode("utf-8")))
        if values.get("VERSION") != patcher.__version__ or _filled(values) != data:
            return None
        return Hook(values["STYLE"], _edits(parse_json(values["EDITS"].encode(), NAME)))
    except (NextfixError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _template() -> str:
    return Path(__file__).with_name("require_hook.cjs").read_text(encoding="utf-8")


def _filled(values: Mapping[str, str]) -> bytes:
    return _BLANK.sub(lambda found: values[found[1]], _template()).encode("utf-8")


def _blanks(text: str) -> Iterator[tuple[str, str]]:
    """What stands in `text` where the template has its blanks."""
    pieces = _BLANK.split(_template())
    at = len(pieces[0])
    for name, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        end = text.index(literal, at) if literal else len(text)
        yield name, text[at:end]
        at = end + len(literal)


def _edits(data: Any) -> dict[str, dict[str, tuple[Edit, ...]]]:
    return {
        path: {
            sha256: tuple(Edit(start, start + length, text.encode()) for start, length, text in edits)
            for sha256, edits in hashes.items()
        }
        for path, hashes in data.items()
    }


def _sorted(edits: tuple[Edit, ...]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def _text(edit: Edit, file: HookFile) -> str:
    try:
        return edit.new.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NextfixError(
            ExitCode.REFUSED, "not UTF-8", path=file.path, hint="use another --to for this release"
        ) from error
