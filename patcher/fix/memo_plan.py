"""The plan for a memo: find its shapes, make sure that nothing else depends on the promise, write the style."""

from collections.abc import Sequence

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.slots import Slot
from patcher.analysis.facts.stores import Store
from patcher.fix.async_functions import all_async
from patcher.fix.declarations import Home, beside, fresh, home_of, undocumented
from patcher.fix.declared_types import admitting, boxed, is_promise, value_type
from patcher.fix.memo_shapes import empty_by_guard
from patcher.fix.places import MemoPlace, check_made, holding, places, written
from patcher.fix.slot_plan import Plan, UnsafeError
from patcher.fix.statement_ends import ends_statements
from patcher.fix.uses import check_uses, concerns_of, initial_empty
from patcher.rule import Rewrite
from patcher.semantic_patch.pattern import METAVARIABLE
from patcher.syntax.tree import Dialect, Node


def plan_memo(code: Code, store: Store, shapes: Sequence[Rewrite], style: str, dialect: Dialect) -> Plan:
    """The edits that let the value take the place of the promise that `store` keeps.

    Args:
        code: the whole file.
        store: the store that was found.
        shapes: the rewrites of its family.
        style: `documented` or `single-flight`.
        dialect: the grammar of the file.

    Raises:
        UnsafeError: with the reason, when anything could behave differently.
    """
    slot, text = store.slot, slot_text(code, store.slot, field(store.node, "left"))
    home = home_of(code, slot, dialect)
    memos = places(code, shapes, slot, text)
    holding(memos, store.node)
    made = [check_made(code, memo, style) for memo in memos]
    check_uses(code, slot, memos)
    empty = _empty(code, slot, text, home, memos)
    name = fresh(code, slot.word, b"Result")
    result = text[: len(text) - len(slot.word)] + name
    words = {b"SLOT": text, b"RESULT": result, b"EMPTY": empty}
    settling = [
        (memo.span, promise, "await " in memo.rewrite.find) for memo, promise in zip(memos, made, strict=True)
    ]
    edits, concerns = all_async(code, settling, is_promise(code, home.type))
    edits += [written(code, memo, words, style) for memo in memos]
    if style == "documented":
        undocumented(code, home)
        edits += boxed(code, home.type)
    else:
        semicolon = b";" if ends_statements(code) else b""
        edits += admitting(code, home.type, home.optional, empty)
        edits += beside(code, home, slot, name, value_type(code, home.type), semicolon)
    names = ((name, slot.scope.start_byte, slot.scope.end_byte),)
    return Plan(tuple(edits), (*concerns, *concerns_of(code, slot, home)), names=names)


def slot_text(code: Code, slot: Slot, target: Node | None) -> bytes:
    """The slot as the file writes it.

    Raises:
        UnsafeError: for a slot that is not a plain name or member.
    """
    text = code.text(target)
    plain = text == slot.word or text.endswith(b"." + slot.word)
    if not plain or METAVARIABLE.search(text) or b"?" in text or b"!" in text:
        raise UnsafeError("the slot is not written as a plain name or member")
    return text


def _empty(code: Code, slot: Slot, text: bytes, home: Home, memos: Sequence[MemoPlace]) -> bytes:
    """`undefined` or `null`, whichever this file calls the slot's emptiness.

    Raises:
        UnsafeError: when a guard asks for something else, or two guards ask for different things.
    """
    asked = {
        empty_by_guard(code.source[term.start : term.end], text, filled=name == "KNOWN")
        for memo in memos
        for name in ("TEST", "KNOWN")
        if name in memo.match.bound
        for term in memo.match.bound[name].terms
    } - {b""}
    if len(asked) > 1:
        raise UnsafeError("its guards disagree on what is empty")
    if asked:
        return asked.pop()
    return initial_empty(code, slot, home)
