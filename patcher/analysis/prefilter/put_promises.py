"""Whether what is put into a collection (`all.push(x)`) may be a promise, on bytes: mostly it is seen not to be.

A place is passed over only where the tree would say the same: most of what is pushed is a literal, a field, or a
parameter, and most collections are variables of the function that fills them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from patcher.analysis.prefilter.candidates import may_be_promise
from patcher.analysis.prefilter.guards import is_word
from patcher.analysis.prefilter.hints import occurrences
from patcher.analysis.prefilter.reverse import opening, path_before

_TEXT = rb"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\$]|\\.)*+`"
_END = rb"\s*(?:\)|,(?!\s*[)/]))"
_PLAIN = re.compile(
    rb"\s*(?:\.\.\.|\)|(?:%b|[\d.]+|(?:[\w$]+\s*\??\.\s*)+#?(?!promise\b)[\w$]+)%b|(?:async\s)?\s*(?:[\w$]+|\([\w$,\s]*\))\s*=>)"
    % (_TEXT, _END)
)
_NAME = re.compile(rb"\s*([\w$]+)\s*(?:(\))|,(?!\s*[)/]))")
_OPENS = re.compile(rb"\s*[\[{]")
_TOKENS = re.compile(rb"[\[({]|[\])}]|%b|//[^\n]*|/\*(?s:.*?)\*/" % _TEXT)
_CLOSES = frozenset(b"])}")
_OPENED = frozenset(b"[({")
_ENDS = re.compile(_END)
_ARGUMENTS = re.compile(rb"\((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+\)")
_LONG = 600
_GIVEN = re.compile(rb"\s*(?:[/:]|[!?]\s?:|(?:[-+*%&|^?<>]{1,3})?=(?![=>]))")
_VALUE = re.compile(
    rb"\s*=\s*(?:(?:%b|[\d.]+|\[\]|\{\}|(?:[\w$]+\??\.)+#?(?!promise\b)[\w$]+|null|true|false)\s*[;,]|await\s[^;|&?{}]*;)"
    % _TEXT
)
_FUNCTIONS = re.compile(rb"=>|\bfunction\b|\bclass\b")
_BLOCKS = re.compile(rb"\)[^;{}()]*\{|[{}]")
_CONTROLS = re.compile(rb"(?:\b(?:if|for|while|switch)|\}\s*catch|\bfor\s+await)\s*$")
_DECLARES = re.compile(rb"[\w$]+\s+[\w$]+\s*(?:=(?![=>])|[;:])")
_NEAR = 4_000
_FEW = 60
_MOST = 60


def puts_promise(source: bytes, place: int) -> bool:
    """Whether the first argument of the call whose arguments begin at `place` may be a promise, and the only one."""
    if _PLAIN.match(source, place + 1) is not None:
        return False
    match = _NAME.match(source, place + 1)
    if match is not None:
        named = match[1] == b"promise" or _is_given(source, match[1])
        return match[2] is not None and named and may_be_promise(source, *match.span(1))
    match = _OPENS.match(source, place + 1)
    ends = _literal_end(source, match.end() - 1) if match is not None else -1
    if match is not None and ends >= 0:
        is_object = source[match.end() - 1 : match.end()] == b"{"
        return is_object and may_be_promise(source, match.end(), ends)
    given = _ARGUMENTS.match(source, place, place + _LONG)
    return may_be_promise(source, place, given.end() if given is not None else place + _LONG)


def is_filled_here(source: bytes, place: int) -> bool:
    """Whether the collection whose method's name ends at `place` is a variable of the very function that calls it."""
    dot = source.rfind(b".", 0, place)
    name = path_before(source, dot)
    start = dot - len(name)
    if not name or not name.replace(b"$", b"_").replace(b"_", b"a").isalnum():
        return False
    low = max(0, start - _NEAR)
    declared = max(source.rfind(word + name, low, start) for word in (b"const ", b"let ", b"var "))
    if declared < 0 or not _declares(source, declared, name):
        return False
    return _FUNCTIONS.search(source, declared, start) is None and _is_open(source, declared, start)


def _declares(source: bytes, declared: int, name: bytes) -> bool:
    """Whether a statement that declares `name` begins at `declared`, and not a loop, a comment or a longer word."""
    line = source[max(source.rfind(b"\n", 0, declared) + 1, declared - 200) : declared]
    if line.strip() and (line.rstrip()[-1:] not in (b";", b"{", b"}") or b"//" in line):
        return False
    match = _DECLARES.match(source, declared)
    return match is not None and is_word(source, source.find(name, declared + 4), len(name))


def _is_open(source: bytes, declared: int, end: int) -> bool:
    """Whether the block of a declaration goes on at `end`, and only conditions and loops begin between."""
    depth = 0
    for match in _BLOCKS.finditer(source, declared, end):
        depth += -1 if match[0] == b"}" else 1
        if depth < 0:
            return False
        if match[0][:1] == b")":
            begins = opening(source, match.start(), b"(", b")")
            if _CONTROLS.search(source, max(0, begins - 12), begins) is None:
                return False
    return True


def _is_given(source: bytes, name: bytes) -> bool:
    """Whether anything is assigned to a variable called `name`; found once in a file."""
    assigned = _assigned(source)
    if name not in assigned.known:
        assigned.known[name] = _has_assignment(assigned.source, name)
    return assigned.known[name]


@dataclass(frozen=True, slots=True)
class _Assigned:
    """Which names of a file something is assigned to, as far as it was asked."""

    source: bytes
    known: dict[bytes, bool]


@lru_cache(maxsize=1)  # for the places of one file, which follow one another
def _assigned(source: bytes) -> _Assigned:
    return _Assigned(source, {})


def _has_assignment(source: bytes, name: bytes) -> bool:
    size = len(name)
    for tries, here in enumerate(occurrences(source, name)):
        if tries > _MOST:
            return True
        if source[here - 1 : here] == b"." or not is_word(source, here, size):
            continue
        if _GIVEN.match(source, here + size) is not None and _VALUE.match(source, here + size) is None:
            return True
    return False


def _literal_end(source: bytes, place: int) -> int:
    """Where the list or the object ends that begins at `place` and is all of an argument; -1 when there is more."""
    depth = 0
    for tries, match in enumerate(_TOKENS.finditer(source, place)):
        first = source[match.start()]
        depth += (first in _OPENED) - (first in _CLOSES)
        if depth == 0:
            return match.end() if _ENDS.match(source, match.end()) is not None else -1
        if tries > _FEW:
            return -1
    return -1
