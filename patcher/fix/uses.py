"""Who else uses the promise in a slot: nobody may, but the memo itself."""

import re
from collections.abc import Iterator, Sequence

from patcher.analysis.facts.code import Code, contains, field
from patcher.analysis.facts.functions import is_this
from patcher.analysis.facts.laziness import is_eager
from patcher.analysis.facts.settlement import role
from patcher.analysis.facts.slots import Shape, Slot, is_declaration, stored_into, uses
from patcher.fix.declarations import Home
from patcher.fix.declared_types import declared_empty
from patcher.fix.memo_shapes import empty_of
from patcher.fix.places import MemoPlace, in_order, place_of
from patcher.fix.slot_plan import Concern, UnsafeError, line_of
from patcher.syntax.tree import Node


def check_uses(code: Code, slot: Slot, memos: Sequence[MemoPlace]) -> None:
    """Refuse a slot that anything but `memos` and its own declaration uses.

    Raises:
        UnsafeError: with the line of the use.
    """
    every_use(code, slot)
    ordered = in_order(memos)
    for use in uses(code, slot):
        memo = place_of(ordered, use)
        if memo is not None:
            if (
                memo.made is not None
                and contains(memo.made, use)
                and not _reset_on_error(code, use, memo.made)
            ):
                raise UnsafeError(f"line {line_of(use)}: what makes the promise uses the slot itself")
            if not contains(memo.made, use) and in_run(memo, use):
                raise UnsafeError(f"line {line_of(use)} uses the promise before it is returned")
        elif not declares(code, use):
            raise UnsafeError(f"line {line_of(use)} uses the promise too")


def every_use(code: Code, slot: Slot) -> list[Node]:
    """The uses of a slot, when they are all there are in the file.

    Raises:
        UnsafeError: when it may be reached in another way than its own class does.
    """
    found = uses(code, slot)
    if slot.word in code.crowded:
        raise UnsafeError("the file names the slot too often to follow it")
    for word in _elsewhere(code, slot):
        raise UnsafeError(f"line {line_of(word)} uses the slot too")
    return found


def initial_empty(code: Code, slot: Slot, home: Home) -> bytes:
    """What the file calls the emptiness of a slot: `undefined` or `null`, by its type, its first value, or what
    else empties it."""
    assigned = (stored_into(code, use) for use in uses(code, slot))
    values = [home.value, *(field(assignment, "right") for assignment in assigned if assignment is not None)]
    words = (empty_of(code.text(value)) for value in values)
    declared = declared_empty(code, home.type, home.optional)
    return declared or next((word for word in words if word), b"undefined")


def in_run(memo: MemoPlace, use: Node) -> bool:
    """Whether `use` lies in statements that the match only carries along."""
    runs = [capture for capture in memo.match.bound.values() if capture.run and capture.terms]
    return any(run.terms[0].start <= use.start_byte < run.terms[-1].end for run in runs)


def declares(code: Code, use: Node) -> bool:
    """Whether `use` only says that the slot exists and is empty at first."""
    if is_declaration(code, use):
        above = code.parent(use)
        value = field(above, "value") if above is not None else None
        return value is None or empty_of(code.text(value)) is not None
    assignment = stored_into(code, use)
    if assignment is None or assignment.type != "assignment_expression" or not is_eager(code, assignment):
        return False
    return empty_of(code.text(field(assignment, "right"))) is not None


def _reset_on_error(code: Code, use: Node, made: Node) -> bool:
    """Whether `use` empties the slot on failure alone, and the failure goes on to the caller."""
    assignment = stored_into(code, use)
    if assignment is None or empty_of(code.text(field(assignment, "right"))) is None:
        return False
    statement = code.parent(assignment)
    block = code.parent(statement) if statement is not None else None
    if (
        statement is None
        or statement.type != "expression_statement"
        or block is None
        or not contains(made, block)
    ):
        return False
    holder = code.parent(block)
    if holder is None or not (holder.type == "catch_clause" or role(code, holder) == "reject"):
        return False
    ending = [child for child in block.named_children if child.type != "comment"][-1]
    return ending.type == "throw_statement"


def _elsewhere(code: Code, slot: Slot) -> Iterator[Node]:
    """Members of that name which may be the slot, reached by another way than its own class uses."""
    if slot.shape is Shape.VARIABLE:
        return
    known = {(use.start_byte, use.end_byte) for use in uses(code, slot)}
    for word in code.words(slot.word):
        above = code.parent(word)
        if above is None or (above.start_byte, above.end_byte) in known:
            continue
        if above.type in ("pair_pattern", "object_pattern"):
            yield word
        if above.type in ("member_expression", "subscript_expression"):
            holder = code.text(field(above, "object"))
            if not is_this(holder) or contains(slot.owner, word):
                yield word


def concerns_of(code: Code, slot: Slot, home: Home) -> tuple[Concern, ...]:
    """What another file must not do with a field that it can reach."""
    private = home.node is not None and code.text(home.node).startswith(b"private ")
    if slot.shape is Shape.VARIABLE or slot.word.startswith(b"#") or private:
        return ()
    word = re.escape(slot.word)
    member = rb"(?<!\bthis)\??\.\s*%b(?![\w$])|\[['\"]%b['\"]\]" % (word, word)
    taken_apart = rb"[{,]\s*%b\s*(?::\s*[\w$]+\s*)?[,}][^;{}()]*\}?\s*=(?![=>])" % word
    inherited = rb"(?s)\bextends\b.*\bthis\??\.%b(?![\w$])" % word
    reason = f"names {slot.word.decode('utf-8', 'replace')} too, which may be this promise"
    return tuple(Concern(slot.word, pattern, reason) for pattern in (member, taken_apart, inherited))
