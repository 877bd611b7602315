"""Private fields as compilers write them for older engines, read as the fields they are.

TypeScript makes `__classPrivateFieldSet(this, _A_slot, value, "f")` of `this.#slot = value`, Babel
`_classPrivateFieldSet(_slot, this, value)`. The calls are turned into member expressions before the file is
looked at, each byte for byte as long as it was, so that every offset and line stays what it is.
"""

import re

from patcher.analysis.prefilter.reverse import backwards, path_before

# Each begins with bytes that the matcher finds at memory speed; what stands before is read backwards.
_ARGUMENTS = rb"2?(\)?)\((?:(this|_this\d*)[ \t]*,[ \t]*([\w$]+)|([\w$]+)[ \t]*,[ \t]*(this|_this\d*))"
_GET = re.compile(rb"classPrivateFieldGet" + _ARGUMENTS + rb"(?:,[ \t]*\"f\")?\)")
_SET = re.compile(rb"classPrivateFieldSet" + _ARGUMENTS + rb"[ \t]*,")
_INDIRECT = re.compile(rb"[ \t]*,0\(")
_KIND = re.compile(rb",[ \t]*\"f\"(?=\s*$)")
_MAX_VALUE = 20_000


def plain_fields(source: bytes) -> bytes:
    """`source` with compiled private fields as fields; the same bytes, and as many, when there are none."""
    gets, sets = list(_GET.finditer(source)), list(_SET.finditer(source))
    if not gets and not sets:
        return source
    plain = bytearray(source)
    for match in gets:
        start = _start(source, match)
        plain[start : match.end()] = _field(match).ljust(match.end() - start)
    # From the last to the first, so that a store inside the value of another is turned before it.
    for match in reversed(sets):
        start, value = _start(source, match), match.end()
        end = _closing(source, value)
        if end >= 0:
            plain[start:value] = (b"(" + _field(match)).ljust(value - start - 1) + b"="
            plain[value:end] = _KIND.sub(lambda kind: b" " * len(kind[0]), plain[value:end])
    return bytes(plain)


def _start(source: bytes, match: re.Match[bytes]) -> int:
    """Where the callee begins: `__classPrivateFieldGet`, `tslib.__class…`, `(0, tslib.__class…)`."""
    start = match.start() - len(path_before(source, match.start()).lstrip(b"."))
    indirect = _INDIRECT.match(backwards(source, start, 12)) if match[1] else None
    return start - indirect.end() if indirect is not None else start


def _field(match: re.Match[bytes]) -> bytes:
    return (match[2] or match[5]) + b"." + (match[3] or match[4])


def _closing(source: bytes, start: int) -> int:
    """Where the parenthesis ends in which `start` lies; -1 when that is too far away to tell."""
    here = source.find(b")", start, start + _MAX_VALUE)
    while here >= 0 and source.count(b"(", start, here) > source.count(b")", start, here):
        here = source.find(b")", here + 1, start + _MAX_VALUE)
    return here
