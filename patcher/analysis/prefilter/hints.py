"""What the bytes of a file say about promises: which names hold one, which functions return one.

Everything begins at the few words that promises are made and used with (`await`, `.then(`, `Promise`, …): a
file of a megabyte has some hundreds of them. What stands around each is read, and nothing else.
"""

import re
from bisect import bisect_right, insort
from collections.abc import Iterator

from patcher.analysis.names import CHAINS as METHODS
from patcher.analysis.names import PROMISE_PARTS, PROMISE_SLOTS, PROMISIFIERS
from patcher.analysis.prefilter.call_index import TAIL, calls
from patcher.analysis.prefilter.reverse import (
    backwards,
    chain_start,
    functions_around,
    is_returned,
    last,
    lead,
    name_before,
    path_at_end,
    path_before,
    store_before,
)
from patcher.analysis.prefilter.tokens import PROMISES, TIMERS

CHAINS = tuple(b".%b(" % name for name in sorted(METHODS.words))
TOKENS = (*PROMISES.tokens, *TIMERS.tokens)
NEARBY, SCOPE = 1_000, 32_000
KEYWORDS = frozenset(
    b"if for while switch catch with function return await async new typeof delete void null undefined true false "
    b"class require this arguments super import export default const let var throw yield".split()
)
SHORT = 2
_BODY, _ROUNDS = 2_500, 4
_CALL = 220
# No name is as long as what these read: a file may be one word without an end.
_AWAITED = re.compile(rb"await\s{0,200}+\({0,20}+([\w$.#?\x80-\xff]{1,200}+)\s?(\()?")
_ASYNC = re.compile(rb"async(?:\s(?:function\b\s?\*?\s?)?([\w$#]+)|[\s(])")
_NAME_BYTE = re.compile(rb"[\w$.]")
_MAKES = re.compile(rb"=\s*\(*(?:[\w$]+\.)?_?(?:%b)[\s(]" % PROMISIFIERS.pattern)
_IMPORTED = re.compile(rb"(?:import|const|let|var)\s*\{([^{}]*)\}\s*(?:from|=\s*require\()\s*[\"'][^\"'\n]*$")
# Names that `fs.promises` is given, and the functions that are taken from it.
_ALIAS = re.compile(
    rb"(?:(?:import|const|let|var)\s(?:\*\sas\s)?([\w$]+)(?:\sfrom|\s?=)[^;\n]*\bpromises\b|\bpromises(?:\sas|:)\s([\w$]+))"
)
_TAKEN = re.compile(rb"\{([^{}]*)\}\s?=\s?$")
_REST = re.compile(rb"[\w$.#?]{0,200}+")
_STORED = re.compile(rb"(?:\[[^\[\]\n]*(?:\[[^\[\]\n]*\])?[^\[\]\n]*\])?\s*(?:\?\?|\|\|)?=(?![=>])")
# Two expressions, as the matcher finds the beginning of each at memory speed.
_RETURNED = [
    re.compile(begins + rb"\s*\(*(?:await\s)?(?:0,\s?)?([\w$.#?]+)\s?[(;,)}]")
    for begins in (rb"return\b", rb"=>")
]
_WORDS = re.compile(rb"[\w$]+")
# A slot that is filled where it is empty, and what is done with the function that gives it.
FILLED = tuple(
    re.compile(
        begins + rb"((?:this\.)?[\w$#]{1,80}+)\s?"
        rb"(?:(?:\|\||\?\?)\s?\(?\s?\1\s?=(?!=)|\)\s*\{?\s*(?:return\s)?\1(?:\s?=(?!=)|\s*[;\n]))"
    )
    for begins in (rb"return\s?\(?", rb"if\s?\(!?")
)
_CHAINED = re.compile(rb"([\w$#]{1,80}+)\([^()\n]{0,120}+\)\s*$")
_GIVEN = re.compile(rb"\breturn\s\(?((?:this\.)?[\w$#]{1,80})\s?!?\)?[;\n}\s]")
# What stands before a `Promise<` of TypeScript: a declaration, one with a map or a record in it, a function's result.
_TYPED = re.compile(
    rb"([\w$#]{1,80}+)\s?[?!]?:\s?(?:[\w.\[\]]{1,60}\s?\|\s?){0,3}$"
    rb"|([\w$#]{1,80}+)\s?[?!]?(?::|=\s?new)\s?[\w.]{1,60}<[^;=()]{1,120}$"
    rb"|([\w$#]{1,80}+)\s?(?:<[^<>()]{1,60}>)?\([^()]{0,120}\)\s?:\s?$"
)


