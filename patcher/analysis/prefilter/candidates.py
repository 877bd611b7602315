"""Which stores of a file are worth a tree: a filter on bytes, before anything is parsed.

A store can only be a site when (1) what is stored may be a promise: it is made on the spot, comes from a function
of the file that returns one, is a variable that holds one, or goes to a slot that is awaited, chained or named
like a promise, and (2) the slot is read near the store, which every guard does. Each is a necessary condition
of `judge`, so what is dropped here could not be a finding; `tests/analysis/test_candidates.py` holds it against
an exhaustive run. The cost is linear, and small: the words that promises are made with are rare, and the
stores are enumerated by two passes of the matcher, one over the bytes and one over the bytes turned round, where
the name of a slot follows its `=`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from patcher.analysis.names import THIS
from patcher.analysis.prefilter.guards import asked, is_kept, is_tested
from patcher.analysis.prefilter.hints import KEYWORDS, SCOPE, SHORT, TOKENS, Hints, Names, named, occurrences
from patcher.analysis.prefilter.reverse import (
    is_field,
    last,
    lead,
    name_before,
    store_before,
    target_start,
    turned_round,
)
from patcher.analysis.prefilter.tokens import PROMISES
from patcher.errors import ExitCode, NextfixError

# A line that ends with the value ends the statement, unless the next one goes on with it.
_VALUE = re.compile(
    rb"=(?<![=!<>+*/%^-]=)(?<![^|]\|=)(?<![^&]&=)(?![=>])\s*+\(*+(?:0,\s?)?((?:new )?[A-Za-z_$#][\w$.#?]*+)\)*+"
    rb"(?:\s*+(?=[.?(|&])|[^\S\n]*+)(.?)"
)
# Over the bytes turned round: `]…[` is an index, and what follows it or the `=` the name of the slot.
_SLOT = re.compile(
    rb"=(?<![=>]=)(?:\?\?|\|\||&&)?\s?(?:\](?:[^\[\]\n]|\][^\[\]\n]*\[)*+\[)?([\w$#\x80-\xff]+)"
    rb"(?!\s%b\b)" % turned_round(b"let", b"var", b"const")
)
_PUT = re.compile(
    rb"(?:[^(){},\"'`\[\]]|\[[^\[\]]*\]|\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|\((?:[^()]|\([^()]*\))*\))*+,\s*+"
    rb"(?:(\{)|\(*+((?:new )?[A-Za-z_$#][\w$.#?]*+)\s*+(.?)|(.))"
)
# A function of the file: by its name, on `this` or an alias of it, or on a class.
_OWN = re.compile(rb"(?:(?:[A-Z]\w*|%b)\??\.)?([\w$#]+)(?:\.(?:call|apply))?$" % THIS)
# The key of a `defineProperty` and the value of its descriptor.
_DEFINED = re.compile(
    rb"[^{};,]{1,80},\s*(?:[\"'])?([\w$#]{1,80})[^{};,]{0,2},\s*\{[^{}]{0,120}?\bvalue\b"
    rb"(?:\s*:\s*\(*((?:new )?[A-Za-z_$#][\w$.#?]*+)\s*+(.?)|\s*[,}])"
)
_DEFERRED = re.compile(rb"new [\w$.]*(?:Deferred|Resolvable|PromiseWithResolvers)")
_OBJECT_MADE = re.compile(
    rb"=(?<![=!<>]=)\s*+\{\s*+(?:[\w$]{1,60}:\s?[^,{}()\n]{1,60},\s*+){0,3}[\w$]{1,60}:\s?(?:[\w$]{1,60}\.){0,3}([\w$#]{1,60}+)\("
)
_OWN_DEFAULT = re.compile(
    rb"=(?<![=!<>]=)\s?\(?[\w$.#]{1,80}(?:\[[^\[\]\n]{1,60}\])?\s?(?:\|\||\?\?)\s?(?:[\w$]{1,60}\.){0,3}([\w$#]{1,60}+)\("
)
_CONNECTED = re.compile(rb"=(?<![=!<>]=)\s?\(?new\s[\w$.]{1,80}\([^()\n]{0,120}\)\.[\w$]{1,60}\(")
_WORDS = re.compile(rb"[\w$#]+")
_LITERALS = KEYWORDS - {b"async", b"import"}
_DIRECT = frozenset({b"async", b"import", b"fetch", b"__awaiter"})
# What comes after a value that is a variable and no more.
_ENDS = frozenset({b";", b",", b")", b"}", b"]", b"|", b"&", b"?", b""})
_BEFORE, _AFTER, _OBJECT = 4_000, 1_000, 300
# Around each store some thousand bytes are read. The largest bundles have 2,000 stores and 5,000 tokens; a file
# with many times that was made to cost time.
MOST_STORES, MOST_TOKENS = 10_000, 100_000
_SHORTEST_TOKEN = min(map(len, TOKENS))
# A file without any of these has no promise.
_ANY = (*PROMISES.tokens, b"fsp.", b"subtle.", b"Deferred", b"Resolvable")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the bytes of a file say of promises: its `hints`, the stores of variables and of calls, those of what makes
    promises, and the names of variables that `held` one."""

    hints: Hints
    values: list[tuple[int, bytes, bytes]]
    called: set[int]
    held: Names

    def has(self, name: bytes, place: int) -> bool:
        """Whether `name`, standing at `place`, holds a promise or makes one."""
        hints = self.hints
        names = (self.held, hints.variables, hints.fields, hints.makers, hints.likely)
        return any(each.has(name, place) for each in names)


