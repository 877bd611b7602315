"""A preload for Node that makes the same edits as a file is loaded, by its hash: nothing on disk changes.

It is for images that are read-only and for installs that run no scripts. What it carries are edits, so it is
the artefact of the project it was made in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import patcher
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.text.edits import Edit

NAME = "nextfix-hook.cjs"


@dataclass(frozen=True, slots=True)
class HookFile:
    """One file that Node loads: the release it is of, its path from the package's folder on, what to do to it."""

    release: str
    path: str
    published: bytes
    edits: tuple[Edit, ...]
    after: bytes


def render(files: Sequence[HookFile]) -> bytes:
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
    template = Path(__file__).with_name("require_hook.cjs").read_text(encoding="utf-8")
    values = {
        "__VERSION__": patcher.__version__,
        "__RELEASES__": ", ".join(sorted({file.release for file in files if file.edits})),
        "__EDITS__": json.dumps(edits, indent=1, sort_keys=True),
        "__IN_ORDER__": json.dumps(sorted(in_order), indent=1),
    }
    for name, value in values.items():
        template = template.replace(name, value, 1)
    return template.encode("utf-8")


def _sorted(edits: tuple[Edit, ...]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def _text(edit: Edit, file: HookFile) -> str:
    try:
        return edit.new.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NextfixError(
            ExitCode.REFUSED, "not UTF-8", path=file.path, hint="use another --to for this release"
        ) from error