def named(name: bytes) -> bool:
    """Whether a slot is called a promise."""
    return b"romise" in name and name != b"Promise" and name in PROMISE_SLOTS


def occurrences(source: bytes, token: bytes) -> Iterator[int]:
    """Where `token` stands in `source`, in order."""
    if token.endswith(b"(") and len(token) > TAIL:
        yield from calls(source, token)
        return
    here = source.find(token)
    while here >= 0:
        yield here
        here = source.find(token, here + len(token))


class Names:
    """A set of names, each with the places where it was seen.

    What a short name means changes every few lines of a minified file, and what a variable means with its
    function: those count `near` their places only, the names of fields and functions in the whole file.
    """

    def __init__(self, near: int = 0) -> None:
        self.places: dict[bytes, list[int]] = {}
        self._near = near

    def add(self, name: bytes, place: int) -> bool:
        """Note that `name` belongs to the set, seen at `place`; whether it is new."""
        if not name or name in KEYWORDS:
            return False
        new = name not in self.places
        insort(self.places.setdefault(name, []), place)
        return new

    def has(self, name: bytes, place: int) -> bool:
        """Whether `name`, standing at `place`, is one of the set."""
        places = self.places.get(name)
        if places is None:
            return False
        near = NEARBY if len(name) <= SHORT else self._near
        if near == 0:
            return True
        nearest = bisect_right(places, place - near)
        return nearest < len(places) and places[nearest] < place + near

    def __bool__(self) -> bool:
        return bool(self.places)


def _is_promise(path: bytes, after: bytes, before: bytes) -> bool:
    """Whether a path with "romis" in it, and what surrounds it, is a promise or makes one."""
    parts = path.replace(b"?", b"").split(b".")
    if after == b"(" and before.endswith(b"new "):
        return b"romise" in parts[-1]
    if any(part in PROMISE_PARTS for part in parts[:-1]):
        return True
    return after not in (b"(", b":") and named(parts[-1])


