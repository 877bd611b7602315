"""How long a slot lives: as long as the process, as a client or a component, or only as one request.

What is made for a request takes the request with it anyway, so a promise kept there is no defect. Without
types that is judged by what can be seen: whether the function that stores escapes the function whose
variable it stores into, and whether the owner is made from a request (its parameters), is called one (its
name), or is itself a promise-like (it has a `then`).
"""

from collections.abc import Iterator
from enum import StrEnum

from patcher.analysis.facts.calls import call_of, new_of
from patcher.analysis.facts.code import Code, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import returned
from patcher.analysis.facts.scopes import binding, function_name, is_called, is_module, means, parameters
from patcher.analysis.facts.slots import Shape, Slot
from patcher.analysis.names import BUILDERS, PER_USE, REGISTRARS, REQUESTS, SIGNALS
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node


class Lifetime(StrEnum):
    """What the slot lives as long as."""

    MODULE = "module"
    INSTANCE = "instance"
    CLOSURE = "closure"
    ENTRY = "entry"
    SHORT = "short"


_MAX_HOPS = 6
_PUTS = frozenset({b"set", b"add", b"push"})
Seen = set[tuple[int, int]]
"""What a search has asked about: functions, and names with the number of hops that led to them."""


def request_like(name: bytes) -> bool:
    """Whether a parameter is, by its name, a request or what is made from one."""
    return name in REQUESTS


def takes_request(code: Code, function: Node | None) -> bool:
    """Whether a function has a request-like parameter."""
    return function is not None and any(request_like(name) for name in parameters(code, function))


def lifetime(code: Code, slot: Slot, store: Node) -> Lifetime:
    """How long what `store` puts into `slot` is kept there."""
    if slot.shape is Shape.STATIC:
        return Lifetime.MODULE
    if slot.shape is Shape.FIELD:
        return _field(code, slot, store)
    if slot.shape is Shape.VARIABLE:
        return _captured(code, slot, store)
    return _member(code, slot, store)


def _captured(code: Code, slot: Slot, store: Node) -> Lifetime:
    root = slot.root
    if root is None:
        return Lifetime.SHORT
    if root.kind != "parameter" and is_module(code, root.owner):
        return Lifetime.MODULE
    owner = root.owner
    storing = code.function(store)
    if owner is None or storing is None or storing == owner or _short_owner(code, owner):
        return Lifetime.SHORT
    return Lifetime.CLOSURE if escapes(code, storing, owner) else Lifetime.SHORT


def _short_owner(code: Code, owner: Node) -> bool:
    """Whether the variables of `owner` belong to one request or one use."""
    if owner.type == "method_definition" and function_name(code, owner) == b"constructor":
        body = code.parent(owner)
        return body is None or short_class(code, body)
    name = function_name(code, owner)
    if (
        any(request_like(p) or p in SIGNALS for p in parameters(code, owner))
        or name[:1].upper() + name[1:] in PER_USE
    ):
        return True
    return any(_thenable(code, given) for given in _made(code, owner))


def _made(code: Code, owner: Node) -> Iterator[Node]:
    """The object literals that `owner` returns, directly or through one variable."""
    for given in returned(code, owner):
        given = unwrap(given)
        if given.type == "identifier":
            bound = binding(code, given)
            value = field(bound.holder, "value") if bound is not None and bound.kind == "variable" else None
            given = given if value is None else unwrap(value)
        if given.type in ("object", "class_body"):
            yield given


def _thenable(code: Code, members: Node) -> bool:
    for word in code.words(b"then", members):
        above = code.parent(word)
        if above is None or above.type not in ("method_definition", "pair", "public_field_definition"):
            continue
        if code.parent(above) == members and (field(above, "name") or field(above, "key")) == word:
            return True
    return False


def _field(code: Code, slot: Slot, store: Node) -> Lifetime:
    owner = slot.owner
    if owner is None or owner.type in FUNCTIONS:
        name = _prototype_name(code, store)
        short = name in PER_USE or (name and name + b".prototype.then" in code.source)
        if short or owner is None:
            return Lifetime.SHORT if short else Lifetime.INSTANCE
    if owner.type == "object":
        function = code.function(owner)
        if is_module(code, function):
            return Lifetime.MODULE
        if function is None or _short_owner(code, function) or _thenable(code, owner):
            return Lifetime.SHORT
        return Lifetime.CLOSURE if _kept(code, owner, function, set(), 0) else Lifetime.SHORT
    return Lifetime.SHORT if short_class(code, owner) else Lifetime.INSTANCE


def _prototype_name(code: Code, store: Node) -> bytes:
    for function in code.functions(store):
        above = code.parent(function)
        if above is not None and above.type == "assignment_expression":
            left = code.text(field(above, "left"))
            if b".prototype." in left:
                return left.split(b".prototype.")[0].split(b".")[-1]
    return b""


