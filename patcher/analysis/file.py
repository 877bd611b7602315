"""The analysis of one file: bytes in, sites out."""

from patcher.analysis.candidates import candidates
from patcher.analysis.code import Code, arguments, field
from patcher.analysis.judge import Site, judge
from patcher.syntax.tree import Dialect, Node

_STORES = frozenset({"assignment_expression", "augmented_assignment_expression", "call_expression"})
_BETWEEN = frozenset({"member_expression", "arguments", "parenthesized_expression"})


def analyse(source: bytes, dialect: Dialect = Dialect.JAVASCRIPT) -> list[Site]:
    """The sites of a file, in source order, one a slot.

    Args:
        source: the file's bytes, in any encoding that keeps ASCII.
        dialect: the grammar to read it with.
    """
    places = candidates(source)
    if not places:
        return []
    return judged(Code(source, dialect), places)


def judged(code: Code, places: list[int]) -> list[Site]:
    """The sites among the stores at `places`, one for each slot."""
    found: dict[tuple[str, str, int], Site] = {}
    for place in places:
        node = store_at(code, place)
        site = judge(code, node) if node is not None else None
        if site is not None:
            found.setdefault((site.family, site.slot, site.scope), site)
    return sorted(found.values(), key=lambda site: site.offset)


def store_at(code: Code, place: int) -> Node | None:
    """The assignment or call whose operator stands at `place`."""
    node = code.at(place, place + 1)
    while node is not None and node.type in _BETWEEN:
        node = code.parent(node)
    return node if node is not None and node.type in _STORES else None


__all__ = ["Site", "analyse", "arguments", "field", "judged", "store_at"]
