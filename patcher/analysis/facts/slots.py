"""Slots: where something is kept, and every place of the file that means the same slot."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TypeVar

from patcher.analysis.facts.code import WRAPPERS, Code, Question, contains, field, once_a_file, unwrap
from patcher.analysis.facts.functions import is_this
from patcher.analysis.facts.scopes import Binding, binding, function_name, is_module, means
from patcher.analysis.names import SHARED_OBJECTS, THIS
from patcher.analysis.prefilter.reverse import last, path_before
from patcher.syntax.node_kinds import FUNCTIONS, IDENTIFIERS
from patcher.syntax.tree import Node


class Shape(StrEnum):
    """What kind of place a slot is."""

    VARIABLE = "variable"
    FIELD = "field"
    STATIC = "static"
    MEMBER = "member"


@dataclass(frozen=True)
class Slot:
    """A place that holds one thing, or (`keyed`) one thing a key.

    `word` is the identifier to look for, `path` the normalised expression, `scope` the node inside which that
    expression means this slot, `root` the binding at the head of a variable or member, `owner` the class or
    object of a field.
    """

    shape: Shape
    word: bytes
    path: bytes
    scope: Node
    root: Binding | None = None
    owner: Node | None = None
    keyed: bool = False

    @property
    def text(self) -> str:
        """How the slot is named to a reader."""
        return self.path.decode("utf-8", "replace") + ("[…]" if self.keyed else "")


_SPACE = re.compile(rb"\s+|\?(?=\.)|!(?=\.)|!$")
_HEAD = re.compile(rb"^\(*(?:%b)(?:\._self)?(?=[.\[])" % THIS)
_ALIAS = re.compile(rb"%b|_self" % THIS)
_WORD = re.compile(rb"[\w$]+")


def normal(text: bytes) -> bytes:
    """An expression without white space, optional chaining and the aliases of `this`."""
    return _HEAD.sub(b"this", _SPACE.sub(b"", text[:200]))


def slot_of(code: Code, target: Node) -> Slot | None:
    """The slot that an assignment to `target` writes, None for a pattern or something too dynamic."""
    target = unwrap(target)
    if target.type == "identifier":
        return _variable(code, target)
    if target.type == "member_expression":
        return _member(code, target, field(target, "property"))
    if target.type == "subscript_expression":
        return _subscript(code, target)
    return None


def _variable(code: Code, target: Node) -> Slot | None:
    bound = binding(code, target)
    if bound is None or bound.kind == "import":
        return None
    word = code.text(target)
    return Slot(Shape.VARIABLE, word, word, bound.scope, root=bound)


def _member(code: Code, target: Node, name: Node | None) -> Slot | None:
    holder = field(target, "object")
    if holder is None or name is None:
        return None
    return _of(code, holder, code.text(name), normal(code.text(target)))


def property_of(code: Code, owner: Node, key: Node) -> Slot | None:
    """The slot that `Object.defineProperty(owner, key, …)` writes, None when its key is not known."""
    name = code.text(key)
    if key.type == "string":
        name = name.strip(b"'\"")
        path = code.text(owner) + b"." + name
    elif key.type == "identifier":
        path = code.text(owner) + b"[" + name + b"]"
    else:
        return None
    return _of(code, owner, name, normal(path)) if name else None


def member_of(code: Code, owner: Node, name: bytes) -> Slot | None:
    """The slot called `name` of what the expression `owner` means."""
    return _of(code, owner, name, normal(code.text(owner)) + b"." + name)


def _of(code: Code, holder: Node, word: bytes, path: bytes) -> Slot | None:
    """The slot called `word` of the object that `holder` means; `path` is how the file writes it."""
    head = _head(holder)
    if head is None or len(word) > 100:
        return None
    text = code.text(head)
    alias = _is_own_alias(code, head)
    if head.type == "this" or is_this(text) or alias:
        owner = this_owner(code, head)
        return Slot(Shape.FIELD, word, _as_this(path) if alias else path, owner or code.root, owner=owner)
    if text in SHARED_OBJECTS:
        return Slot(Shape.STATIC, word, path, code.root)
    if head.type != "identifier":
        return None
    bound = binding(code, head)
    if bound is None:
        return None
    if bound.kind in ("import", "class") or (bound.kind != "parameter" and is_module(code, bound.owner)):
        return Slot(Shape.STATIC, word, path, bound.scope, root=bound)
    return Slot(Shape.MEMBER, word, path, bound.scope, root=bound)


def _head(holder: Node) -> Node | None:
    """What a path of members begins with."""
    head = unwrap(holder)
    while head.type in ("member_expression", "subscript_expression"):
        inner = field(head, "object")
        if inner is None:
            return None
        head = unwrap(inner)
    return head


def _subscript(code: Code, target: Node) -> Slot | None:
    holder, index = field(target, "object"), field(target, "index")
    if holder is None or index is None:
        return None
    if index.type == "string":
        word = code.text(index).strip(b"'\"")
        plain = _member(code, target, index) if word else None
        return plain and Slot(plain.shape, word, plain.path, plain.scope, plain.root, plain.owner)
    if index.type == "identifier" and (is_this(code.text(holder)) or _is_shared(code, holder, index)):
        return _member(code, target, index)
    if index.type == "number":
        return None
    return keyed(slot_of(code, holder))


def _is_shared(code: Code, holder: Node, index: Node) -> bool:
    """Whether a member of `globalThis` is meant whose name is a constant of the module, mostly a symbol."""
    bound = binding(code, index) if code.text(holder) in SHARED_OBJECTS else None
    return bound is not None and bound.kind == "variable" and is_module(code, bound.owner)


def keyed(container: Slot | None) -> Slot | None:
    """The entries of `container` as one slot."""
    if container is None or container.keyed:
        return None
    return Slot(**{**container.__dict__, "keyed": True})


def this_owner(code: Code, this: Node) -> Node | None:
    """The class body or object literal whose instance `this` means; None when only the file bounds it."""
    if this.type != "this":
        said = _said_this(code, this)
        if said is None:
            return _enclosing_class(code, this)
        this = said
    for above in code.ancestors(this):
        if above.type in ("class_body", "class_static_block"):
            return above
        if above.type not in FUNCTIONS or above.type == "arrow_function":
            continue
        holder = code.parent(above)
        if holder is not None and holder.type in ("class_body", "object"):
            return holder
        if holder is not None and holder.type == "pair":
            return code.parent(holder)
        return _compiled_method(code, above) or _prototype(code, above)
    return None


def _said_this(code: Code, name: Node) -> Node | None:
    """The `this` of which the variable `name` is declared as another name; None for any other name."""
    bound = binding(code, name)
    if bound is None or bound.kind != "variable" or field(bound.holder, "name") != bound.name:
        return None
    value = field(bound.holder, "value")
    said = unwrap(value) if value is not None else None
    return said if said is not None and said.type == "this" else None


def _enclosing_class(code: Code, node: Node) -> Node | None:
    return next((a for a in code.ancestors(node) if a.type == "class_body"), None)


_CALLS_PRIVATE = re.compile(rb"(?:lass_?[pP]rivate_?(?:[mM]ethod_?|[fF]ield_?)[gG]et|assertClassBrand)2?\)?$")


def _compiled_method(code: Code, function: Node) -> Node | None:
    """The class of a private method that a compiler put outside of it: `_A_load = function _A_load() {}` is called
    as `__classPrivateFieldGet(this, _A_instances, "m", _A_load).call(this)`."""
    if not any(word in code.source for word in (b"lassPrivate", b"ssertClassBrand", b"lass_private")):
        return None
    name = function_name(code, function)
    for use in code.words(name) if name else []:
        given = code.parent(use)
        call = code.parent(given) if given is not None and given.type == "arguments" else None
        body = _enclosing_class(code, use)
        callee = field(call, "function") if call is not None and body is not None else None
        if callee is not None and _CALLS_PRIVATE.search(code.text(callee)) is not None:
            return body
    return None


_HOLDS_PROTOTYPES = Question[int, bool]()  # of a function


def _prototype(code: Code, function: Node) -> Node | None:
    """For ES5 classes: the wrapper function that holds the constructor and its prototype's methods."""
    outer = code.function(function)
    if outer is None or not function_name(code, function) or not is_module(code, outer):
        return None
    answers = _HOLDS_PROTOTYPES.answers(code)
    if outer.id not in answers:
        answers[outer.id] = b".prototype" in code.text(outer)[:200_000]
    return outer if answers[outer.id] else None


