"""Timers beside a known slot: all that the same class starts and keeps in a field are started in the root."""

from collections.abc import Collection, Iterator

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.functions import is_this
from patcher.analysis.facts.stored_values import runs_in_root
from patcher.detached.unsafe import UnsafeError
from patcher.detached.wrap import Root, wrap, wrap_edits
from patcher.syntax.tree import Dialect, Node
from patcher.text.async_root import package_root, package_root_name
from patcher.text.edits import Edit, apply_edits


def with_timers_in_root(source: bytes, slots: Collection[bytes]) -> bytes:
    """A file of a package, with the timers that the owners of `slots` keep in fields started in the root.

    Args:
        source: the file.
        slots: names of fields that are known to keep timers.
    """
    code = Code(source, Dialect.JAVASCRIPT)
    root = Root(package_root_name(source))
    found = {call.id: call for slot in slots for owner in _owners(code, slot) for call in _kept(code, owner)}
    edits: list[Edit] = []
    for call in found.values():
        try:
            edits += wrap_edits(code, wrap(code, call), root)
        except UnsafeError:
            continue
    at, text = package_root(source)
    if edits and text:
        edits.append(Edit(at, at, text))
    new = apply_edits(source, edits)
    return source if Code(new, Dialect.JAVASCRIPT).root.has_error else new


def _owners(code: Code, slot: bytes) -> Iterator[Node]:
    """The classes, or functions that hold ES5 classes, in which the field `slot` is used."""
    for word in code.words(slot):
        owner = next((above for above in code.ancestors(word) if above.type == "class_body"), None)
        if owner is not None:
            yield owner
        else:
            functions = list(code.functions(word))
            yield functions[1] if len(functions) > 1 else code.root


def _kept(code: Code, owner: Node) -> Iterator[Node]:
    """What `this.x = setTimeout(...)` and its like store in `owner`."""
    for word in (b"setTimeout", b"setInterval"):
        for name in code.words(word, owner):
            call = code.parent(name)
            above = code.parent(call) if call is not None else None
            if call is None or above is None or above.type != "assignment_expression":
                continue
            left = field(above, "left")
            holder = field(left, "object") if left is not None else None
            if holder is not None and is_this(code.text(holder)) and not runs_in_root(code, call):
                yield call
