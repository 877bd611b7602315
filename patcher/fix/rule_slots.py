"""Slots that a rule knows: the promises that are stored into them, and the timers that their class keeps in fields."""

from collections.abc import Collection, Iterator, Sequence

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.functions import is_this
from patcher.analysis.facts.stored_values import runs_in_root
from patcher.analysis.facts.stores import stores_at
from patcher.analysis.site import Site
from patcher.detached.unsafe import UnsafeError
from patcher.detached.wrap import Root, wrap, wrap_edits
from patcher.syntax.tree import Dialect, Node
from patcher.text.async_root import package_root, package_root_name
from patcher.text.edits import Edit, apply_edits

_STORED = "kept-promise-state"


def with_stores(
    source: bytes, dialect: Dialect, sites: Sequence[Site], places: Collection[int]
) -> list[Site]:
    """The `sites` of a file, and those that a rule knows besides, in source order.

    Args:
        source: the file.
        dialect: the grammar to read it with.
        sites: what the analysis finds in it.
        places: where the stores of the rule begin, in bytes.
    """
    found = list(sites)
    missing = [place for place in places if not any(site.offset <= place < site.end for site in sites)]
    if not missing:
        return found
    code = Code(source, dialect)
    for place in missing:
        node = code.at(place, place + 1)
        while node is not None and node.type != "assignment_expression" and node.start_byte == place:
            node = code.parent(node)
        stores = stores_at(code, node) if node is not None and node.start_byte == place else []
        for store in stores[:1]:
            made = Site(_STORED, place, store.node.end_byte, "", store.slot.text, 0)
            found.append(made.at(source, code.line(place)))
    return sorted(found, key=lambda site: site.offset)


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
