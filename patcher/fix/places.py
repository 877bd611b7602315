"""The places of a file that have one of the shapes of a memo, and what is written there instead."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.settlement import stashed_resolvers
from patcher.analysis.facts.slots import Slot
from patcher.fix.live_handles import live_part
from patcher.fix.slot_plan import UnsafeError
from patcher.fix.statement_ends import ends_statements
from patcher.rule import Rewrite
from patcher.semantic_patch.pattern import METAVARIABLE, compile_pattern
from patcher.semantic_patch.search import Match, find_each
from patcher.semantic_patch.template import MatchLayout, site_of, write
from patcher.syntax.tree import Node
from patcher.text.edits import Edit
from patcher.text.spans import Spans

# Words of a comment that is about the promise, which a value style takes away.
_SPEAKS = re.compile(
    rb"promises?\b|\breject\w*|\bretr(?:y|ies|ied)\b|\bmemoi[sz]\w*|in[- ]flight|\bsettled?\b|\bpending\b",
    re.I,
)
# What `await` may stand before without parentheses.
_OPERANDS = frozenset(
    {"call_expression", "new_expression", "member_expression", "identifier", "subscript_expression"}
)


@dataclass(frozen=True, slots=True)
class MemoPlace:
    """One place that fills the slot: what matched, the template for it, and what makes the promise."""

    rewrite: Rewrite
    match: Match
    made: Node | None

    @property
    def span(self) -> tuple[int, int]:
        """The bytes that are rewritten."""
        return (self.match.start, self.match.end)


def _filled(template: str, words: Mapping[bytes, bytes]) -> str:
    """`template` with the names of this slot in it."""
    return METAVARIABLE.sub(lambda m: words.get(m[2], m[0]), template.encode()).decode(
        "utf-8", "surrogateescape"
    )


def places(code: Code, shapes: Sequence[Rewrite], slot: Slot, text: bytes) -> list[MemoPlace]:
    """Every place of `slot`, written as `text`, that has one of `shapes`; of two that overlap the one whose shape
    is listed first."""
    patterns = {compile_pattern(_filled(shape.find, {b"SLOT": text})): shape for shape in shapes}
    order = {pattern: number for number, pattern in enumerate(patterns)}
    words = (word for word in code.words(slot.word, slot.scope) if not _is_declared(code, word))
    around = {f.id: f for word in words if (f := code.function(word)) is not None}
    hits = [hit for function in around.values() for hit in find_each(tuple(patterns), function)]
    found: list[MemoPlace] = []
    taken = Spans()
    for pattern, match in sorted(hits, key=lambda hit: order[hit[0]]):
        if taken.overlaps(match.start, match.end):
            continue
        taken.add(match.start, match.end)
        term = match.bound["MAKE"].terms[0] if "MAKE" in match.bound else None
        made = code.at(term.start, term.end) if term is not None else None
        found.append(MemoPlace(patterns[pattern], match, made))
    return found


def _is_declared(code: Code, word: Node) -> bool:
    """Whether `word` only declares a variable, where no memo can be."""
    above = code.parent(word)
    return above is not None and above.type == "variable_declarator" and field(above, "name") == word


def in_order(found: Sequence[MemoPlace]) -> list[MemoPlace]:
    """The places of a file, none of which overlap, as `place_of` asks for them: in source order."""
    return sorted(found, key=lambda place: place.match.start)


def place_of(ordered: Sequence[MemoPlace], node: Node) -> MemoPlace | None:
    """The one of `ordered` that `node` lies in, None when it lies in none."""
    at = bisect_right(ordered, node.start_byte, key=lambda place: place.match.start) - 1
    return ordered[at] if at >= 0 and node.start_byte < ordered[at].match.end else None


def holding(found: Sequence[MemoPlace], node: Node) -> MemoPlace:
    """The place that `node` lies in.

    Raises:
        UnsafeError: when it lies in none.
    """
    place = next((p for p in found if p.match.start <= node.start_byte < p.match.end), None)
    if place is None:
        raise UnsafeError("the code around it is of no shape that is known to be safe to rewrite")
    return place


def check_made(code: Code, place: MemoPlace, style: str) -> Node:
    """The expression that makes the promise of `place`.

    Raises:
        UnsafeError: when its value would not free the request, or cannot be written as `style` does.
    """
    assert place.made is not None
    if stashed_resolvers(code, place.made):
        raise UnsafeError(
            "the function that resolves the promise is kept too, and keeps the request by itself"
        )
    if style == "documented" and place.made.type not in _OPERANDS:
        raise UnsafeError("what makes the promise is not a call; `--style single-flight` can rewrite it")
    if code.text(place.made).startswith(b"Promise.resolve("):
        raise UnsafeError("the promise has its value from the start; keep the value instead")
    live = live_part(code, place.made)
    if live:
        raise UnsafeError(
            f"the value owns something that stays live and keeps the request that made it ({live})"
        )
    _check_comments(code, place)
    return place.made


def _check_comments(code: Code, place: MemoPlace) -> None:
    """Refuse a place whose comments speak of the promise: they would be wrong afterwards.

    Raises:
        UnsafeError: with the line of the comment.
    """
    start, end = place.span
    first = code.at(start, start + 1)
    around = [*code.ancestors(first)] if first is not None else []
    statement = next((node for node in around if node.start_byte == start), first)
    above = statement.prev_sibling if statement is not None else None
    while above is not None and above.type == "comment":
        start, above = above.start_byte, above.prev_sibling
    for found in _SPEAKS.finditer(code.source, start, end):
        word = code.at(found.start(), found.end())
        if word is not None and word.type == "comment":
            shown = found[0].decode()
            raise UnsafeError(
                f"the comment in line {code.line(found.start())} speaks of what would go (`{shown}`)"
            )


def written(code: Code, place: MemoPlace, words: Mapping[bytes, bytes], style: str) -> Edit:
    """The edit that rewrites `place`, in the file's own layout.

    Args:
        code: the file.
        place: what matched.
        words: what the names of the template stand for, besides what the match has bound.
        style: `documented` or `single-flight`.
    """
    match, source = place.match, code.source
    last = source[match.start : match.end].rpartition(b"await")[0].split()
    keyword = next((word for word in reversed(last) if word in (b"const", b"let", b"var")), b"const")
    template = _filled(place.rewrite.template(style), {**words, b"KEYWORD": keyword})
    site = replace(site_of(source, match), compact=False, semicolons=ends_statements(code))
    line = source.rfind(b"\n", 0, match.start) + 1
    if match.bare or not source[line : match.start].strip():
        return Edit(match.start, match.end, write(template, match, site))
    return _on_lines_of_its_own(source, match, template, site)


def _on_lines_of_its_own(source: bytes, match: Match, template: str, site: MatchLayout) -> Edit:
    """The edit for a memo that stands on one line with what is before or after it."""
    start, end = match.start, match.end
    while source[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    while source[end : end + 1] in (b" ", b"\t"):
        end += 1
    inner = replace(site, indent=site.indent + site.unit)
    text = site.newline + inner.indent + write(template, match, inner)
    if source[end : end + 1] == b"}":
        text += site.newline + site.indent
    elif source[end : end + 1] not in (b"\n", b"\r", b""):
        text += site.newline + inner.indent
    return Edit(start, end, text)