@lru_cache(maxsize=1)  # for the filters of one file, which follow one another
def _known(source: bytes) -> _Known:
    hints = Hints(source)
    values = _values(source, hints)
    called = set(_made_by_call(values, hints))
    stored = {place for place in hints.stores if source[place : place + 1] != b"."}
    return _Known(hints, values, called, _held(source, stored | called))


def has_promises(source: bytes) -> bool:
    """Whether anything in a file can be a promise."""
    return any(word in source for word in _ANY)


def may_be_promise(source: bytes, start: int, end: int) -> bool:
    """Whether the expression between two places has a word in it that makes a promise, or the name of what holds or
    makes one."""
    text = source[start:end]
    if any(word in text for word in _ANY):
        return True
    known = _known(source)
    return any(known.has(word, start) for word in _WORDS.findall(text))


def candidates(source: bytes) -> list[int]:
    """Where stores stand that may be sites: the offset of the `=`, or of the `.set(`.

    Raises:
        NextfixError: DEFECT when there is more to look at than in any real file.
    """
    if not has_promises(source):
        return []
    if len(source) > MOST_TOKENS * _SHORTEST_TOKEN:
        _refuse_many(sum(map(source.count, TOKENS)), MOST_TOKENS, "words of promises")
    known = _known(source)
    hints, values, called, held = known.hints, known.values, known.called, known.held
    sets = {place for place in hints.stores if source[place : place + 1] == b"."}
    made = hints.stores - sets
    made.update(_from_variables(values, hints, held))
    made |= set(_outer(source, made))
    wrapped = set(_wrapped(source, hints))
    objects = set(_from_variables(values, hints, _held(source, wrapped))) if wrapped else set()
    weaker = (called | objects | wrapped | set(_into_slots(source, hints))) - made
    _refuse_many(len(made) + len(weaker), MOST_STORES, "stores of promises")
    found = {place for place in made if is_kept(source, place)}
    found |= {place for place in weaker if is_tested(source, place) and is_kept(source, place)}
    return sorted(found | sets | set(_put(source, hints, held)) | set(_defined(source, hints, held)))


def _wrapped(source: bytes, hints: Hints) -> Iterator[int]:
    """Stores of an object in which a promise is made, `slot = { promise: load() }`; of a default that the slot itself
    comes before, `slot = slot || load()`; of what is connected as it is made, `slot = new Client().connect()`; and
    of a call, by a function that says it returns a promise."""
    if hints.makers or hints.likely:
        for pattern in (_OBJECT_MADE, _OWN_DEFAULT):
            for match in pattern.finditer(source):
                made = match[1]
                if hints.makers.has(made, match.start()) or hints.likely.has(made, match.start()):
                    yield match.start()
    if hints.fields or hints.variables:
        for match in _CONNECTED.finditer(source):
            name = name_before(source, match.start())
            if hints.fields.has(name, match.start()) or hints.variables.has(name, match.start()):
                yield match.start()


def _refuse_many(count: int, most: int, what: str) -> None:
    if count > most:
        raise NextfixError(ExitCode.DEFECT, f"{count:,} {what}: too many to look at")


def _values(source: bytes, hints: Hints) -> list[tuple[int, bytes, bytes]]:
    """Each store of a variable or of a call: its place, the path that is stored or called, and what follows it."""
    if not (hints.makers or hints.likely or hints.variables or hints.stores):
        return []
    return [(match.start(), match[1], match[2]) for match in _VALUE.finditer(source)]


def _made_by_call(values: list[tuple[int, bytes, bytes]], hints: Hints) -> Iterator[int]:
    """Stores of what a function of the file returns that makes promises."""
    makers, likely = hints.makers, hints.likely
    for place, path, after in values if makers or likely else ():
        if after in (b"(", b"?"):
            own = _OWN.match(path.removeprefix(b"new "))
            if own is not None and (makers.has(own[1], place) or likely.has(own[1], place)):
                yield place


