"""Where else in a file stands what a store is judged by: its slot, whose it is, and what is stored.

A field and a method are looked for after a dot or where they are declared, a variable and a function by
themselves; the members of another object (`axios.get(`) are not this file's to declare.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from patcher.analysis.backwards import functions_around, path_at_end
from patcher.analysis.hints import KEYWORDS, occurrences

_MOST = 400
_SHORT = 3  # what such a name means changes with every function of a minified file
_BODY = 2_500
_NEAR = 40  # from `=` to the timer that is stored
_OWNER = rb"[A-Z]\w*|_?this\d*|_?self\d*|that|me|_this_\w+"
_THIS = re.compile(rb"(?:%b)$" % _OWNER)
_VALUE = re.compile(rb"=\s*\(*(?:0,\s?)?(?:new )?((?:%b)\??\.)?([\w$#]++)(?!\??\.)" % _OWNER)
_GIVEN = re.compile(rb"\s*[=;]")
_CLASS = re.compile(rb"class ([\w$]+)")
_COMMON = KEYWORDS | {b"Promise", b"exports", b"module"}


def mentions(source: bytes, places: list[int]) -> set[int]:
    """Offsets at which what is stored at `places`, or stored into there, is mentioned; the first 400 of each.

    Args:
        source: the file.
        places: where stores stand: the `=`, the `.set(`, or the timer that is started.
    """
    fields, variables = _names(source, places)
    found: set[int] = set()
    for names, free in ((fields, False), (variables, True)):
        for name in names - _COMMON:
            if len(name) > _SHORT:
                found.update(_mentions(source, name, free))
            elif name and free:
                found.update(_declared(source, name))
    return found


def _names(source: bytes, places: list[int]) -> tuple[set[bytes], set[bytes]]:
    """The names of fields and methods, and those of variables, functions and classes."""
    fields = {name for name, _ in functions_around(source, places, _BODY, nearest=1)}
    variables = set[bytes]()
    classes = [(match.start(), match[1]) for match in _CLASS.finditer(source)]
    for place in places:
        equals = place if source[place] in b"=." else source.rfind(b"=", max(0, place - _NEAR), place)
        *owners, slot = path_at_end(source, equals if equals >= 0 else place).replace(b"?", b"").split(b".")
        (fields if owners else variables).add(slot)
        variables.update(owners)
        around = bisect_left(classes, (place,))
        if owners and around and _THIS.match(owners[0]) is not None:
            variables.add(classes[around - 1][1])
        value = _VALUE.match(source, place)
        if value is not None:
            (fields if value[1] else variables).add(value[2])
    return fields, variables.union(*(_aliased(source, name) for name in variables))


def _mentions(source: bytes, name: bytes, free: bool) -> Iterator[int]:
    """Where `name` stands as a word; `free`, then not after a dot."""
    for count, match in enumerate(_word(name, rb"\w$." if free else rb"\w$").finditer(source)):
        if count == _MOST:
            return
        yield match.start()


def _declared(source: bytes, name: bytes) -> Iterator[int]:
    """Where a variable with a short name is declared."""
    for word in (b"let ", b"var ", b"const ", b", "):
        for place in occurrences(source, word + name):
            if _GIVEN.match(source, place + len(word) + len(name)) is not None:
                yield place + len(word)


def _aliased(source: bytes, name: bytes) -> Iterator[bytes]:
    """The variables that the variable `name` is another name of."""
    if len(name) > _SHORT:
        for match in _word(name, rb"\w$.", rb"\s*=\s*([\w$]+)\s*[,;]").finditer(source):
            yield match[1]


def _word(name: bytes, not_after: bytes, then: bytes = rb"(?![\w$])") -> re.Pattern[bytes]:
    """Finds `name` at memory speed: the name comes first in the expression, and what stands before it last."""
    name = re.escape(name)
    return re.compile(rb"%b(?<![%b]%b)%b" % (name, not_after, name, then))
