"""Whether a function runs only while the program starts, or in any case when its modules are loaded: what it keeps then
is of no request."""

import re
from collections.abc import Iterator
from typing import Protocol

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.laziness import is_constructor, running_function
from patcher.analysis.facts.lifetimes import takes_request
from patcher.analysis.facts.out_of_service import off_the_way
from patcher.analysis.facts.scopes import function_name, is_module
from patcher.scan.call_places import in_any_case, in_own_body, later, on_whose_run, whole_use
from patcher.scan.owner_names import STARTS
from patcher.syntax.tree import Node

DEEPEST = 5
MOST_FILES = 60
_LOADS = 3  # functions and constructors between a module and what it runs when it is loaded
# A method of a shorter name may be that of another class, where its object has a name that nothing tells of.
_TELLING = 8
# Where a function stands that somebody else may call then.
HANDED_ON = frozenset({"arguments", "pair", "array", "assignment_expression"})
_REGISTERS = frozenset({b"fp", b"fastifyPlugin", b"register"})
_FIELDS = frozenset({"public_field_definition", "field_definition"})

Seen = set[tuple[str, bytes]]


class Owners(Protocol):
    """Who makes and calls what in some files, as far as it is asked here."""

    def read(self, path: str, /) -> bytes:
        """The content of a file."""

    def code(self, path: str) -> Code | None:
        """The file, parsed; None when it cannot be."""

    def mentions(self, name: bytes) -> list[str]:
        """The files that have `name` in them."""

    def uses(self, home: str, name: bytes) -> Iterator[tuple[str, Code, Node]]:
        """Where the class or function `name` of `home` is meant."""

    def lasts(self, path: str, code: Code, inside: Node) -> bool:
        """Whether an instance of the class around `inside` is kept as long as the process."""