def short_class(code: Code, body: Node) -> bool:
    """Whether the instances of a class are made per request or per use."""
    declared = code.parent(body)
    name = code.text(field(declared, "name")) if declared is not None else b""
    if not name and declared is not None:
        name = function_name(code, declared)
    if made_once(code, body):
        return False
    if name in PER_USE or _thenable(code, body) or _made_for_requests(code, body):
        return True
    for word in code.words(b"constructor", body):
        made = code.parent(word)
        own = made is not None and made.type == "method_definition" and code.parent(made) == body
        taken = own and made is not None and takes_request(code, made)
        if taken and not put_away(code, body):
            return True
    return _made_locally(code, body)


def constructions(code: Code, body: Node) -> list[Node]:
    """The `new` expressions of the file that make instances of a class, but for those in its own body."""
    declared = code.parent(body)
    own = field(declared, "name") if declared is not None else None
    if own is None:
        return []
    uses = (use for use in code.words(code.text(own)) if use != own and not contains(body, use))
    return [new for use in uses if (new := new_of(code, use)) is not None]


def made_once(code: Code, body: Node) -> bool:
    """Whether the file itself makes the only instances of a class when it is loaded."""
    made = constructions(code, body)
    return bool(made) and all(is_module(code, code.function(new)) for new in made)


def put_away(code: Code, body: Node) -> bool:
    """Whether the file puts instances of a class into a collection of its module, whatever they are made from."""
    for new in constructions(code, body):
        store = code.parent(new)
        if store is None:
            continue
        name = field(store, "left") or field(store, "name")
        bound = binding(code, name) if name is not None and name.type == "identifier" else None
        held = code.words(code.text(name), bound.scope) if name is not None and bound is not None else []
        if any(_into_module(code, value) for value in (new, *held)):
            return True
    return False


def _into_module(code: Code, value: Node) -> bool:
    """Whether `value` is put into a collection that a variable of the module has: `cache.set(key, value)`."""
    given = code.parent(value)
    call = code.parent(given) if given is not None and given.type == "arguments" else None
    callee = field(call, "function") if call is not None else None
    if given is not None and given.type == "assignment_expression" and field(given, "right") == value:
        holder = field(given, "left")
        holder = (
            field(holder, "object") if holder is not None and holder.type == "subscript_expression" else None
        )
    elif callee is not None and code.text(field(callee, "property")) in _PUTS:
        holder = field(callee, "object")
    else:
        return False
    while holder is not None and holder.type == "member_expression":
        holder = field(holder, "object")
    bound = binding(code, holder) if holder is not None and holder.type == "identifier" else None
    return bound is not None and bound.kind == "variable" and is_module(code, bound.owner)


def _made_locally(code: Code, body: Node) -> bool:
    """Whether every instance of a class that its file keeps to itself is made in a loop, for one turn of it."""
    declared = code.parent(body)
    if declared is None or declared.type != "class_declaration":
        return False
    statement = code.parent(declared)
    if statement is not None and statement.type == "export_statement":
        return False
    made = constructions(code, body)
    return bool(made) and all(_for_one_turn(code, new) for new in made)


def _for_one_turn(code: Code, new: Node) -> bool:
    function = code.function(new)
    if function is None or is_module(code, function):
        return False
    looped = any(
        above.type in ("for_statement", "for_in_statement", "while_statement") and contains(function, above)
        for above in code.ancestors(new)
    )
    return looped and not _kept(code, new, function, set(), 0)


def _made_for_requests(code: Code, body: Node) -> bool:
    """Whether a class that its file keeps to itself is instantiated by functions that are given a request only."""
    declared = code.parent(body)
    own = field(declared, "name") if declared is not None else None
    if own is None or declared is None or declared.type != "class_declaration":
        return False
    if (statement := code.parent(declared)) is not None and statement.type == "export_statement":
        return False
    made = [use for use in code.words(code.text(own)) if use != own and not contains(body, use)]
    return bool(made) and all(
        (above := code.parent(use)) is not None
        and above.type == "new_expression"
        and any(takes_request(code, function) for function in code.functions(use))
        for use in made
    )


def _member(code: Code, slot: Slot, store: Node) -> Lifetime:
    root = slot.root
    storing = code.function(store)
    if root is None or storing is None:
        return Lifetime.SHORT
    owner = root.owner
    if owner is None or owner == storing or root.kind == "parameter" or _short_owner(code, owner):
        return Lifetime.ENTRY
    return Lifetime.CLOSURE if escapes(code, storing, owner) else Lifetime.ENTRY


def escapes(code: Code, function: Node, owner: Node) -> bool:
    """Whether `function`, or one that calls it, outlives the call of `owner` that it is written in."""
    return _escapes(code, function, owner, set(), 0)


def _escapes(code: Code, function: Node, owner: Node, seen: Seen, hops: int) -> bool:
    if (function.id, 0) in seen or hops > _MAX_HOPS or not contains(owner, function) or function == owner:
        return False
    seen.add((function.id, 0))
    if is_called(code, function):
        outer = code.function(function)
        return outer is not None and _escapes(code, outer, owner, seen, hops + 1)
    if _kept(code, function, owner, seen, hops):
        return True
    outer = code.function(function)
    return outer is not None and outer != owner and _escapes(code, outer, owner, seen, hops + 1)


