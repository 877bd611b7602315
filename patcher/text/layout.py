"""How a file is laid out: its newline, its indentation, and moving text to another indentation."""

import re
from collections import Counter
from functools import lru_cache

BOM = b"\xef\xbb\xbf"


@lru_cache(maxsize=4)
def newline_of(source: bytes) -> bytes:
    """The newline that most lines of `source` end with; `\\n` for a file without one."""
    crlf = source.count(b"\r\n")
    return b"\r\n" if crlf * 2 > source.count(b"\n") else b"\n"


def indent_at(source: bytes, offset: int) -> bytes:
    """The white space that begins the line of `offset`."""
    start = source.rfind(b"\n", 0, offset) + 1
    end = start
    while end < offset and source[end : end + 1] in (b" ", b"\t"):
        end += 1
    return source[start:end]


@lru_cache(maxsize=4)
def indent_unit(source: bytes) -> bytes:
    """One level of indentation as `source` writes it: what lines most often have more than the line above.

    Four spaces for a file that indents nothing.
    """
    steps: Counter[bytes] = Counter()
    above = b""
    for indent in re.findall(rb"^([ \t]*)[^\s*]", source[:65536], re.MULTILINE):
        if len(indent) > len(above) and indent.startswith(above):
            steps[indent[len(above) :]] += 1
        above = indent
    return steps.most_common(1)[0][0] if steps else b"    "


def canonical(source: bytes) -> bytes:
    """`source` without BOM and with `\\n` newlines: what a published file was before a tool converted it."""
    return source.removeprefix(BOM).replace(b"\r\n", b"\n")


def reindent(text: bytes, old: bytes, new: bytes, keep: list[tuple[int, int]]) -> bytes:
    """`text` with each line after the first moved from indentation `old` to `new`.

    `keep` lists spans of `text` (template literals) whose inner lines are data and stay as they are.
    """
    if old == new or b"\n" not in text:
        return text
    out = []
    offset = 0
    for line in text.splitlines(keepends=True):
        data = any(start < offset <= end for start, end in keep)
        moves = offset > 0 and not data and line.startswith(old) and line.strip()
        out.append(new + line.removeprefix(old) if moves else line)
        offset += len(line)
    return b"".join(out)
