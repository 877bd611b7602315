"""Who makes the objects and who calls the functions that sites stand in, asked of all files that a server runs.

A file alone does not say whether a class is made once for the process or once for each use, nor whether a function
is called by requests or only while the program starts. Here the files that mention it are parsed, and each `new` and
each call is followed to where its result goes: a module's variable, a field of another class, an argument, a return.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum

from patcher.analysis.facts.calls import call_of
from patcher.analysis.facts.code import WRAPPERS, Code, field
from patcher.analysis.facts.laziness import running_function
from patcher.analysis.facts.lifetimes import Lifetime, escapes, lifetime, takes_request
from patcher.analysis.facts.scopes import Binding, binding, function_name, is_module, means
from patcher.analysis.facts.slots import Shape, Slot, slot_of
from patcher.errors import NextfixError
from patcher.scan.call_places import whole_use
from patcher.scan.imported_names import is_meant, local_names
from patcher.scan.owner_names import ONCE, PER_REQUEST, SERVICE
from patcher.scan.starting import DEEPEST, HANDED_ON, Starting
from patcher.syntax.components import script_of
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

MOST_FILES = 60
MOST_USES = 40
# Names that all files are searched for, one by one, before their words are put into an index.
_MOST_SEARCHES = 200
_WORD = re.compile(rb"[\w$#]+")
# A shorter name of a method is that of many methods.
TELLING = 8
_THROUGH = frozenset(
    {*WRAPPERS, "ternary_expression", "binary_expression", "await_expression"}
    | {"pair", "object", "array", "spread_element"}
)
_CONTAINERS = frozenset({b"push", b"add", b"set", b"unshift", b"register", b"use"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})


class Made(IntEnum):
    """How long what somebody makes is kept: as long as the process; nobody says so; as long as the caller likes of a
    method that makes one at each call; for one use; or nobody makes it."""

    LASTS = 0
    UNKNOWN = 1
    GIVEN = 2
    PASSES = 3
    NOBODY = 4


def together(fates: Iterable[Made]) -> Made:
    """What is known of something that is made in several places: the longest that one of them keeps it."""
    return min(fates, default=Made.NOBODY)


class Ownership:
    """Answers for the classes and functions of some files.

    Args:
        files: the files that a server runs.
        read: gives the content of one of them.
    """

    _injects = True  # a class that is listed somewhere is made by a container of dependencies

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._files = sorted(files)
        self.read = read
        self._codes: dict[str, Code | None] = {}
        self._known: dict[tuple[str, str, bytes], Made] = {}
        self._asked = 0
        self._starting = Starting(self)
        self._index: dict[bytes, list[str]] | None = None

    def instances(self, home: str, name: str) -> Made:
        """How long the instances of the class `name` of the file `home` are kept."""
        return self._class(home, name.encode(), 0)

    def results(self, home: str, name: str) -> Made:
        """How long what the function `name` of the file `home` returns is kept by its callers."""
        return self._function(home, name.encode(), 0)

    def only_starts(self, home: str, name: str, place: int) -> bool:
        """Whether what stands at `place` of the file `home` runs on the call of its function `name`, which is called
        only while the program starts, or by its module in any case: what it keeps is of no request."""
        code = self.code(home)
        node = code.at(place, place + 1) if code is not None else None
        if code is None or node is None:
            return False
        running = function_name(code, running_function(code, node)) == name.encode()
        return running and self._starting.starts(home, code, running_function(code, node), name.encode())

    def outermost(self, home: str, place: int) -> bytes:
        """The name of the function of the module `home` that `place` stands in; empty where there is none."""
        code = self.code(home)
        node = code.at(place, place + 1) if code is not None else None
        if code is None or node is None:
            return b""
        around = [function for function in code.functions(node) if not is_module(code, function)]
        return function_name(code, around[-1]) if around else b""

    def code(self, path: str) -> Code | None:
        """The file at `path`, parsed; None when it cannot be."""
        if path not in self._codes:
            script = script_of(path, self.read(path))
            try:
                self._codes[path] = Code(script.source, script.dialect, again=True)
            except (NextfixError, RecursionError):
                self._codes[path] = None
        return self._codes[path]

    def mentions(self, name: bytes) -> list[str]:
        """The files that have `name` in them; after many names, from an index of all words that is made once."""
        if self._asked < _MOST_SEARCHES or _WORD.fullmatch(name) is None:
            self._asked += 1
            return [path for path in self._files if name in self.read(path)]
        if self._index is None:
            self._index = {}
            for path in self._files:
                for word in set(_WORD.findall(self.read(path))):
                    self._index.setdefault(word, []).append(path)
        return self._index.get(name, [])

    def uses(self, home: str, name: bytes) -> Iterator[tuple[str, Code, Node]]:
        """Where the class or function `name` of `home` is meant, in any file: identifiers, and members of modules."""
        files = self.mentions(name)
        if len(files) > MOST_FILES:
            # Those that load `home` have its name, or that of its folder.
            folder, _, own = home.rpartition("/")
            stem = own.partition(".")[0]
            asked = (folder.rpartition("/")[2] if stem == "index" else stem).encode()
            files = [path for path in files if asked in self.read(path)]
        if len(name) < 3 or len(files) > MOST_FILES:
            return
        for path in dict.fromkeys([home, *files]):
            code = self.code(path)
            if code is None:
                continue
            for word in local_names(code, name):
                for use in code.words(word):
                    if is_meant(code, use, own=path == home):
                        yield path, code, use

    def _class(self, home: str, name: bytes, depth: int) -> Made:
        key = ("class", home, name)
        if key not in self._known:
            self._known[key] = Made.UNKNOWN
            self._known[key] = together(self._instances(home, name, depth))
        return self._known[key]

    def _instances(self, home: str, name: bytes, depth: int) -> Iterator[Made]:
        if depth > DEEPEST or self._is_ambiguous(name):
            yield Made.UNKNOWN
            return
        injected = _injected(self.code(home), name)
        if injected is not None:
            yield injected
        for path, code, use in self.uses(home, name):
            here = whole_use(code, use)
            above = code.parent(here)
            if above is not None and (made := self._instance(path, code, here, above, depth)) is not None:
                yield made

    def _instance(self, path: str, code: Code, here: Node, above: Node, depth: int) -> Made | None:
        """How long the instance is kept that a use of a class makes, `here` below `above`; None when it makes none."""
        kind = above.type
        if kind == "new_expression" and field(above, "constructor") == here:
            fate = self._fate(path, code, above, depth)
            return (
                Made.LASTS if fate is Made.UNKNOWN and SERVICE.search(code.text(here)) is not None else fate
            )
        if kind in ("class_heritage", "extends_clause"):
            heir = next((a for a in code.ancestors(above) if a.type in _CLASSES), None)
            own = field(heir, "name") if heir is not None else None
            made = self._class(path, code.text(own), depth + 1) if own is not None else Made.NOBODY
            return None if made is Made.NOBODY else made
        listed = kind in ("array", "pair", "arguments") or here.type == "shorthand_property_identifier"
        if listed and self._injects:
            # Given to a container of dependencies, which makes it.
            return None if kind == "pair" and field(above, "value") != here else Made.LASTS
        return None

    def _is_ambiguous(self, name: bytes) -> bool:
        declared = re.compile(rb"\bclass\s+%b\b" % re.escape(name))
        homes = {
            self._named_as(path)
            for path in self.mentions(name)
            if declared.search(self.read(path)) is not None
        }
        return len(homes) > 1

    def _named_as(self, path: str) -> str:
        """What tells a file that declares a class from another that declares one of the same name."""
        return path

    def _function(self, home: str, name: bytes, depth: int) -> Made:
        key = ("function", home, name)
        if key not in self._known:
            self._known[key] = Made.UNKNOWN
            self._known[key] = together(self._calls(home, name, depth))
        return self._known[key]

    def _calls(self, home: str, name: bytes, depth: int) -> Iterator[Made]:
        if depth > DEEPEST:
            yield Made.UNKNOWN
            return
        for path, code, use in self.uses(home, name):
            here = whole_use(code, use)
            call, above = call_of(code, here, method=False), code.parent(here)
            if call is not None:
                yield self._fate(path, code, call, depth)
            elif above is not None and above.type in HANDED_ON:
                yield Made.UNKNOWN

    def _fate(self, path: str, code: Code, made: Node, depth: int) -> Made:
        """How long the value of `made`, a `new` or a call, is kept."""
        function = running_function(code, made)
        if is_module(code, function):
            return Made.LASTS
        fate = self._goes(path, code, made, depth)
        if fate is not Made.LASTS and any(takes_request(code, around) for around in code.functions(made)):
            return Made.PASSES
        if fate is Made.PASSES and self._starting.in_start(path, code, function, set()):
            return Made.LASTS
        return fate

    def _goes(self, path: str, code: Code, value: Node, depth: int) -> Made:
        """How long `value` is kept by what it is stored in, given to or returned from."""
        here, above = value, code.parent(value)
        while above is not None:
            if above.type == "arguments":
                call = code.parent(above)
                if call is None or call.type != "new_expression":
                    return Made.UNKNOWN if call is None else self._given(path, code, call, depth)
                above = call
            elif above.type not in _THROUGH:
                return self._kept(path, code, here, above, depth)
            here, above = above, code.parent(above)
        return Made.UNKNOWN

    def _kept(self, path: str, code: Code, here: Node, above: Node, depth: int) -> Made:
        """How long the value of `here` is kept by `above`, which stores, returns or uses it."""
        kind = above.type
        if kind.endswith("assignment_expression"):
            left = field(above, "left")
            known = left is not None and left != here
            return (
                self._stored(path, code, left, above, depth) if known and left is not None else Made.UNKNOWN
            )
        if kind == "variable_declarator":
            return self._variable(path, code, field(above, "name"), depth)
        if kind in ("public_field_definition", "field_definition"):
            static = any(child.type == "static" for child in above.children[:4])
            return Made.LASTS if static else self.of_class(path, code, above, depth)
        if kind == "return_statement":
            return self._returned(path, code, code.function(above), depth)
        if kind in FUNCTIONS and field(above, "body") == here:
            return self._returned(path, code, above, depth)
        if kind == "member_expression" and field(above, "object") == here:
            return Made.PASSES
        return Made.LASTS if kind == "export_statement" else Made.UNKNOWN

    def _stored(self, path: str, code: Code, left: Node, store: Node, depth: int) -> Made:
        slot = slot_of(code, left)
        if slot is None:
            return Made.UNKNOWN
        if slot.keyed:
            slot = Slot(**{**slot.__dict__, "keyed": False})
        if slot.shape is Shape.VARIABLE and slot.root is not None and slot.root.owner == code.function(store):
            return self._variable(path, code, slot.root.name, depth)
        return self._lives(path, code, slot, store, depth)

    def _lives(self, path: str, code: Code, slot: Slot, store: Node, depth: int) -> Made:
        where = lifetime(code, slot, store)
        root = slot.root
        if where is Lifetime.MODULE or (
            where is Lifetime.ENTRY
            and root is not None
            and root.kind == "variable"
            and is_module(code, root.owner)
        ):
            return Made.LASTS
        if where is Lifetime.INSTANCE and slot.owner is not None:
            return self.of_class(path, code, slot.owner, depth)
        return Made.PASSES if where is Lifetime.SHORT and slot.shape is not Shape.VARIABLE else Made.UNKNOWN

    def lasts(self, path: str, code: Code, inside: Node) -> bool:
        """Whether an instance of the class around `inside`, a method of it, is kept as long as the process."""
        return self.of_class(path, code, inside, 1) is Made.LASTS

    def of_class(self, path: str, code: Code, inside: Node, depth: int) -> Made:
        body = inside if inside.type == "class_body" else code.parent(inside)
        declared = code.parent(body) if body is not None else None
        name = field(declared, "name") if declared is not None else None
        made = self._class(path, code.text(name), depth + 1) if name is not None else Made.UNKNOWN
        return self._of_others(code.text(name), made)

    def _of_others(self, _name: bytes, made: Made) -> Made:
        """How long an instance of a class is kept that its class has as a field, where the files give `made`."""
        return Made.UNKNOWN if made is Made.NOBODY else made

    def _variable(self, path: str, code: Code, name: Node | None, depth: int) -> Made:
        """How long the value of a local variable is kept: as long as what it is given to."""
        bound = binding(code, name) if name is not None and name.type == "identifier" else None
        if bound is None:
            return Made.PASSES
        if is_module(code, bound.owner):
            return Made.LASTS
        uses = [
            use
            for use in code.words(code.text(bound.name), bound.scope)
            if use != bound.name and means(code, use, bound)
        ]
        if len(uses) > MOST_USES or depth > DEEPEST:
            return Made.UNKNOWN
        return together([Made.PASSES, *(self._used(path, code, use, bound, depth) for use in uses)])

    def _used(self, path: str, code: Code, use: Node, bound: Binding, depth: int) -> Made:
        inner = next(
            (f for f in code.functions(use) if code.function(f) == bound.owner and f != bound.owner), None
        )
        if inner is not None and bound.owner is not None and escapes(code, inner, bound.owner):
            return Made.UNKNOWN
        above = code.parent(use)
        if above is None or above.type in ("member_expression", "if_statement", "unary_expression"):
            return Made.PASSES
        if call_of(code, use, method=False) is not None:
            return Made.PASSES
        if above.type == "assignment_expression" and field(above, "left") == use:
            return Made.PASSES
        return self._goes(path, code, use, depth + 1)

    def _given(self, path: str, code: Code, call: Node, depth: int) -> Made:
        """How long what is an argument of `call` is kept."""
        callee = field(call, "function")
        if callee is None:
            return Made.UNKNOWN
        if callee.type == "identifier":
            bound = binding(code, callee)
            return Made.PASSES if bound is not None and bound.kind == "parameter" else Made.UNKNOWN
        holder, name = field(callee, "object"), code.text(field(callee, "property"))
        if holder is None or name not in _CONTAINERS:
            return Made.UNKNOWN
        slot = slot_of(code, holder)
        if slot is None or slot.keyed:
            return Made.UNKNOWN
        if slot.shape is Shape.VARIABLE and slot.root is not None and slot.root.owner == code.function(call):
            return Made.UNKNOWN
        return self._lives(path, code, slot, call, depth)

    def _returned(self, path: str, code: Code, function: Node | None, depth: int) -> Made:
        """How long what `function` returns is kept."""
        name = function_name(code, function)
        if function is None or depth >= DEEPEST:
            return Made.UNKNOWN
        held = code.parent(function)
        call = code.parent(held) if held is not None and held.type == "arguments" else None
        if call is not None:
            callee = code.text(field(call, "function")) or code.text(field(call, "constructor"))
            if callee in (b"cache", b"React.cache"):
                return Made.PASSES
            return Made.LASTS if ONCE.search(callee) is not None else Made.UNKNOWN
        if held is not None and held.type == "pair":
            return Made.LASTS if ONCE.search(name) is not None or name == b"useFactory" else Made.UNKNOWN
        own = is_module(code, code.function(function)) and (held is None or held.type != "class_body")
        if not name or not (own or len(name) >= TELLING):
            return Made.UNKNOWN
        made = self._function(path, name, depth + 1)
        return Made.UNKNOWN if made is Made.NOBODY else made


def _injected(code: Code | None, name: bytes) -> Made | None:
    """What the decorators of the class `name` say of its instances: a container of dependencies keeps one, or makes
    one a request; None where there are none."""
    for place in code.places(name) if code is not None else ():
        word = code.at(place, place + len(name)) if code is not None else None
        declared = code.parent(word) if code is not None and word is not None else None
        if (
            code is None
            or declared is None
            or declared.type not in _CLASSES
            or field(declared, "name") != word
        ):
            continue
        above = code.parent(declared)
        marks = [
            child
            for node in (declared, above)
            if node is not None
            for child in node.children
            if child.type == "decorator" and child.end_byte <= declared.end_byte
        ]
        text = b" ".join(code.text(mark) for mark in marks)
        if marks:
            return Made.PASSES if PER_REQUEST.search(text) is not None else Made.LASTS
    return None