def _held(source: bytes, made: set[int]) -> Names:
    """The names of variables that are given a promise."""
    names = Names(SCOPE)
    for place in made:
        if not is_field(source, place):
            names.add(name_before(source, place), place)
    return names


def _from_variables(values: list[tuple[int, bytes, bytes]], hints: Hints, held: Names) -> Iterator[int]:
    """Stores of a variable that holds a promise."""
    variables = hints.variables
    for place, name, after in values if held or variables else ():
        if after in _ENDS and (held.has(name, place) or variables.has(name, place)):
            yield place


def _into_slots(source: bytes, hints: Hints) -> Iterator[int]:
    """Stores into slots that are awaited, chained or called promises, of anything that can be one."""
    for place in hints.called:
        if _may_be_promise(source, place):
            yield place
    names = {name[::-1] for name in (*hints.fields.places, *hints.variables.places)}
    size = len(source)
    for match in _SLOT.finditer(source[::-1]) if names else ():
        if match[1] in names:
            place = size - match.start() - 1
            slots = hints.fields if is_field(source, place) else hints.variables
            if slots.has(match[1][::-1], place) and _may_be_promise(source, place):
                yield place


def _outer(source: bytes, made: set[int]) -> Iterator[int]:
    """The stores that take their value from another: the first `=` of `a = b = value`."""
    for place in made:
        store = store_before(source, lead(source, target_start(source, place)), direct=True)
        if store >= 0:
            yield store


def _may_be_promise(source: bytes, place: int) -> bool:
    """Whether the value at the `=` at `place` begins like one that can be a promise: a variable or a call."""
    match = _VALUE.match(source, place)
    return match is not None and _can_be(match[1], match[2])


def _can_be(path: bytes, after: bytes) -> bool:
    if path in _LITERALS or (path.startswith(b"new ") and b"romise" not in path):
        return False
    return b"." not in path or b"romise" in path or after not in _ENDS


def _put(source: bytes, hints: Hints, held: Names) -> Iterator[int]:
    """The `.set(` whose second argument may be a promise, and whose container is asked near it."""
    for place in occurrences(source, b".set("):
        name = name_before(source, place)
        if not name or not _puts_promise(source, place + len(b".set("), name, hints, held):
            continue
        if asked(source, name, max(0, place - _BEFORE), place) or asked(
            source, name, place + 1, place + _AFTER
        ):
            yield place


def _puts_promise(source: bytes, place: int, container: bytes, hints: Hints, held: Names) -> bool:
    match = _PUT.match(source, place)
    sets = (held, hints.variables, hints.fields, hints.makers, hints.likely)
    if match is None or match[1] is not None:
        near = source[place : place + _OBJECT]
        words = {word for word in _WORDS.findall(near) if len(word) > SHORT}
        return any(token in near for token in PROMISES.tokens) or any(
            n.has(w, place) for n in sets for w in words
        )
    path, name = match[2], last(match[2] or b"")
    if path is None or not _can_be(path, match[3]):
        return False
    if _wraps(source, place, path, sets):
        return True
    if b"romise" in path or path in _DIRECT or named(container):
        return True
    if any(names.has(container, place) for names in (hints.fields, hints.variables)):
        return True
    return any(names.has(name, place) for names in sets)


def _wraps(source: bytes, place: int, name: bytes, sets: tuple[Names, ...]) -> bool:
    """Whether the variable `name`, put into a map at `place`, was given before an object that has a promise in it or
    calls what makes one, or a deferred."""
    start = max(0, place - _BEFORE)
    here = source.rfind(b" " + name + b" = ", start, place)
    if here < 0:
        return False
    near = source[here : min(here + _OBJECT, place)]
    if near.startswith(b"{", len(name) + 4):
        words = (word for word in _WORDS.findall(near, len(name) + 4) if len(word) > SHORT)
        return any(token in near for token in PROMISES.tokens) or any(
            names.has(word, here) for word in words for names in sets
        )
    return _DEFERRED.match(near, len(name) + 4) is not None


def _defined(source: bytes, hints: Hints, held: Names) -> Iterator[int]:
    """The `defineProperty` whose value may be a promise."""
    sets = (held, hints.variables, hints.fields, hints.makers, hints.likely)
    for place in occurrences(source, b".defineProperty("):
        match = _DEFINED.match(source, place + len(b".defineProperty("))
        if match is None:
            continue
        key, path, after = match[1], match[2] or b"value", match[3] or b","
        if not _can_be(path, after):
            continue
        known = b"romise" in path or path in _DIRECT or named(key) or hints.fields.has(key, place)
        if known or any(names.has(last(path), place) for names in sets):
            yield place
