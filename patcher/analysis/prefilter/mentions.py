"""Where else in a file stands what a store is judged by: its slot, whose it is, and what is stored.

A field and a method are looked for after a dot or where they are declared, a variable and a function by
themselves; the members of another object (`axios.get(`) are not this file's to declare.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from patcher.analysis.names import THIS
from patcher.analysis.prefilter.guards import is_word
from patcher.analysis.prefilter.hints import KEYWORDS, occurrences
from patcher.analysis.prefilter.reverse import functions_around, opening, path_at_end, path_before

_MOST = 400
_LONG = re.compile(rb"[\w$]{4,}+")  # what a shorter name means changes with every function of a minified file
_SHORT = 3
_MANY = 60  # names from which on it is faster to read every word than to look for each
# Where a short name is declared; one expression a word, as the matcher finds each at memory speed.
_DECLARED = [re.compile(word + rb"([\w$]{1,3})\s*[=;]") for word in (rb"let ", rb"var ", rb"const ", rb", ")]
_BODY = 2_500
_NEAR = 40  # from `=` to the timer that is stored
_STORED = re.compile(rb"=(?!>)\s*[^;{}=\n]*$")  # before a call whose result is stored, in the same statement
_OWNER = rb"[A-Z]\w*|%b" % THIS
_OWNS = re.compile(rb"(?:%b)$" % _OWNER)
_VALUE = re.compile(rb"=\s*\(*(?:0,\s?)?(?:new )?((?:%b)\??\.)?([\w$#]++)(?!\??\.)" % _OWNER)
_ALIAS = re.compile(rb"\s*=\s*([\w$]+)\s*[,;]")
_CLASS = re.compile(rb"class ([\w$]+)")
_COMMON = KEYWORDS | {b"Promise", b"exports", b"module"}


def mentions(source: bytes, places: list[int]) -> set[int]:
    """Offsets at which what is stored at `places`, or stored into there, is mentioned; the first 400 of each.

    Args:
        source: the file.
        places: where stores stand: the `=`, the `.set(`, the `]` of an entry, or the timer that is started.
    """
    fields, variables = _names(source, places)
    found = set(_declarations(source, {name for name in variables if len(name) <= _SHORT}))
    counts = Counter[bytes]()
    for name, start in _words(source, (fields | variables) - _COMMON):
        if (name in fields or source[start - 1 : start] != b".") and counts[name] < _MOST:
            counts[name] += 1
            found.add(start)
    return found


def _words(source: bytes, names: set[bytes]) -> Iterator[tuple[bytes, int]]:
    """Where each of `names` with more than three letters stands as a word."""
    if len(names) > _MANY:
        yield from ((word[0], word.start()) for word in _LONG.finditer(source) if word[0] in names)
        return
    for name in names:
        for start in occurrences(source, name) if len(name) > _SHORT else ():
            if is_word(source, start, len(name)):
                yield name, start


def _declarations(source: bytes, names: set[bytes]) -> Iterator[int]:
    for pattern in _DECLARED if names else ():
        for match in pattern.finditer(source):
            if match[1] in names:
                yield match.start(1)


def _names(source: bytes, places: list[int]) -> tuple[set[bytes], set[bytes]]:
    """The names of fields and methods, and those of variables, functions and classes."""
    fields = {name for name, _ in functions_around(source, places, _BODY, nearest=1)}
    variables = set[bytes]()
    classes = [(match.start(), match[1]) for match in _CLASS.finditer(source)]
    for place in places:
        *owners, slot = _stored_into(source, place).replace(b"?", b"").split(b".")
        (fields if owners else variables).add(slot.lstrip(b"#"))
        variables.update(owners or _aliased(source, slot, place))
        around = bisect_left(classes, (place,))
        if owners and around and _OWNS.match(owners[0]) is not None:
            variables.add(classes[around - 1][1])
        value = _VALUE.match(source, place)
        if value is not None:
            (fields if value[1] else variables).add(value[2].lstrip(b"#"))
    return fields, variables


def _stored_into(source: bytes, place: int) -> bytes:
    """The path of what the store at `place` stores into: for the `]` of an entry that of its collection, for the `(` of
    a call that is not stored that of the object whose method is called, as in `sockets.add(req)`."""
    if source[place : place + 1] == b"]":
        end = place + 1
        while source[end - 1 : end] == b"]":
            end = opening(source, end - 1, b"[", b"]")
        return path_before(source, end)
    if source[place] in b"=.":
        return path_at_end(source, place)
    stored = _STORED.search(source, max(0, place - _NEAR), place)
    if stored is not None:
        return path_at_end(source, stored.start())
    called = path_at_end(source, place)
    return called.rpartition(b".")[0] or called


def _aliased(source: bytes, name: bytes, place: int) -> Iterator[bytes]:
    """The variables that the variable `name` is made another name of shortly before `place`."""
    here = source.rfind(name, max(0, place - _BODY), place - len(name)) if len(name) > _SHORT else -1
    while here >= 0:
        match = _ALIAS.match(source, here + len(name))
        if match is not None:
            yield match[1]
        here = source.rfind(name, max(0, place - _BODY), here)
