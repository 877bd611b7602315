"""Private fields as compilers write them for older engines, read as the fields they are.

TypeScript makes `__classPrivateFieldSet(this, _A_slot, value, "f")` of `this.#slot = value`, Babel
`_classPrivateFieldSet(_slot, this, value)`. The calls are turned into member expressions before the file is
looked at, each byte for byte as long as it was, so that every offset and line stays what it is.
"""

import re

_NAMES = (b"lassPrivateFieldGet", b"lassPrivateFieldSet")
_ARGUMENTS = rb"(?:(this|_this\d*)[ \t]*,[ \t]*([\w$]+)|([\w$]+)[ \t]*,[ \t]*(this|_this\d*))"
_CALLEE = rb"(?:\(0,[ \t]*[\w$]+\.|[\w$]+\.)?_{1,2}classPrivateField"
_GET = re.compile(_CALLEE + rb"Get2?\)?\(" + _ARGUMENTS + rb"(?:,[ \t]*\"f\")?\)")
_SET = re.compile(_CALLEE + rb"Set2?\)?\(" + _ARGUMENTS + rb"[ \t]*,")
_KIND = re.compile(rb",[ \t]*\"f\"(?=\s*$)")
_MAX_VALUE = 20_000


def plain_fields(source: bytes) -> bytes:
    """`source` with compiled private fields as fields; the same bytes, and as many, when there are none."""
    if not any(name in source for name in _NAMES):
        return source
    source = _GET.sub(lambda match: _field(match).ljust(len(match[0])), source)
    plain = bytearray(source)
    # From the last to the first, so that a store inside the value of another is turned before it.
    for match in reversed(list(_SET.finditer(source))):
        start, end = match.end(), _closing(source, match.end())
        if end >= 0:
            plain[match.start() : start] = (b"(" + _field(match)).ljust(len(match[0]) - 1) + b"="
            plain[start:end] = _KIND.sub(lambda kind: b" " * len(kind[0]), plain[start:end])
    return bytes(plain)


def _field(match: re.Match[bytes]) -> bytes:
    return (match[1] or match[4]) + b"." + (match[2] or match[3])


def _closing(source: bytes, start: int) -> int:
    """Where the parenthesis ends in which `start` lies; -1 when that is too far away to tell."""
    here = source.find(b")", start, start + _MAX_VALUE)
    while here >= 0 and source.count(b"(", start, here) > source.count(b")", start, here):
        here = source.find(b")", here + 1, start + _MAX_VALUE)
    return here