Answer = TypeVar("Answer")


def once_a_slot(ask: Callable[[Code, Slot], Answer]) -> Callable[[Code, Slot], Answer]:
    """`ask`, whose answer about each slot of a file is kept with the file, however many stores fill the slot."""
    question = Question[tuple[bytes, int, bool], Answer]()

    @wraps(ask)
    def asked(code: Code, slot: Slot) -> Answer:
        answers, key = question.answers(code), (slot.path, slot.scope.id, slot.keyed)
        if key not in answers:
            answers[key] = ask(code, slot)
        return answers[key]

    return asked


_SAYS_THIS = re.compile(rb"(?:const|let|var)\s+([A-Za-z_$][\w$]{2,40})\s*=\s*this\s*[;,\n]")
_USES = Question[tuple[bytes, int], list[Node]]()  # of a path in a scope


def uses(code: Code, slot: Slot, within: Node | None = None) -> list[Node]:
    """The expressions that read or write `slot` (for a keyed slot: that name its container), of those `within`."""
    answers, key = _USES.answers(code), (slot.path, slot.scope.id)
    known = answers.get(key)
    if within is not None and contains(slot.scope, within):
        # Far fewer than all, which are asked for only when these have not decided already.
        return _uses(code, slot, within) if known is None else [use for use in known if contains(within, use)]
    if known is None:
        answers[key] = known = _uses(code, slot, slot.scope)
    return known


