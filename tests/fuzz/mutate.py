"""Mutations of bytes and of tokens, drawn from a seeded generator so that every input can be made again."""

import random
import re

_TOKEN = re.compile(
    rb"\s+|//[^\n]*|/\*.*?\*/|[A-Za-z_$][\w$]*|\d+|'[^'\n]*'|\"[^\"\n]*\"|`[^`]*`|=>|[=!]==?|&&|\|\||.",
    re.DOTALL,
)
_POOL = (
    *(
        b"async",
        b"await",
        b"return",
        b"this",
        b"if",
        b"else",
        b"yield",
        b"function*",
        b"class A{}",
        b"throw 1",
    ),
    *(
        b"=>",
        b"...",
        b"?.",
        b"(",
        b")",
        b"{",
        b"}",
        b"[",
        b"]",
        b";",
        b",",
        b"`${",
        b"`",
        b"'",
        b'"',
        b"/*",
        b"*/",
    ),
    *(
        b"//",
        b"\n",
        b"\r\n",
        b"\r",
        b"\xe2\x80\xa8",
        b"\xff",
        b"\0",
        b"\xef\xbb\xbf",
        b"$",
        b"$$$A",
        b"$SLOT",
        b"#p",
    ),
    *(
        b"value",
        b"pending",
        b"error",
        b"arguments",
        b"super",
        b"new.target",
        b"import.meta",
        b"label:",
        b"@d",
    ),
    *(
        b"!0",
        b"void 0",
        b"null===",
        b"a||(b)",
        b"x,y",
        b"({})",
        b"<a>{1}</a>",
        b"\\u0061",
        b"=",
        b"??=",
        b"0n",
    ),
)


def tokens_of(source: bytes) -> list[bytes]:
    """`source` in pieces, white space included: joined they are `source` again."""
    return _TOKEN.findall(source)


def mutated(source: bytes, chance: random.Random, others: tuple[bytes, ...] = ()) -> bytes:
    """`source` after one to four random mutations; `others` lend pieces."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        source = chance.choice((_bytes, _tokens, _tokens, _tokens, _splice, _layout))(source, chance, others)
    return source


def _bytes(source: bytes, chance: random.Random, others: tuple[bytes, ...]) -> bytes:  # noqa: ARG001
    at = chance.randrange(len(source) + 1)
    length = chance.choice((0, 1, 1, 2, 8, 64, 500))
    new = chance.choice(
        (b"", b"", bytes([chance.randrange(256)]), chance.choice(_POOL), source[at : at + length] * 2)
    )
    return source[:at] + new + source[at + length :]


def _tokens(source: bytes, chance: random.Random, others: tuple[bytes, ...]) -> bytes:  # noqa: ARG001
    tokens = tokens_of(source)
    if not tokens:
        return source
    one, two = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    kind = chance.randrange(6)
    if kind == 0:
        tokens[one], tokens[two] = tokens[two], tokens[one]
    elif kind == 1:
        del tokens[one : one + chance.choice((1, 1, 2, 9))]
    elif kind == 2:
        tokens[one:one] = tokens[min(one, two) : max(one, two)][:40]
    elif kind == 3:
        tokens[one] = chance.choice(_POOL)
    elif kind == 4:
        tokens.insert(one, b" " + chance.choice(_POOL) + b" ")
    else:
        old, new = tokens[one], tokens[two]
        tokens = [new if token == old else token for token in tokens]
    return b"".join(tokens)


def _splice(source: bytes, chance: random.Random, others: tuple[bytes, ...]) -> bytes:
    other = chance.choice(others) if others else source
    cut = chance.choice((b"\n", b"{", b"}", b";", b","))
    left, right = source.split(cut), other.split(cut)
    at = chance.randrange(len(left))
    start = chance.randrange(len(right))
    left[at : at + chance.choice((0, 1))] = right[start : start + chance.choice((1, 2, 6))]
    return cut.join(left)


def _layout(source: bytes, chance: random.Random, others: tuple[bytes, ...]) -> bytes:  # noqa: ARG001
    kind = chance.randrange(7)
    if kind == 0:
        return source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if kind == 1:
        return source.replace(b"\n", chance.choice((b" ", b"\r", b"\n\n", b"\n\t")))
    if kind == 2:
        return b"\xef\xbb\xbf" + source
    if kind == 3:
        return source.rstrip()
    if kind == 4:
        return re.sub(rb"(?m)^ +", b"\t", source)
    if kind == 5:
        wrap = chance.choice(
            ((b"(", b")"), (b"{", b"}"), (b"[", b"]"), (b"if(a)", b""), (b"a=>", b""), (b"!", b""))
        )
        times = chance.choice((1, 50, 200, 2000))
        return wrap[0] * times + source + wrap[1] * times
    return source * chance.choice((2, 3, 20))
