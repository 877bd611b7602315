"""The plan for a timer's handle: forget it where the timer fires and where it is cleared."""

from bisect import bisect_right
from collections.abc import Sequence

from patcher.analysis.facts.code import Code, contains, field
from patcher.analysis.facts.scopes import declarations
from patcher.analysis.facts.slots import stored_into
from patcher.analysis.facts.stores import Store
from patcher.fix.declarations import home_of
from patcher.fix.declared_types import admitting
from patcher.fix.memo_plan import slot_text
from patcher.fix.memo_shapes import empty_by_guard, empty_of
from patcher.fix.places import MemoPlace, holding, places, written
from patcher.fix.slot_plan import Plan, UnsafeError, line_of
from patcher.fix.uses import concerns_of, declares, every_use, in_run, initial_empty
from patcher.rule import Rewrite
from patcher.syntax.tree import Dialect, Node


def plan_timer(code: Code, store: Store, shapes: Sequence[Rewrite], dialect: Dialect) -> Plan:
    """The edits that empty the slot of `store` when its timer has fired or was cleared.

    Args:
        code: the whole file.
        store: the store of the handle.
        shapes: the rewrites of its family.
        dialect: the grammar of the file.

    Raises:
        UnsafeError: when the handle is asked for anything but to clear the timer, or another timer may run.
    """
    slot, text = store.slot, slot_text(code, store.slot, field(store.node, "left"))
    home = home_of(code, slot, dialect)
    if declarations(code, b"setTimeout") or declarations(code, b"clearTimeout"):
        raise UnsafeError("the file has a `setTimeout` of its own")
    found = places(code, shapes, slot, text)
    started = holding(found, store.node)
    cleared = [place for place in found if "clearTimeout" in place.rewrite.find]
    before = _cleared_before(code, started, cleared, text)
    for use in every_use(code, slot):
        _check(code, use, text, started, cleared)
    empty = initial_empty(code, slot, home)
    words = {b"SLOT": text, b"EMPTY": empty}
    ending = [
        place for place in cleared if not contains(before, _node(code, place)) and not _emptied(code, place)
    ]
    edits = [written(code, place, words, "documented") for place in (started, *ending)]
    return Plan((*edits, *admitting(code, home.type, home.optional, empty)), concerns_of(code, slot, home))


def _node(code: Code, place: MemoPlace) -> Node:
    node = code.at(place.match.start, place.match.end)
    assert node is not None
    return node


def _statement(code: Code, place: MemoPlace) -> Node:
    """The statement that a place is, in its block."""
    here = _node(code, place)
    while True:
        above = code.parent(here)
        if above is None or above.type in ("statement_block", "program"):
            return here
        here = above


def _cleared_before(code: Code, started: MemoPlace, cleared: Sequence[MemoPlace], text: bytes) -> Node:
    """The statement before the store that clears the timer before, so that there is never more than one.

    Raises:
        UnsafeError: when there is none.
    """
    here = _statement(code, started)
    beside, place = code.siblings(here)
    nodes = [_node(code, other) for other in cleared]
    before = [
        beside[at]
        for node in nodes
        if (at := bisect_right(beside, node.start_byte, key=_start) - 1) < place
        if contains(beside[at], node)
    ]
    nearest = max(before, key=_start, default=None)
    if nearest is not None and (nearest.type == "expression_statement" or _only_if_set(code, nearest, text)):
        return nearest
    raise UnsafeError(
        "the timer before is not cleared first, so that two may run and one slot holds the last"
    )


def _start(node: Node) -> int:
    return node.start_byte


def _only_if_set(code: Code, statement: Node, text: bytes) -> bool:
    """Whether a statement is `if (slot) ...` without `else`."""
    if statement.type != "if_statement" or field(statement, "alternative") is not None:
        return False
    condition = code.text(field(statement, "condition"))[1:-1]
    try:
        empty_by_guard(condition, text, filled=True)
    except UnsafeError:
        return False
    return True


def _check(code: Code, use: Node, text: bytes, started: MemoPlace, cleared: Sequence[MemoPlace]) -> None:
    """Refuse a use of the handle that would see that it is forgotten."""
    if any(place.span[0] <= use.start_byte < place.span[1] for place in cleared) or declares(code, use):
        return
    assignment = stored_into(code, use)
    if assignment is not None and empty_of(code.text(field(assignment, "right"))) is not None:
        return
    if started.span[0] <= use.start_byte < started.span[1]:
        if in_run(started, use):
            raise UnsafeError(f"line {line_of(use)}: the timer's own callback uses the handle")
        return
    around = next((above for above in code.ancestors(use) if above.type == "if_statement"), None)
    if around is None or not _guards_clear(code, around, use, text, cleared):
        raise UnsafeError(f"line {line_of(use)} uses the handle for more than to clear the timer")


def _guards_clear(code: Code, around: Node, use: Node, text: bytes, cleared: Sequence[MemoPlace]) -> bool:
    """Whether `use` is the condition of an `if` that does nothing but clear the timer."""
    inside = field(around, "consequence")
    if (
        inside is None
        or not contains(field(around, "condition"), use)
        or not _only_if_set(code, around, text)
    ):
        return False
    block = inside.type == "statement_block"
    statements = [child for child in inside.named_children if child.type != "comment"] if block else [inside]
    return _just_clears(code, statements, cleared)


def _just_clears(code: Code, statements: Sequence[Node], cleared: Sequence[MemoPlace]) -> bool:
    """Whether statements clear the timer and, perhaps, empty the slot."""
    for statement in statements:
        inner = statement.named_children[0] if statement.named_children else None
        empties = inner is not None and empty_of(code.text(field(inner, "right"))) is not None
        if not empties and not any(contains(statement, _node(code, place)) for place in cleared):
            return False
    return True


def _emptied(code: Code, place: MemoPlace) -> bool:
    """Whether the statement after a `clearTimeout` empties a slot already."""
    after = _statement(code, place).next_named_sibling if not place.match.bare else None
    inner = after.named_children[0] if after is not None and after.named_children else None
    return inner is not None and empty_of(code.text(field(inner, "right"))) is not None