def _kept(code: Code, node: Node, owner: Node, seen: Seen, hops: int) -> bool:
    """Whether the value of `node` is returned by `owner`, put on something, or handed to a registrar."""
    if node.type in ("function_declaration", "generator_function_declaration", "class_declaration"):
        return _named_kept(code, node, owner, seen, hops)
    here, above = node, code.parent(node)
    while above is not None and above != owner:
        kind = above.type
        if kind in ("return_statement", "export_statement"):
            return code.function(above) == owner or code.function(node) == owner
        if kind in ("assignment_expression", "variable_declarator"):
            return _target_kept(code, above, owner, seen, hops)
        if kind == "arguments":
            call = code.parent(above)
            if call is None or not _hands_on(code, call, here):
                return False
            if routes(code, call, here):
                return True
            here, above = call, code.parent(call)
            continue
        if kind in FUNCTIONS:
            return field(above, "body") == here and _escapes(code, above, owner, seen, hops + 1)
        if kind in ("expression_statement", "statement_block"):
            return False
        here, above = above, code.parent(above)
    return above is not None and field(above, "body") == here


def _target_kept(code: Code, storing: Node, owner: Node, seen: Seen, hops: int) -> bool:
    """Whether what a declarator or an assignment stores outlives `owner`: a property does, but that of an object which
    `owner` made and only works with."""
    target = field(storing, "left") or field(storing, "name")
    if target is None:
        return False
    if target.type in ("member_expression", "subscript_expression"):
        return not _of_its_own(code, target, owner)
    return _name_kept(code, target, owner, seen, hops)


def _of_its_own(code: Code, member: Node, owner: Node) -> bool:
    """Whether `member` is of a new object in a local variable of `owner` that it gives to nobody; a handler (`onopen`)
    is not, as whoever calls it has the object."""
    holder = field(member, "object")
    bound = binding(code, holder) if holder is not None and holder.type == "identifier" else None
    if bound is None or bound.kind != "variable" or bound.owner is None or not contains(owner, bound.owner):
        return False
    made = field(bound.holder, "value")
    handler = code.text(field(member, "property")).startswith(b"on")
    if made is None or unwrap(made).type not in ("new_expression", "object") or handler:
        return False
    return all(
        use == bound.name or field(code.parent(use) or use, "object") == use
        for use in code.words(code.text(bound.name), bound.scope)
        if use == bound.name or means(code, use, bound)
    )


def routes(code: Code, call: Node, argument: Node) -> bool:
    """Whether a call makes a function answer requests from then on: `app.get("/", (req, res) => …)`, on what `owner`
    was given or the module has."""
    callee = field(call, "function")
    holder = field(callee, "object") if callee is not None and callee.type == "member_expression" else None
    if holder is None or argument.type not in FUNCTIONS or len(arguments(call)) < 2:
        return False
    registers = code.text(field(callee, "property") if callee is not None else None) in REGISTRARS
    return registers and takes_request(code, argument)


def _hands_on(code: Code, call: Node, argument: Node) -> bool:
    """Whether a call keeps or returns what it is given: a registrar, or `Object.assign` and the like."""
    if call.type == "new_expression":
        return False
    callee = field(call, "function")
    name = (
        code.text(field(callee, "property"))
        if callee is not None and callee.type == "member_expression"
        else code.text(callee)
    )
    if name in BUILDERS or name in REGISTRARS:
        return True
    return argument.type in FUNCTIONS and takes_request(code, argument)


def _named_kept(code: Code, node: Node, owner: Node, seen: Seen, hops: int) -> bool:
    name = field(node, "name")
    return name is not None and _name_kept(code, name, owner, seen, hops)


def _name_kept(code: Code, name: Node, owner: Node, seen: Seen, hops: int) -> bool:
    if name.type != "identifier" or hops > _MAX_HOPS:
        return False
    bound = binding(code, name)
    if bound is None:
        return False
    if not contains(owner, bound.scope):
        return True
    # In a minified bundle a few hundred names lead to each other, in as many ways as there are orders of them.
    asked = (bound.name.id, hops)
    if asked in seen:
        return False
    seen.add(asked)
    for use in code.words(code.text(name), bound.scope):
        if use == bound.name or use == name or contains(bound.holder, use):
            continue
        means_it = use.type == "shorthand_property_identifier" or (
            use.type == "identifier" and binding(code, use) == bound
        )
        if means_it and _use_kept(code, use, owner, seen, hops):
            return True
    return False


def _use_kept(code: Code, use: Node, owner: Node, seen: Seen, hops: int) -> bool:
    around = code.function(use)
    if around is not None and around != owner and _escapes(code, around, owner, seen, hops + 1):
        return True
    if call_of(code, use, method=False) is not None:
        return False
    return _kept(code, use, owner, seen, hops + 1)


__all__ = [
    "Lifetime",
    "arguments",
    "constructions",
    "escapes",
    "lifetime",
    "request_like",
    "short_class",
    "takes_request",
]
