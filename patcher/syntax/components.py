"""The scripts of Vue and Svelte components, read as one file of JavaScript or TypeScript.

What is not script becomes blank, byte for byte, so that offsets, lines and columns are those of the component. The body
of a `<script setup>`, and of the script of a Svelte component, runs once for each time that the component is rendered:
it becomes the body of a function that is given a request. Any other script runs when its module is loaded.
"""

import re
from dataclasses import dataclass

from patcher.syntax.tree import Dialect, dialect_of

COMPONENTS = (".vue", ".svelte")
# Types of scripts that hold no JavaScript.
_DATA = re.compile(rb"json|importmap|template|html|x-|glsl|text/(?!javascript|typescript|babel)", re.I)
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_HEAD = re.compile(rb"<svelte:head\b.*?</svelte:head\s*>", re.S)
_OPENS = re.compile(rb"<script\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.I)
_CLOSES = re.compile(rb"</script\s*>", re.I)
_ATTRIBUTE = re.compile(rb"([\w:@-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_RENDERS = (b";async req=>{", b";req=>{")


@dataclass(frozen=True, slots=True)
class Script:
    """What a file says in JavaScript or TypeScript.

    Attributes:
        source: as many bytes as the file has.
        dialect: the grammar to read them with.
        rendered: where the code stands that runs for each rendering, as offsets of its first byte and past its last.
    """

    source: bytes
    dialect: Dialect
    rendered: tuple[tuple[int, int], ...] = ()


def is_component(path: str) -> bool:
    """Whether the file at `path` is, by its name, a component of Vue or Svelte."""
    return path.endswith(COMPONENTS)


def script_of(path: str, source: bytes) -> Script:
    """The script of the file at `path`: its `source` as it is, or that of the scripts of a component."""
    if not is_component(path):
        return Script(source, dialect_of(path))
    text = bytearray(_blank(source))
    dialect = Dialect.JAVASCRIPT
    rendered: list[tuple[int, int]] = []
    for opens, closes in _scripts(source, svelte=path.endswith(".svelte")):
        held = _attributes(opens[1])
        start, end = opens.end(), closes.start()
        text[start:end] = source[start:end]
        dialect = _wider(dialect, held.get(b"lang", b""))
        if b"setup" in held or (path.endswith(".svelte") and not _is_module(held)):
            head = next(head for head in _RENDERS if len(head) <= start - opens.start())
            text[opens.start() : opens.start() + len(head)] = head
            text[end : end + 1] = b"}"
            rendered.append((start, end))
    return Script(bytes(text), dialect, tuple(rendered))


def _scripts(source: bytes, *, svelte: bool) -> list[tuple[re.Match[bytes], re.Match[bytes]]]:
    """Where each script opens and closes, those of markup and of data left out."""
    hidden = [_COMMENT, _HEAD] if svelte else [_COMMENT]
    found: list[tuple[re.Match[bytes], re.Match[bytes]]] = []
    here = 0
    while (opens := _OPENS.search(source, here)) is not None:
        past = max(
            (h.end() for pattern in hidden for h in [_around(pattern, source, here, opens)] if h), default=0
        )
        closes = _CLOSES.search(source, opens.end()) if not past else None
        here = past or (closes.end() if closes is not None else len(source))
        held = _attributes(opens[1])
        if closes is not None and b"src" not in held and _DATA.search(held.get(b"type", b"")) is None:
            found.append((opens, closes))
    return found


def _around(
    pattern: re.Pattern[bytes], source: bytes, here: int, opens: re.Match[bytes]
) -> re.Match[bytes] | None:
    """The match of `pattern` from `here` on that `opens` stands in."""
    while (hides := pattern.search(source, here, len(source))) is not None and hides.start() < opens.start():
        if hides.end() > opens.start():
            return hides
        here = hides.end()
    return None


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return {m[1]: m[2] or m[3] or m[4] or b"" for m in _ATTRIBUTE.finditer(text)}


def _is_module(held: dict[bytes, bytes]) -> bool:
    return b"module" in held or held.get(b"context") == b"module"


def _wider(dialect: Dialect, lang: bytes) -> Dialect:
    if lang == b"tsx" or dialect is Dialect.TSX:
        return Dialect.TSX
    return Dialect.TYPESCRIPT if lang in (b"ts", b"typescript") else dialect


def _blank(source: bytes) -> bytes:
    return re.sub(rb"[^\r\n]", b" ", source)
