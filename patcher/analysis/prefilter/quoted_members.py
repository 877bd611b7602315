"""Members whose names compilers quote for engines older than ES5, read as the members they are.

Babel writes `map["delete"](key)` and `promise["finally"](f)`, since a reserved word could not follow a dot once. What
is looked for by its name would be missed there; the bytes keep their number, so that every offset stays what it is.
"""

import re

# From the bracket on, which the matcher finds at memory speed.
_QUOTED = re.compile(rb"\[(?<=[\w$)\]]\[)([\"'])(delete|catch|finally|default|return|throw)\1\](?=\()")


def plain_members(source: bytes) -> bytes:
    """`source` with reserved words after a dot; the same bytes, and as many, when none is quoted."""
    if b'["' not in source and b"['" not in source:
        return source
    return _QUOTED.sub(lambda quoted: (b"." + quoted[2]).ljust(len(quoted[0])), source)
