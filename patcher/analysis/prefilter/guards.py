"""Whether the slot of a store is asked near it, on bytes: what every guard, early return and refresh does."""

import re

from patcher.analysis.prefilter.reverse import backwards, is_field, name_before, path_before, turned_round

_BEFORE, _AFTER, _SHORT_BEFORE, _SHORT_AFTER, _SHORT = 4_000, 2_000, 600, 200, 2
_DECLARED = re.compile(rb"(?:var|let|const)\s+[\w$]+\s*$")
_NAMES = bytes(c if chr(c).isalnum() or c in b"_$#" or c > 127 else 32 for c in range(256))
_HEADS = re.compile(rb"\)\s?\{")
_CONTROLS = re.compile(rb"(?:if|for|while|switch|catch|with)\s?\(")
_ASKED_AFTER = re.compile(rb"\s*(?:\?|\|\||&&|[!=]=|\.(?:get|has)\(|\[|\.then\(|instanceof\b)")
# Read backwards: `!`, `if (`, `return`, `await`, `typeof`, a choice, or `=` (given to a variable that is tested).
_ASKED_BEFORE = re.compile(
    rb"[\s(]*(?:!|\(\s?%b\b|%b\b|[&|?:,]|=(?![=!<>])|%b)"
    % (
        turned_round(b"if", b"while"),
        turned_round(b"return", b"await", b"typeof"),
        turned_round(b"=>", b"=="),
    )
)


def guards_itself(source: bytes, place: int) -> bool:
    """Whether the store at `place` is `||=` or `??=`."""
    return source[place - 1 : place] in (b"?", b"|")


def is_kept(source: bytes, place: int) -> bool:
    """Whether the slot of the store at `place` outlives its function and is mentioned near it."""
    if guards_itself(source, place):
        return True
    name = name_before(source, place)
    if not name or is_local(source, place, name):
        return False
    if len(name) <= _SHORT:
        return is_tested(source, place)
    return _word_in(source, name, max(0, place - _BEFORE), place - len(name) - 4) or _word_in(
        source, name, place, place + _AFTER
    )


def is_tested(source: bytes, place: int) -> bool:
    """Whether the slot of the store at `place` guards it, or is tested, returned or awaited near it."""
    if guards_itself(source, place):
        return True
    name = name_before(source, place)
    near = (_SHORT_BEFORE, _SHORT_AFTER) if len(name) <= _SHORT else (_BEFORE, _AFTER)
    return name != b"" and (
        asked(source, name, max(0, place - near[0]), place - len(name))
        or asked(source, name, place + 1, place + near[1])
    )


def asked(source: bytes, name: bytes, start: int, end: int) -> bool:
    """Whether `name` stands between two places where something is tested, returned, awaited or looked up."""
    here, size = source.find(name, start, end), len(name)
    while here >= 0:
        if is_word(source, here, size):
            if _ASKED_AFTER.match(source, here + size) is not None:
                return True
            head = here - len(path_before(source, here))
            if _ASKED_BEFORE.match(backwards(source, head, 12)) is not None:
                return True
        here = source.find(name, here + size, end)
    return False


def is_local(source: bytes, place: int, name: bytes) -> bool:
    """Whether the slot `name` of the store at `place` is a variable that is declared in the very function which stores
    into it: no function begins between."""
    if is_field(source, place):
        return False
    if _DECLARED.search(source, max(0, place - 64), place) is not None:
        return True
    head = source.rfind(name, max(0, place - 64), place)
    declared = -1
    for word in (b"let ", b"var ", b"const "):
        at = source.rfind(word + name, max(0, head - _BEFORE), max(0, head))
        if at >= 0 and _NAMES[source[at + len(word) + len(name)]] == 32:
            declared = max(declared, at)
    if declared < 0:
        return False
    between = source[declared:head]
    if b"=>" in between or b"function" in between:
        return False
    return len(_HEADS.findall(between)) <= len(_CONTROLS.findall(between))


def _word_in(source: bytes, name: bytes, start: int, end: int) -> bool:
    here, size = source.find(name, start, end), len(name)
    while here >= 0:
        if is_word(source, here, size):
            return True
        here = source.find(name, here + size, end)
    return False


def is_word(source: bytes, here: int, size: int) -> bool:
    """Whether the `size` bytes at `here`, which are of a name, are all of it."""
    end = here + size
    return _NAMES[source[here - 1]] == 32 and (end >= len(source) or _NAMES[source[end]] == 32)
