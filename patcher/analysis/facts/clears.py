"""Where a slot is emptied, or given something that keeps no request."""

from bisect import bisect_left
from collections.abc import Iterator

from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.functions import assigned
from patcher.analysis.facts.laziness import made_at_load
from patcher.analysis.facts.promises import Evidence, evidence
from patcher.analysis.facts.scopes import binding
from patcher.analysis.facts.slots import Slot, once_a_slot, stored_into, uses
from patcher.analysis.names import DELETES
from patcher.syntax.tree import Node


@once_a_slot
def clears(code: Code, slot: Slot) -> list[Node]:
    """The places where `slot` is emptied or given something that is not a promise, in source order."""
    return sorted(_clears(code, slot), key=_start)


def clears_near(code: Code, slot: Slot, store: Node, most: int) -> list[Node]:
    """At most `most` of the places where `slot` is emptied, those around `store`, as many before it as behind it."""
    found = clears(code, slot)
    if len(found) <= most:
        return found
    here = bisect_left(found, store.start_byte, key=_start)
    first = max(0, min(here - most // 2, len(found) - most))
    return found[first : first + most]


def _start(node: Node) -> int:
    return node.start_byte


def _clears(code: Code, slot: Slot) -> Iterator[Node]:
    for use in uses(code, slot):
        above = code.parent(use)
        if above is None:
            continue
        if slot.keyed:
            yield from _entry_clears(code, use, above)
            continue
        if above.type == "unary_expression" and code.text(above).startswith(b"delete"):
            yield above
        assignment = stored_into(code, use)
        if assignment is not None and assignment.type == "assignment_expression":
            right = field(assignment, "right")
            if (
                evidence(code, right) is not Evidence.PROMISE
                or made_at_load(code, right)
                or awaited_variable(code, right)
            ):
                yield assignment


def _entry_clears(code: Code, container: Node, above: Node) -> Iterator[Node]:
    if above.type == "member_expression" and field(above, "object") == container:
        call = code.parent(above)
        if call is None or call.type != "call_expression":
            return
        name = code.text(field(above, "property"))
        if name in DELETES:
            yield call
        given = arguments(call)
        if name == b"set" and len(given) > 1 and _plain(code, given[1]):
            yield call
    if above.type == "subscript_expression" and field(above, "object") == container:
        outer = code.parent(above)
        if outer is not None and outer.type == "unary_expression" and code.text(outer).startswith(b"delete"):
            yield outer
        assignment = stored_into(code, above)
        if assignment is not None and _plain(code, field(assignment, "right")):
            yield assignment


def _plain(code: Code, value: Node | None) -> bool:
    """Whether a value put into an entry is none that holds a promise."""
    return awaited_variable(code, value) or (
        evidence(code, value) is not Evidence.PROMISE
        and not (value is not None and unwrap(value).type == "object" and b"romise" in code.text(value))
    )


def awaited_variable(code: Code, value: Node | None) -> bool:
    """Whether `value` is a variable whose last assignment before is what an `await` gave."""
    bound = binding(code, value) if value is not None and value.type == "identifier" else None
    if bound is None or value is None or bound.kind != "variable":
        return False
    before = [made for made in assigned(code, bound) if made.end_byte <= value.start_byte]
    last = max(before, key=lambda made: made.start_byte, default=None)
    return last is not None and unwrap(last).type == "await_expression"
