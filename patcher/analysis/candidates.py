"""Which stores of a file are worth a tree: a filter on bytes, before anything is parsed.

A store can only be a site when (1) something in the file makes promises or timers, (2) what is stored may
be one of them: it is made on the spot, comes from a function that the file declares `async`, ends in
`.then(…)`, or goes to a slot that is awaited, chained or named like a promise, and (3) the slot is read near
the store, which every guard does. Each is a necessary condition of `judge`, so what is dropped here could not
be a finding; `tests/analysis/test_candidates.py` holds it against an exhaustive run. Every expression begins
with a literal byte, which the matcher finds at memory speed: the cost is linear and small.
"""

import re
from bisect import bisect_left

TOKENS = (b".then(", b"await", b"async", b"Promise", b"import(", b"setTimeout(", b"setInterval(")
_PATH = rb"[\w$.#?]"
_PLAIN = re.compile(rb"=(?<![=!<>]=)\s*+((?:new )?[\w$][\w$.#?]*+)\s*+([(\[;,)}|&?.]?)")
_PAREN = re.compile(rb"=(?<![=!<>]=)\s*+\(++(?:0,\s?)?((?:new )?[\w$][\w$.#?]*+)\)?")
_SET = re.compile(rb"\.set\(")
_VALUE = re.compile(rb"[^(){},\"'`]*+(?:\([^(){},]*\))?+,\s*+(?:(\{)|\(*((?:new )?[\w$][\w$.#?]*))")
_AWAITED = re.compile(rb"await\s\(*(" + _PATH + rb"+)")
_ASYNC = re.compile(rb"async\s(?:function\s?\*?\s?)?([\w$#]+)")
_ASSIGNED_ASYNC = re.compile(rb"[=:]\s?\(?async\b")
_NAMES = bytes(c if chr(c).isalnum() or c in b"_$#" or c > 127 else 32 for c in range(256))
_TAIL = re.compile(rb"([\w$#]+)(?:\[[^\[\]\n]*(?:\[[^\[\]\n]*\])?[^\[\]\n]*\])\s*(?:\?\?|\|\|)?$")
_DECLARED = re.compile(rb"(?:var|let|const)\s+[\w$]+\s*$")
_NAMED = re.compile(rb"promises?[_$\d]*$|^_?promise(?:To|For|Of|By|s?(?:Cache|Map|Store))", re.I)
_LITERALS = frozenset(
    {
        b"null",
        b"undefined",
        b"true",
        b"false",
        b"void",
        b"function",
        b"class",
        b"await",
        b"require",
        b"typeof",
    }
)
_DIRECT = frozenset({b"async", b"import", b"fetch", b"__awaiter"})
_HEADS = re.compile(rb"\)\s?\{")
_CONTROLS = re.compile(rb"(?:if|for|while|switch|catch|with)\s?\(")
_CALLS = re.compile(rb"([\w$]+)\(")
_SMALL, _HEAD_OF_BODY = 400_000, 500
_CHAIN_REACH, _NEARBY = 2_000, 1_000
_BEFORE, _AFTER, _SHORT_BEFORE, _SHORT_AFTER = 4_000, 2_000, 600, 200


def worth_reading(source: bytes) -> bool:
    """Whether a file has any promise or timer in it."""
    return any(token in source for token in TOKENS)


def last(path: bytes) -> bytes:
    """The last name of a dotted path."""
    return path.rsplit(b".", 1)[-1].strip(b"?")