class Hints:
    """`fields` and `variables` are names of things that are awaited or chained; `makers` of functions that are
    declared to return a promise, `likely` of those in whose body one is returned; `stores` are the places where a
    promise is stored as it is made, `called` those where the slot is called one."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.fields, self.variables = Names(), Names(SCOPE)
        self.makers, self.likely = Names(), Names()
        self.stores: set[int] = set()
        self.called: set[int] = set()
        self._given: list[int] = []
        self._aliases: set[bytes] = set()
        # Functions whose result is awaited or chained.
        self._asked: set[bytes] = set()
        self._read_awaits()
        self._read_chains()
        self._read_async()
        self._read_promises()
        self._read_calls()
        self._read_types()
        self._read_getters()
        self._note_functions(self._given)
        self._follow_returns()

    def _read_awaits(self) -> None:
        for place in occurrences(self.source, b"await"):
            match = _AWAITED.match(self.source, place)
            if match is None:
                continue
            name, called = match[1], match[2]
            if called:
                self._asked.add(last(name))
            if not called:
                self._used(name, place)
            elif name.startswith(b"er"):
                self._made(place - len(b"__"))
            elif name.endswith(b".get"):
                self._used(name[: -len(b".get")], place)

    def _read_chains(self) -> None:
        for token in CHAINS:
            for place in occurrences(self.source, token):
                if path := path_at_end(self.source, place):
                    self._used(path, place)
                if chained := _CHAINED.search(self.source, max(0, place - _CALL), place):
                    self._asked.add(chained[1])
                start = chain_start(self.source, place)
                receiver = self.source[start:place]
                if b".get(" in receiver[-200:]:
                    self._used(receiver[: receiver.rfind(b".get(")], place)
                self._made(start, place)

    def _read_async(self) -> None:
        for place in occurrences(self.source, b"async"):
            match = _ASYNC.match(self.source, place)
            if match is None or (place and _NAME_BYTE.match(self.source, place - 1) is not None):
                continue
            if match[1]:
                self.makers.add(match[1], place)
            before = lead(self.source, place)
            if self.source[before - 1 : before] in (b"=", b":"):
                self.makers.add(name_before(self.source, before - 1), place)
            if self.source[place - 1 : place] == b"(":
                self._made(place)

    def _read_promises(self) -> None:
        for place in occurrences(self.source, b"romis"):
            path = path_before(self.source, place)
            start, end = place - len(path), _REST.match(self.source, place).end()  # type: ignore[union-attr]
            path = self.source[start:end]
            stored = _STORED.match(self.source, end)
            if stored is not None and named(last(path)):
                self.called.add(stored.end() - 1)
            elif stored is None and _is_promise(
                path, self.source[end : end + 1], self.source[max(0, start - 4) : start]
            ):
                self._made(start, place)
            self._read_makers(start, place)

    def _read_makers(self, start: int, place: int) -> None:
        """Names that `promisify(…)` is given to, that come from `fs/promises`, or of a class of promises."""
        before = self.source[max(0, start - 300) : start]
        imported = _IMPORTED.search(before) if before.endswith((b"'", b'"', b"/", b":")) else None
        if self.source.startswith(b"romises", place):
            imported = imported or _TAKEN.search(before)
            self._read_alias(place)
        for name in _WORDS.findall(imported[1]) if imported is not None else ():
            self.makers.add(name, place)
        if before.endswith(b"extends "):
            self.makers.add(name_before(self.source, start - len(b"extends ")), place)
        equals = lead(self.source, start)
        if _MAKES.match(self.source, equals - 1) is not None:
            self.makers.add(name_before(self.source, equals - 1), place)

    def _read_alias(self, place: int) -> None:
        """What is made by the functions of `fs.promises`, when it has got a name of its own at `place`."""
        line = self.source.rfind(b"\n", max(0, place - 120), place) + 1
        alias = _ALIAS.search(self.source, max(line, place - 120), place + 40)
        name = (alias[1] or alias[2]) if alias is not None else b""
        if len(name) < SHORT or name in self._aliases:
            return
        self._aliases.add(name)
        for used in occurrences(self.source, name + b"."):
            self._made(used)

    def _read_calls(self) -> None:
        for token in (b"import(", b"fetch(", b"fsp.", b"subtle.", b"asyncToGenerator", b"async_to_generator"):
            for place in occurrences(self.source, token):
                self._made(place - len(path_before(self.source, place)), place)

    def _read_types(self) -> None:
        """Slots that TypeScript says hold promises (`let p: Promise<T>`, `Map<string, Promise<T>>`), and functions
        that it says return one."""
        for place in occurrences(self.source, b"Promise<"):
            before = self.source[max(0, place - 200) : place]
            match = _TYPED.search(before)
            if match is None:
                continue
            name = match[1] or match[2] or match[3]
            if match[3]:
                self.makers.add(name, place)
                self._note_returned(place)
            else:
                self.fields.add(name, place)
                self.variables.add(name, place)

    def _read_getters(self) -> None:
        """Slots that a function fills on its first call and gives, where the file awaits or chains what it gives."""
        for pattern in FILLED if self._asked else ():
            for match in pattern.finditer(self.source):
                for name, _ in functions_around(self.source, [match.start()], _BODY, nearest=1):
                    if len(name) > SHORT and name in self._asked:
                        self._used(match[1], match.start())

    def _note_returned(self, place: int) -> None:
        """The slots that a function returns which says at `place` that it returns a promise."""
        for match in _GIVEN.finditer(self.source, place, place + _BODY):
            self._used(match[1], match.start())

    def _used(self, path: bytes, place: int) -> None:
        """What `path` names is awaited or chained at `place`."""
        (self.fields if b"." in path or b"#" in path else self.variables).add(last(path), place)

    def _made(self, start: int, place: int = -1) -> None:
        """A promise is made by the expression that begins at `start`; what makes it one stands at `place`."""
        before = lead(self.source, start)
        store = store_before(self.source, before)
        if store >= 0:
            self.stores.add(store)
        if store >= 0 or is_returned(self.source, before):
            self._given.append(max(start, place))

    def _note_functions(self, places: list[int], nearest: int = 2) -> bool:
        """Add the functions in whose beginnings `places` lie to the likely makers; whether one is new."""
        around = functions_around(self.source, places, _BODY, nearest)
        return sum(self.likely.add(name, at) for name, at in around) > 0

    def _follow_returns(self) -> None:
        """Functions that return what a maker returns are makers too."""
        if not (self.makers or self.likely):
            return
        returned = (match for pattern in _RETURNED for match in pattern.finditer(self.source))
        given = [(match.end(), name) for match in returned if len(name := last(match[1])) > SHORT]
        for _ in range(_ROUNDS):
            makers = {**self.makers.places, **self.likely.places}
            if not self._note_functions([p for p, name in given if name in makers], nearest=1):
                return


__all__ = [
    "CHAINS",
    "FILLED",
    "TOKENS",
    "Hints",
    "Names",
    "backwards",
    "named",
    "occurrences",
]