class Starting:
    """Answers for the functions of the files that `owners` knows."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners

    def starts(self, home: str, code: Code, function: Node | None, name: bytes) -> bool:
        """Whether the function or method `name` of `home` runs only while the program starts, or then in any case."""
        if function is not None and function.type == "method_definition":
            return self._method_starts(home, code, function, name, {(home, name)}) is True
        return self._starts(home, name, set()) is True

    def in_start(self, path: str, code: Code, function: Node | None, seen: Seen) -> bool | None:
        """Whether `function` runs while the program starts, and at no other time; None when only functions call it that
        are asked about already."""
        if function is None or is_module(code, function):
            return True
        name = function_name(code, function)
        if STARTS.match(name) is not None or off_the_way(name):
            return True
        if is_constructor(code, function):
            return self._owners.lasts(path, code, function) and not self._is_made_on_demand(
                path, code, function, seen
            )
        if not name or any(takes_request(code, around) for around in (function, *code.functions(function))):
            return False
        if function.type == "method_definition":
            return self._method_starts(path, code, function, name, seen)
        return is_module(code, code.function(function)) and self._starts(path, name, seen)

    def _starts(self, home: str, name: bytes, seen: Seen) -> bool | None:
        """The same of the function `name` of `home`, or whether its module calls it in any case."""
        if (home, name) in seen or len(seen) > DEEPEST * 4:
            return False
        seen.add((home, name))
        found = set[bool | None]()
        for path, code, use in self._owners.uses(home, name):
            here = whole_use(code, use)
            above = code.parent(here)
            above = later(code, above) or above
            if above is None or not _is_run(above, here):
                if above is not None and above.type in HANDED_ON and not _is_registered(code, above):
                    return False
                found.update({True} if above is not None and _is_registered(code, above) else ())
                continue
            if in_own_body(code, use, name):
                continue
            if self._at_load(path, code, above, 0):
                return True
            found.add(self._runs_in_start(path, code, above, seen))
        return None if found == {None} else bool(found) and False not in found

    def _runs_in_start(self, path: str, code: Code, call: Node, seen: Seen) -> bool | None:
        function = on_whose_run(code, call)
        if (path, function_name(code, function)) in seen:
            return None
        return is_module(code, function) or self.in_start(path, code, function, seen)

    def _at_load(self, path: str, code: Code, call: Node, depth: int) -> bool:
        """Whether `call` happens in any case when modules are loaded: at their top level, in the constructor or a field
        of an object that is made there, or in a function that is called there."""
        if depth > _LOADS or not in_any_case(code, call):
            return False
        owner = _class_of_field(code, call)
        function = running_function(code, call) if owner is None else None
        if owner is None and is_module(code, function):
            return True
        if function is not None and is_constructor(code, function):
            body = code.parent(function)
            owner = code.parent(body) if function.type == "method_definition" and body is not None else None
        name = code.text(field(owner, "name")) if owner is not None else function_name(code, function)
        if not name or (owner is None and not is_module(code, code.function(function or call))):
            return False
        made = "new_expression" if owner is not None else "call_expression"
        part = "constructor" if owner is not None else "function"
        return any(
            above is not None
            and above.type == made
            and field(above, part) == use
            and not in_own_body(other, use, name)
            and self._at_load(there, other, above, depth + 1)
            for there, other, use in self._owners.uses(path, name)
            if (above := other.parent(use)) is not None
        )

    def _is_made_on_demand(self, path: str, code: Code, constructor: Node, seen: Seen) -> bool:
        """Whether an object of a class is made only when somebody first asks for it, while the program may serve."""
        name = _class_name(code, constructor)
        if not name or (path, name) in seen or len(seen) > DEEPEST * 4:
            return False
        seen.add((path, name))
        return any(
            (above := other.parent(use)) is not None
            and above.type == "new_expression"
            and not in_any_case(other, above)
            and self._runs_in_start(there, other, above, seen) is False
            for there, other, use in self._owners.uses(path, name)
        )

    def _method_starts(self, path: str, code: Code, method: Node, name: bytes, seen: Seen) -> bool | None:
        owner = _class_name(code, method)
        if not owner or len(seen) > DEEPEST * 4:
            return False
        if any(child.type == "static" for child in method.children[:3]):
            return self._static_starts(path, name, owner)
        seen.add((path, name))
        found = set[bool | None]()
        for there, other, call in self._method_calls(path, owner, name):
            if call is None:
                return False
            if not in_own_body(other, call, name):
                found.add(self._runs_in_start(there, other, call, seen))
        return None if found == {None} else bool(found) and False not in found

    def _static_starts(self, path: str, name: bytes, owner: bytes) -> bool:
        """Whether a static method is called, and that when modules are loaded, in any case: `await Keys.create()`."""
        calls = [
            (other, call)
            for _, other, use in self._owners.uses(path, owner)
            if (member := other.parent(use)) is not None
            and member.type == "member_expression"
            and other.text(field(member, "property")) == name
            and (call := other.parent(member)) is not None
        ]
        return bool(calls) and all(
            call.type == "call_expression"
            and is_module(other, running_function(other, call))
            and in_any_case(other, call)
            for other, call in calls
        )

    def _method_calls(self, home: str, owner: bytes, name: bytes) -> Iterator[tuple[str, Code, Node | None]]:
        """The calls of the method `name` on what holds an object of the class `owner`; None for a use that hands the
        method on, or when there are too many files to look into."""
        holders = self._holders(owner)
        files = self._owners.mentions(name)
        if len(files) > MOST_FILES * 3:
            files = [path for path in files if owner in self._owners.read(path)]
        receivers = b"|".join(map(re.escape, sorted(holders | {b"this", owner})))
        any_one = rb"[\w$)\]]" if len(name) >= _TELLING else rb"\)"
        asked = re.compile(
            rb"(?:(?<![\w$])(?:%b)|%b)\s*[?!]?\s*\.\s*%b(?![\w$])" % (receivers, any_one, re.escape(name))
        )
        for path in files[: MOST_FILES * 3]:
            if asked.search(self._owners.read(path)) is None:
                continue
            code = self._owners.code(path)
            for use in code.words(name) if code is not None else ():
                member = code.parent(use) if code is not None else None
                if code is None or member is None or member.type != "member_expression":
                    continue
                if field(member, "property") != use or not _may_hold(
                    code, member, owner, holders, path == home, name
                ):
                    continue
                call = code.parent(member)
                called = (
                    call is not None and call.type == "call_expression" and field(call, "function") == member
                )
                yield path, code, call if called else None

    def _holders(self, owner: bytes) -> set[bytes]:
        """What variables, fields and parameters are called that are given an object of the class, or declared so."""
        asked = re.compile(_HOLDS % {b"owner": re.escape(owner)})
        return {
            name
            for path in self._owners.mentions(owner)[:MOST_FILES]
            for match in asked.finditer(self._owners.read(path))
            for name in match.groups()
            if name and name != owner
        }


_HOLDS = (
    rb"(?<![\w$])(#?[\w$]+)\s*(?::[^=;\n]{0,200})?=\s*(?:await\s+)?(?:new\s+)?%(owner)s\b\s*[.(<]"
    rb"|(?<![\w$])(#?[\w$]+)\s*[?!]?\s*:\s*(?:Promise<|Readonly<)?%(owner)s\b(?!\s*[.(])"
)


def _may_hold(code: Code, member: Node, owner: bytes, holders: set[bytes], own: bool, name: bytes) -> bool:
    """Whether what a method is asked of may be an object of the class `owner`."""
    holder = field(member, "object")
    while holder is not None and holder.type in (
        "non_null_expression",
        "parenthesized_expression",
        "await_expression",
    ):
        holder = holder.named_children[0] if holder.named_children else None
    if holder is None:
        return False
    if holder.type in ("this", "super"):
        return own
    if holder.type == "call_expression":
        return owner in code.text(holder) or len(name) >= _TELLING
    word = code.text(field(holder, "property") if holder.type == "member_expression" else holder)
    return word in holders or len(name) >= _TELLING


def _is_run(call: Node, function: Node) -> bool:
    """Whether `call` calls `function`, or is a call of the platform that does so later."""
    callee = field(call, "function") if call.type == "call_expression" else None
    return callee is not None and (callee == function or callee.end_byte < function.start_byte)


def _is_registered(code: Code, given: Node) -> bool:
    """Whether what is among the arguments `given` becomes a plugin, which a server runs before it listens."""
    call = code.parent(given) if given.type == "arguments" else None
    callee = field(call, "function") if call is not None else None
    return callee is not None and code.text(field(callee, "property") or callee) in _REGISTERS


def _class_name(code: Code, method: Node) -> bytes:
    declared = code.parent(code.parent(method) or method)
    return code.text(field(declared, "name")) if declared is not None else b""


def _class_of_field(code: Code, call: Node) -> Node | None:
    """The class whose objects `call` gives a field its first value; None when it stands elsewhere or in a static."""
    function = code.function(call)
    for above in code.ancestors(call):
        if function is not None and above == function:
            return None
        if above.type in _FIELDS:
            if any(child.type == "static" for child in above.children[:4]):
                return None
            body = code.parent(above)
            return code.parent(body) if body is not None else None
    return None