class Hints:
    """What the bytes of a file say about promises: names that are awaited, chained, or of async functions.

    A name of one or two bytes says nothing in a minified file, where it means something else every few lines:
    for those the place counts too.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.chains: list[int] = []
        self.used: set[bytes] = set()
        self.makers: set[bytes] = set()
        self.promised: set[bytes] = set()
        self._defined: dict[bytes, bool] = {}
        self._places: dict[bytes, list[int]] = {}
        for match in _AWAITED.finditer(source):
            self._note(self.used, last(match[1]), match.start())
        for token in (b".then(", b".catch(", b".finally("):
            here = source.find(token)
            while here >= 0:
                self.chains.append(here)
                self._note(self.used, name_before(source, here), here)
                here = source.find(token, here + 5)
        self.chains.sort()
        for match in _ASYNC.finditer(source):
            self._note(self.makers, match[1], match.start())
        for match in _ASSIGNED_ASYNC.finditer(source):
            self._note(self.makers, name_before(source, match.start()), match.start())

    def _note(self, names: set[bytes], name: bytes, place: int) -> None:
        if len(name) > 2:
            names.add(name)
        elif name:
            self._places.setdefault(name, []).append(place)

    def promising(self, name: bytes, place: int) -> bool:
        """Whether `name` is used as a promise, or is that of a function that makes one."""
        if len(name) > 2:
            return name in self.used or name in self.makers
        return any(-_NEARBY < place - other < _NEARBY for other in self._places.get(name, ()))

    @property
    def empty(self) -> bool:
        """Whether nothing in the file is awaited, chained or async."""
        return not (self.chains or self.used or self.makers or self._places)

    def chained(self, place: int) -> bool:
        """Whether the statement at `place` goes on to a `.then(`: brackets between them are balanced."""
        chains = self.chains
        for index in range(bisect_left(chains, place), len(chains)):
            chain = chains[index]
            if chain - place > _CHAIN_REACH:
                return False
            between = self.source[place:chain]
            if between.count(b"(") == between.count(b")") and between.count(b"{") == between.count(b"}"):
                return b";" not in between or b"{" in between
        return False

    def defined(self, callee: bytes) -> bool:
        """Whether a function of this file, called `callee`, has anything of a promise at its beginning."""
        if len(callee) < 2 or len(self.source) > _SMALL:
            return False
        known = self._defined.get(callee)
        if known is None:
            known = self._defined[callee] = self._begins_promising(callee)
        return known

    def _begins_promising(self, callee: bytes) -> bool:
        for shape in (b"function " + callee + b"(", callee + b" = ", callee + b"=", b" " + callee + b"("):
            here, tries = self.source.find(shape), 0
            while here >= 0 and tries < 8:
                body = self.source[here : here + _HEAD_OF_BODY]
                if any(token in body for token in TOKENS[:5]):
                    return True
                if any(name in self.makers for name in _CALLS.findall(body)):
                    return True
                here, tries = self.source.find(shape, here + len(shape)), tries + 1
        return False

    def near(self, place: int) -> bool:
        """Whether anything that makes a promise stands around `place`."""
        around = self.source[max(0, place - _BEFORE) : place + _AFTER]
        return any(token in around for token in TOKENS[:5])


def name_before(source: bytes, place: int) -> bytes:
    """The name that ends at `place`, white space and `??`/`||` apart: the word of a slot, or the container's
    when an index stands between."""
    piece = source[max(0, place - 64) : place].rstrip(b" \t\n?|")
    if piece.endswith(b"]"):
        match = _TAIL.search(source, max(0, place - 120), place)
        return match[1] if match is not None else b""
    words = piece[-48:].translate(_NAMES)
    return b"" if not words or words.endswith(b" ") else words.rsplit(b" ", 1)[-1]


def candidates(source: bytes) -> list[int]:
    """Where stores stand that may be sites: the offset of the `=`, or of the `.set(`."""
    if not worth_reading(source):
        return []
    hints = Hints(source)
    if hints.empty and b"Promise" not in source and b"import(" not in source:
        return []
    return sorted(set(_stores(source, hints)))


def _stores(source: bytes, hints: Hints) -> list[int]:
    found = []
    for pattern in (_PLAIN, _PAREN):
        for match in pattern.finditer(source):
            path = match[1]
            if path in _LITERALS or not (name := _promised(source, match, path, hints)):
                continue
            if _kept(source, match.start(), match.end(), name) and not _is_local(source, match.start(), name):
                found.append(match.start())
    for match in _SET.finditer(source):
        name = name_before(source, match.start())
        if name and _set_promise(source, match.end(), name, hints) and _read(source, name):
            found.append(match.start())
    return found


def _read(source: bytes, container: bytes) -> bool:
    """Whether a container is ever asked, which a cache is before it is filled."""
    return container + b".get(" in source or container + b".has(" in source


def _set_promise(source: bytes, place: int, container: bytes, hints: Hints) -> bool:
    """Whether the second argument of a `.set(` whose arguments begin at `place` may be a promise."""
    match = _VALUE.match(source, place)
    if match is None:
        return hints.near(place)
    if match[1] == b"{":
        return b"romise" in source[place : place + 400] or hints.near(place)
    path = match[2]
    if path in _LITERALS or (path.startswith(b"new ") and b"romise" not in path):
        return False
    if b"romise" in path or path in _DIRECT or named(container) or hints.promising(last(path), place):
        return True
    return last(path) in hints.promised or hints.promising(container, place) or hints.chained(place)


def _promised(source: bytes, match: re.Match[bytes], path: bytes, hints: Hints) -> bytes:
    """The name of the slot when what is stored may be a promise, empty otherwise."""
    place, end = match.start(), last(path)
    made = b"romise" in path or path in _DIRECT or (len(end) > 2 and end in hints.makers)
    if not made and path.startswith(b"new "):
        return b""
    name = name_before(source, place)
    made = made or (name != b"" and hints.chained(place))
    if made and len(name) > 2:
        hints.promised.add(name)
    if made or end in hints.promised or hints.promising(end, place):
        return name
    if name and (hints.promising(name, place) or named(name)):
        return name
    if not name or source[match.end() - 1] != 40 or not _tested(source, place, match.end(), name):
        return b""
    return name if hints.defined(end) else b""


def _tested(source: bytes, place: int, end: int, name: bytes) -> bool:
    """Whether a slot guards its own store, or is tested near it."""
    if source[place - 1 : place] in (b"?", b"|"):
        return True
    return _tested_in(source, name, max(0, place - _SHORT_BEFORE), place - len(name) - 4) or _tested_in(
        source, name, end, end + _SHORT_AFTER
    )


def named(name: bytes) -> bool:
    """Whether a slot is called a promise."""
    return b"romise" in name and _NAMED.search(name) is not None


def _kept(source: bytes, place: int, end: int, name: bytes) -> bool:
    """Whether the slot is read near its store (or the store guards itself)."""
    if source[place - 1 : place] in (b"?", b"|"):
        return True
    if _DECLARED.search(source, max(0, place - 64), place) is not None:
        return False
    own = place - len(name) - 4
    if len(name) > 2:
        return _word_in(source, name, max(0, place - _BEFORE), own) or _word_in(
            source, name, end, end + _AFTER
        )
    return _tested_in(source, name, max(0, place - _SHORT_BEFORE), own) or _tested_in(
        source, name, end, end + _SHORT_AFTER
    )


def _is_local(source: bytes, place: int, name: bytes) -> bool:
    """Whether a variable is declared in the very function that stores into it: no function begins between."""
    head = source.rfind(name, max(0, place - 64), place)
    if head < 1 or source[head - 1 : head] in (b".", b"#", b"]"):
        return False
    declared = -1
    for word in (b"let ", b"var ", b"const "):
        at = source.rfind(word + name, max(0, head - _BEFORE), head)
        if at >= 0 and _NAMES[source[at + len(word) + len(name)]] == 32:
            declared = max(declared, at)
    if declared < 0:
        return False
    between = source[declared:head]
    if b"=>" in between or b"function" in between:
        return False
    return len(_HEADS.findall(between)) <= len(_CONTROLS.findall(between))


def _tested_in(source: bytes, name: bytes, start: int, end: int) -> bool:
    """Whether a short name stands where something is tested or returned, not merely mentioned."""
    here, size = source.find(name, max(2, start), end), len(name)
    while here >= 0:
        before, after = source[here - 2 : here], source[here + size : here + size + 2]
        if _NAMES[before[-1]] == 32 and (not after or _NAMES[after[0]] == 32):
            if before[1:] == b"!" or after[:1] in (b"|", b"&", b"?") or before in (b"n ", b"==", b"t "):
                return True
            if after == b"==" or (after in (b"!=", b");", b")r") and before[1:] == b"("):
                return True
        here = source.find(name, here + size, end)
    return False


def _word_in(source: bytes, name: bytes, start: int, end: int) -> bool:
    here, size = source.find(name, start, end), len(name)
    while here >= 0:
        if _NAMES[source[here - 1]] == 32 and (
            here + size >= len(source) or _NAMES[source[here + size]] == 32
        ):
            return True
        here = source.find(name, here + size, end)
    return False
