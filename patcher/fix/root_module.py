"""A module of a project that exports the root, and how another file of the project imports it."""

import os
import re
from pathlib import PurePosixPath

from patcher.detached.own_root import Helper
from patcher.text.async_root import own_root

_TYPED = frozenset({".ts", ".mts", ".cts", ".tsx"})
_RELATIVE = re.compile(rb"(?:from\s*|import\s*|require\(\s*)[\"']\.\.?/[^\"'\n]*?(\.[cm]?[jt]sx?)?[\"']")
_MODULE = re.compile(rb"(?m)^\s*(?:import|export)\b")
# A TypeScript file is imported by the name of what it is compiled to.
_COMPILED = {".ts": ".js", ".mts": ".mjs", ".cts": ".cjs", ".tsx": ".js"}


def exported_root(source: bytes) -> bytes:
    """The name under which a file exports the root; empty when it does not."""
    name = own_root(source)
    if not name:
        return b""
    word = re.escape(name)
    exported = (
        rb"\bexport\s+const\s+%b\b|\bexport\s*\{[^}]*(?<![\w$])%b\s*[,}]"
        rb"|\bexports\.%b\s*=|\bmodule\.exports\s*=\s*\{[^}]*(?<![\w$])%b\s*[,}]"
    )
    return name if re.search(exported % (word, word, word, word), source) else b""


def root_helper(path: str, source: bytes, other: str, text: bytes) -> Helper | None:
    """How the file `path` imports the root that the module `other` exports; None when it does not or they do not mix.

    Args:
        path: the file that needs the root.
        source: its bytes.
        other: the other file of the same package.
        text: its bytes.
    """
    name = exported_root(text)
    here, there = PurePosixPath(path), PurePosixPath(other)
    typed = here.suffix in _TYPED
    if not name or typed != (there.suffix in _TYPED) or there.suffix not in (".js", ".mjs", ".cjs", *_TYPED):
        return None
    module = typed or bool(_MODULE.search(source))
    if not typed and module != bool(_MODULE.search(text)):
        return None
    relative = os.path.relpath(there.with_suffix(""), here.parent).replace(os.sep, "/")
    below = relative if relative.startswith(".") else f"./{relative}"
    return Helper(name, (below + _ending(source, there.suffix, typed=typed, module=module)).encode())


def _ending(source: bytes, suffix: str, *, typed: bool, module: bool) -> str:
    """The ending of the specifier, as the file writes that of its other imports."""
    others = _RELATIVE.findall(source)
    if typed:
        written = next((ending.decode() for ending in others if ending), "")
        return "" if not written else suffix if written in _TYPED else _COMPILED[suffix]
    plain = suffix == ".js" and (not module or (bool(others) and not any(others)))
    return "" if plain else suffix
