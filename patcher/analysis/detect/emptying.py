"""Collections: whether anything is taken out of one, whom it is handed to, and what it is made with."""

import re
from collections.abc import Iterator

from patcher.analysis.detect.held import initial_values
from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.request_path import taken_out
from patcher.analysis.facts.slots import Slot, once_a_slot, uses
from patcher.analysis.names import TAKES_OUT
from patcher.analysis.prefilter.reverse import path_before
from patcher.syntax.tree import Node

_TAKING = re.compile(rb"[?!]*\.(?:%b)\(|\.length\s*=(?!=)" % b"|".join(sorted(TAKES_OUT.words)))
_DELETED = re.compile(rb"delete\s+$")
_GIVEN = re.compile(rb"\s*=(?![=>])")
_DECLARES = re.compile(rb"(?:var|let|const)\s+$")
_WEAK = re.compile(rb"\bWeak(?:Map|Set|Ref)\b")
_BOUNDED = re.compile(rb"(?i)\b\w*(?:lru|cache|ring|bounded|ttl)\w*\(")
_GIVES = frozenset({"arguments", "return_statement", "variable_declarator", "pair", "spread_element"})


@once_a_slot
def emptied(code: Code, slot: Slot) -> bool:
    """Whether the file takes anything out of the collection in `slot`, wherever it is called by its name."""
    return (
        taken_out(code, slot)
        or names_emptying(code, code.root, slot)
        or _is_replaced_with_its_owner(code, slot)
    )


def _is_replaced_with_its_owner(code: Code, slot: Slot) -> bool:
    """Whether the object that has the collection gives way to another: `this.batch = null` for `this.batch.waiting`."""
    owner = slot.path.rpartition(b".")[0]
    word = owner.rpartition(b".")[2]
    if word in (b"", b"this", b"exports", b"module"):
        return False
    return any(
        _GIVEN.match(code.source, place + len(word)) is not None
        and _DECLARES.search(code.source, max(0, place - 8), place) is None
        for place in code.places(word)
    )


def names_emptying(code: Code, within: Node, slot: Slot) -> bool:
    """Whether something called like the collection in `slot` has something taken out inside `within`."""
    return any(True for _ in emptying_places(code, within, slot))


def emptying_places(code: Code, within: Node, slot: Slot) -> Iterator[int]:
    """Where something called like the collection in `slot` has something taken out inside `within`."""
    word, source = slot.word, code.source
    for place in code.places(word, within.start_byte, within.end_byte):
        after = place + len(word)
        if _TAKING.match(source, after) is not None:
            yield place
        elif source[after : after + 1] == b"[":
            start = place - len(path_before(source, place))
            if _DELETED.search(source, max(0, start - 12), start) is not None:
                yield place


@once_a_slot
def hands_over(code: Code, slot: Slot) -> bool:
    """Whether a collection is given to somebody who may take something out of it: handed to a function, returned, or
    called by another name."""
    for use in uses(code, slot):
        above = code.parent(use)
        if above is None or above.type not in _GIVES:
            continue
        if above.type == "variable_declarator" and field(above, "name") == use:
            continue
        if above.type != "pair" or field(above, "value") == use:
            return True
    return False


def is_weak(code: Code, slot: Slot) -> bool:
    """Whether a collection forgets what nobody else holds, or holds no more than a number of things."""
    made = [code.text(value)[:200] for value in initial_values(code, slot)]
    return any(_WEAK.search(text) or _BOUNDED.search(text) for text in made)
