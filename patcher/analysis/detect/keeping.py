"""Who keeps what an expression makes: followed through local variables, objects, helpers, constructors and setters of
the file to the slot or the collection that lives on.

What is followed is a thing that carries the context of whoever made it, so that it counts where it is made, and
for whom: a slot that only the first caller fills, or a collection that every caller puts something into.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from patcher.analysis.detect.emptying import is_weak
from patcher.analysis.detect.held import initial_values, source_of
from patcher.analysis.facts.calls import calls_by_name, new_of
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.analysis.facts.laziness import Laziness, is_constructor, laziness
from patcher.analysis.facts.lifetimes import Lifetime, lifetime
from patcher.analysis.facts.request_path import in_request, taken_out
from patcher.analysis.facts.scopes import Binding, binding, function_name, is_module, means
from patcher.analysis.facts.slots import Slot, slot_of, uses
from patcher.analysis.names import COLLECTS, LONG_KEYS
from patcher.retention.kinds import Growth
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeps a thing: the slot, the node that stores into it, and how many requests it keeps; `built` says that
    it is part of an instance which is kept."""

    slot: Slot
    node: Node
    growth: Growth
    built: bool = False

    @property
    def text(self) -> str:
        """How the slot is named to a reader."""
        return self.slot.text + ("" if self.growth == "one for the process" or self.slot.keyed else "[…]")


ONE: Growth = "one for the process"
A_KEY: Growth = "one a key"
EACH: Growth = "one a request"
_MOST_HOPS, _MOST_USES = 6, 40
_THROUGH = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "await_expression",
        "object",
        "array",
    }
)
_GIVES_ITSELF = frozenset(
    b"on once addListener prependListener off unref ref setEncoding setKeepAlive setNoDelay connect listen"
    b" setMaxListeners resume pause catch then finally".split()
)
_LONG = frozenset({Lifetime.MODULE, Lifetime.INSTANCE, Lifetime.CLOSURE})
_STORES = frozenset({"assignment_expression", "augmented_assignment_expression"})
_ENDS = frozenset(
    {"variable_declarator", "arguments", "return_statement", "field_definition", "public_field_definition"}
)
_WEAK = re.compile(rb"\bWeakMap\b")


def keeping(code: Code, made: Node) -> Keeping | None:
    """What keeps the thing that the expression `made` gives for longer than the request that ran it; None when nothing
    of the file does, or it is made when the file is loaded."""
    return _WalkToKeeper(code).follow(made, 0)


