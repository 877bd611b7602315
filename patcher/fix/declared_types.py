"""Declared types of slots: what the promise in them gives, and how the declaration changes."""

from patcher.analysis.facts.code import Code
from patcher.fix.slot_plan import UnsafeError
from patcher.syntax.tree import Node
from patcher.text.edits import Edit

_EMPTY = (b"undefined", b"null", b"void")


def _members(node: Node) -> list[Node]:
    """The alternatives of a union, outermost first."""
    stack, found = [node], []
    while stack:
        here = stack.pop(0)
        if here.type in ("union_type", "type_annotation", "parenthesized_type"):
            stack[:0] = [child for child in here.named_children if child.type != "comment"]
        else:
            found.append(here)
    return found


def _parts(code: Code, annotation: Node) -> tuple[Node, tuple[bytes, ...]]:
    """The type of what is kept, and the words for empty beside it."""
    members = _members(annotation)
    empty = tuple(code.text(member) for member in members if code.text(member) in _EMPTY)
    kept = [member for member in members if code.text(member) not in _EMPTY]
    if len(kept) != 1:
        raise UnsafeError(
            f"its type is not one promise: {code.text(annotation).decode('utf-8', 'replace').lstrip(': ')}"
        )
    return kept[0], empty


def value_type(code: Code, annotation: Node | None) -> bytes:
    """The type of a box for the value of the promise that `annotation` declares; empty for no annotation.

    Raises:
        UnsafeError: when it declares something else than one promise, perhaps empty.
    """
    if annotation is None:
        return b""
    kept, _ = _parts(code, annotation)
    text = code.text(kept)
    if text == b"any":
        return b"any"
    return b"{ value: %b }" % (_argument(code, kept) or b"Awaited<%b>" % text)


def _argument(code: Code, kept: Node) -> bytes:
    """`T` of `Promise<T>`."""
    if kept.type != "generic_type" or not code.text(kept).startswith(b"Promise<"):
        return b""
    given = kept.named_children[-1].named_children
    return code.text(given[0]) if len(given) == 1 else b""


def is_promise(code: Code, annotation: Node | None) -> bool:
    """Whether a slot is declared as a promise of the language."""
    return annotation is not None and any(
        code.text(member).startswith(b"Promise<") for member in _members(annotation)
    )


def declared_empty(code: Code, annotation: Node | None, optional: bool) -> bytes:
    """What the declaration calls empty: `null` when it admits that alone, `undefined` when it admits that, or
    nothing."""
    if annotation is None:
        return b""
    words = [code.text(member) for member in _members(annotation)]
    if optional or b"undefined" in words or b"void" in words:
        return b"undefined"
    return b"null" if b"null" in words else b""


def admitting(code: Code, annotation: Node | None, optional: bool, empty: bytes) -> tuple[Edit, ...]:
    """The edit after which the declared type admits `empty`."""
    if annotation is None or (optional and empty == b"undefined"):
        return ()
    kept, words = _parts(code, annotation)
    if empty in words or code.text(kept) == b"any":
        return ()
    return (Edit(annotation.end_byte, annotation.end_byte, b" | " + empty),)


def boxed(code: Code, annotation: Node | None) -> tuple[Edit, ...]:
    """The edit after which the slot is declared to hold the box instead of the promise."""
    if annotation is None:
        return ()
    kept, _ = _parts(code, annotation)
    return (Edit(kept.start_byte, kept.end_byte, value_type(code, annotation)),)