def _uses(code: Code, slot: Slot, within: Node) -> list[Node]:
    found = []
    for word in code.words_at(slot.word, _places(code, slot, within)):
        if slot.shape is Shape.VARIABLE:
            if slot.root is not None and means(code, word, slot.root):
                found.append(word)
            continue
        whole = _whole(code, word)
        if whole is not None and _path(code, whole) == slot.path:
            found.append(whole)
    return found


def _places(code: Code, slot: Slot, within: Node) -> list[int]:
    """Where the word of a slot stands; without those that follow the dot of something else, as most
    do of a field that is called `value` or `state`: what is not looked up in the tree costs a tenth."""
    source = code.source
    places = code.places(slot.word, within.start_byte, within.end_byte)
    if slot.shape is Shape.VARIABLE:
        return [p for p in places if source[p - 1 : p] != b"." or source[p - 3 : p] == b"..."]
    owner = last(slot.path.removesuffix(b"." + slot.word))
    if not slot.path.endswith(b"." + slot.word) or not _WORD.fullmatch(owner):
        return places
    own = _own_aliases(code) if owner == b"this" else frozenset[bytes]()
    return [
        p for p in places if source[p - 1 : p] != b"." or _is_named(path_before(source, p - 1), owner, own)
    ]


def _is_named(path: bytes, owner: bytes, aliases: frozenset[bytes]) -> bool:
    """Whether `path`, which stands before a dot, may end with the name `owner`; an empty one is an expression."""
    name = last(path)
    return name in (b"", owner) or (
        owner == b"this" and (name in aliases or _ALIAS.fullmatch(name) is not None)
    )


@once_a_file
def _own_aliases(code: Code) -> frozenset[bytes]:
    """What the file declares somewhere as another name of `this`: `const client = this`."""
    return frozenset(match[1] for match in _SAYS_THIS.finditer(code.source))


def _is_own_alias(code: Code, name: Node) -> bool:
    """Whether a name means `this` here, and not another variable that is called so."""
    return code.text(name) in _own_aliases(code) and _said_this(code, name) is not None


def _path(code: Code, member: Node) -> bytes:
    """How the file writes a member, with `this` in the place of a variable that is another name of it."""
    path = normal(code.text(member))
    if path.partition(b".")[0] not in _own_aliases(code):
        return path
    head = _head(member)
    return _as_this(path) if head is not None and _is_own_alias(code, head) else path


def _as_this(path: bytes) -> bytes:
    _, dot, rest = path.partition(b".")
    return b"this." + rest if dot else path


def _whole(code: Code, word: Node) -> Node | None:
    above = code.parent(word)
    if above is None:
        return None
    if above.type == "member_expression" and field(above, "property") == word:
        return above
    if above.type == "subscript_expression" and field(above, "index") == word:
        return above
    return None


def stored_into(code: Code, use: Node) -> Node | None:
    """The assignment of which `use` is the target, if it is."""
    here, above = use, code.parent(use)
    while above is not None and above.type in WRAPPERS:
        here, above = above, code.parent(above)
    if above is not None and above.type.endswith("assignment_expression") and field(above, "left") == here:
        return above
    return None


def is_declaration(code: Code, use: Node) -> bool:
    """Whether `use` is the name in a declarator or a parameter list."""
    above = code.parent(use)
    return above is not None and (
        above.type in ("variable_declarator", "formal_parameters")
        or (use.type in IDENTIFIERS and above.type in ("field_definition", "public_field_definition"))
    )


__all__ = [
    "Shape",
    "Slot",
    "contains",
    "is_declaration",
    "keyed",
    "member_of",
    "normal",
    "property_of",
    "slot_of",
    "stored_into",
    "this_owner",
    "uses",
]