class _WalkToKeeper:
    """One walk from where a thing is made to what keeps it; no expression is gone through twice."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.seen: set[int] = set()
        self.through: list[Node] = []

    def follow(self, value: Node, hops: int) -> Keeping | None:
        """What keeps the content of the expression `value`."""
        if hops > _MOST_HOPS or value.id in self.seen:
            return None
        self.seen.add(value.id)
        here, above = value, self.code.parent(value)
        while above is not None:
            if above.type in _STORES:
                found = self._assigned(above, hops) if field(above, "right") == here else None
                if found is not None or field(above, "right") != here:
                    return found
            elif above.type in _ENDS or above.type in FUNCTIONS:
                return self._end(above, here, hops)
            elif (outer := self._goes_through(above, here)) is None:
                return None
            else:
                above = outer
            here, above = above, self.code.parent(above)
        return None

    def _end(self, above: Node, here: Node, hops: int) -> Keeping | None:
        """What keeps `here`, which is all that `above` declares, hands over or gives."""
        code, kind = self.code, above.type
        if kind == "variable_declarator":
            return self._declared(above, hops) if field(above, "value") == here else None
        if kind == "arguments":
            return self._handed(code.parent(above), here, hops)
        if kind == "return_statement":
            return self._returned(code.function(above), hops)
        if kind in FUNCTIONS:
            return self._returned(above, hops) if field(above, "body") == here else None
        body = code.parent(above)
        return self._instances(body, hops) if body is not None else None

    def _goes_through(self, above: Node, here: Node) -> Node | None:
        """The expression that gives what `here` does, of which it is a part of `above`; None where it gives another."""
        code, kind = self.code, above.type
        if kind in _THROUGH:
            return above
        if kind == "pair":
            return above if field(above, "value") == here else None
        if kind == "member_expression" and field(above, "object") == here:
            call = code.parent(above)
            same = code.text(field(above, "property")) in _GIVES_ITSELF
            return call if same and call is not None and field(call, "function") == above else None
        if kind == "binary_expression":
            chooses = code.text(field(above, "operator")) in (b"||", b"??", b"&&")
            return above if chooses else None
        if kind == "ternary_expression":
            return None if field(above, "condition") == here else above
        if kind == "sequence_expression":
            return above if above.named_children[-1] == here else None
        return None

    def _assigned(self, store: Node, hops: int) -> Keeping | None:
        code, left = self.code, field(store, "left")
        maker = code.function(store)
        if left is None or maker is None or is_module(code, maker):
            return None
        slot = slot_of(code, left)
        if slot is None:
            return None
        if is_constructor(code, maker) and code.text(left).startswith(b"this."):
            return self._built(maker, hops)
        if slot.keyed:
            return self._entry(slot, store, field(left, "index"))
        root = slot.root if left.type == "identifier" else None
        if root is not None and root.kind == "variable" and root.owner == maker:
            return self._uses(root, store, hops)
        if lifetime(code, slot, store) not in _LONG or not in_request(code, store):
            return None
        if len(uses(code, slot)) < 2:
            return None
        once = any(laziness(code, slot, node) is Laziness.GUARDED for node in (store, *self.through))
        return Keeping(slot, store, ONE) if once else None

    def _entry(self, slot: Slot, store: Node, key: Node | None) -> Keeping | None:
        """A thing that is put under a key of a collection."""
        code = self.code
        container = source_of(code, replace(slot, keyed=False))
        if (
            lifetime(code, container, store) not in _LONG
            or not in_request(code, store)
            or taken_out(code, container)
        ):
            return None
        if any(_WEAK.search(code.text(made)[:200]) for made in initial_values(code, container)):
            lasting = key is not None and code.text(key) in LONG_KEYS
            return Keeping(replace(container, keyed=True), store, ONE) if lasting else None
        if is_weak(code, container):
            return None
        return Keeping(replace(container, keyed=True), store, A_KEY)

    def _declared(self, declarator: Node, hops: int) -> Keeping | None:
        code, name = self.code, field(declarator, "name")
        if name is None or is_module(code, code.function(declarator)):
            return None
        names = [name] if name.type == "identifier" else [*_names_in(name)]
        for each in names:
            bound = binding(code, each)
            found = self._uses(bound, declarator, hops) if bound is not None else None
            if found is not None:
                return found
        maker = code.function(declarator)
        return self._built(maker, hops) if maker is not None and is_constructor(code, maker) else None

    def _uses(self, bound: Binding, after: Node, hops: int) -> Keeping | None:
        """What keeps the content of a local variable, by where it is used after it was given it."""
        code = self.code
        for use in code.words(code.text(bound.name), bound.scope)[:_MOST_USES]:
            if use.start_byte < after.start_byte or use == bound.name:
                continue
            if use.type != "shorthand_property_identifier" and not means(code, use, bound):
                continue
            found = self.follow(use, hops + 1)
            if found is not None:
                return found
        return None

    def _handed(self, call: Node | None, given: Node, hops: int) -> Keeping | None:
        """A thing that is put into a collection, or given to a function or a class of the file."""
        code = self.code
        if call is None:
            return None
        if call.type == "new_expression":
            made = field(call, "constructor")
            bound = binding(code, made) if made is not None and made.type == "identifier" else None
            return self.follow(call, hops + 1) if bound is not None and bound.kind == "class" else None
        callee, all_given = field(call, "function"), arguments(call)
        if callee is None or given not in all_given:
            return None
        function = callee_function(code, unwrap(callee))
        if function is not None:
            parameter = _parameter(code, function, all_given.index(given))
            self.through.append(call)
            found = self._uses(parameter, parameter.name, hops) if parameter is not None else None
            self.through.pop()
            return found
        if callee.type != "member_expression":
            return None
        name, holder = code.text(field(callee, "property")), field(callee, "object")
        slot = slot_of(code, holder) if holder is not None else None
        if slot is None or slot.keyed:
            return None
        if name == b"set" and len(all_given) > 1 and given == all_given[1]:
            return self._entry(slot, call, all_given[0])
        if name not in COLLECTS or len(all_given) != 1:
            return None
        container = source_of(code, slot)
        stays = lifetime(code, container, call) in _LONG and in_request(code, call)
        if not stays or taken_out(code, container) or is_weak(code, container):
            return None
        return Keeping(container, call, EACH)

    def _returned(self, function: Node | None, hops: int) -> Keeping | None:
        """A thing that a function gives to its callers: those of the file, or the function that it is handed to."""
        if function is None or hops > _MOST_HOPS:
            return None
        for call in self._callers(function):
            found = self.follow(call, hops + 1)
            if found is not None:
                return found
        return None

    def _callers(self, function: Node) -> Iterator[Node]:
        """The calls that give what `function` returns: by its name, or that of the parameter that it is given for."""
        code = self.code
        held = code.parent(function)
        call = code.parent(held) if held is not None and held.type == "arguments" else None
        if call is None:
            name = function_name(code, function)
            yield from calls_by_name(code, name, most=_MOST_USES) if len(name) > 1 else ()
            return
        callee = field(call, "function") if call.type == "call_expression" else None
        taker = callee_function(code, unwrap(callee)) if callee is not None else None
        if taker is not None and function in arguments(call):
            bound = _parameter(code, taker, arguments(call).index(function))
            if bound is not None:
                yield from calls_by_name(
                    code, code.text(bound.name), bound.scope, most=_MOST_USES, method=False
                )

    def _built(self, maker: Node, hops: int) -> Keeping | None:
        """A thing that an instance is made with: of the class, or of the function that is called with `new`."""
        code = self.code
        if maker.type == "method_definition":
            body = code.parent(maker)
            return self._instances(body, hops) if body is not None else None
        found = self._made_by_name(function_name(code, maker), maker, hops)
        return found and replace(found, built=True)

    def _instances(self, body: Node, hops: int) -> Keeping | None:
        declared = self.code.parent(body)
        if body.type != "class_body" or declared is None:
            return None
        own = field(declared, "name")
        name = self.code.text(own) if own is not None else function_name(self.code, declared)
        found = self._made_by_name(name, None, hops)
        return found and replace(found, built=True)

    def _made_by_name(self, name: bytes, within: Node | None, hops: int) -> Keeping | None:
        code = self.code
        if len(name) < 2:
            return None
        for use in code.words(name)[:_MOST_USES]:
            new = new_of(code, use)
            if new is None or contains(within, new) or is_module(code, code.function(new)):
                continue
            found = self.follow(new, hops + 1)
            if found is not None:
                return found
        return None


def _names_in(pattern: Node) -> Iterator[Node]:
    """The variables that a pattern declares: `{ port1, port2: other }`."""
    for part in pattern.named_children[:8]:
        inner = field(part, "value") if part.type == "pair_pattern" else part
        if inner is not None and inner.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield inner


def _parameter(code: Code, function: Node, place: int) -> Binding | None:
    """The parameter that a function takes at `place`; None for a pattern."""
    held = field(function, "parameters")
    if held is None:
        name = field(function, "parameter") if place == 0 else None
        return binding(code, name) if name is not None else None
    given = [child for child in held.named_children if child.type != "comment"]
    if not 0 <= place < len(given):
        return None
    name = field(given[place], "pattern") or field(given[place], "left") or given[place]
    return binding(code, name) if name.type == "identifier" else None
