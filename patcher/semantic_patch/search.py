"""Where a pattern matches in a tree.

A search begins at the pattern's rarest name in the bytes and climbs from there, so that a bundle of many
megabytes costs one look for a literal, and only the functions around its hits are brought to normal form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from patcher.semantic_patch.pattern import Capture, Pattern, head_matches, match, match_prefix
from patcher.semantic_patch.term import Term, term_of
from patcher.syntax.tree import Node, Tree, depth_exceeds, path_to

# Deeper code than this is no rule's business; term_of recurses and must stay far from Python's own limit.
# One level of code costs up to five frames of 1,000.
_DEEPEST = 150
# A function with the statements that a rule rewrites is smaller than this, in bytes; a bundle's wrapper is not.
_LARGEST_REGION = 64 * 1024
# A module whose own statements a rule rewrites may be larger; the runtimes that Next bundles are not looked at whole.
_LARGEST_MODULE = 128 * 1024
# The bundles of 26 releases name the rarest word of a pattern 70 times at most.
_MOST_PLACES = 2_000


class TooManyPlacesError(Exception):
    """A file names a pattern's rarest word so often that looking at each place would take for ever."""


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a pattern matches.

    `node` is the smallest node that holds the match: its function for statements, itself for a definition.
    `before` and `after` are terms of the first and last source statement that the pattern did not match
    (a minifier had joined them); `bare` says that the replaced statement stands where a block would be.
    """

    bound: dict[str, Capture]
    node: Node
    start: int
    end: int
    before: tuple[Term, ...] = ()
    after: tuple[Term, ...] = ()
    bare: bool = False


def find(pattern: Pattern, tree: Tree, source: bytes, inside: Pattern | None = None) -> list[Match]:
    """Every match of `pattern` in `tree`, in source order; `inside` names the function or class to look in.

    Raises:
        TooManyPlacesError: when the file has more places to look at than any published one.
    """
    regions = [
        (node, bound)
        for node, bound in _regions(pattern, tree, source, inside)
        if _has_all(source, node, pattern.anchors)
    ]
    if pattern.kind == "statements" and inside is None:
        hits = _matches_below(pattern, [node for node, _ in regions])
    else:
        hits = (hit for node, bound in regions for hit in _matches_in(pattern, node, bound))
    found = {(hit.start, hit.end): hit for hit in hits}
    return [found[span] for span in sorted(found)]


def _has_all(source: bytes, node: Node, names: tuple[bytes, ...]) -> bool:
    """Whether all of `names` stand in `node`, without which no pattern that has them matches there."""
    return all(source.find(name, node.start_byte, node.end_byte) >= 0 for name in names)


def _matches_below(pattern: Pattern, nodes: Sequence[Node]) -> Iterator[Match]:
    """The matches of statements in `nodes`, each of which comes after those around it.

    A node is brought to normal form together with the outermost that it lies in; a match belongs to the innermost.
    """
    outermost: list[tuple[Node, tuple[Term, ...]]] = []
    holding: list[Node] = []
    for node in filter(_holds_statements, nodes):
        if not any(_within(outer, node.start_byte, node.end_byte) for outer, _ in outermost):
            blocks = _normal_blocks(node)
            if blocks is None:
                continue
            outermost.append((node, blocks))
        holding.append(node)
    for outer, blocks in outermost:
        for block in blocks:
            for hit in _matches_in_block(pattern, outer, block, {}):
                around = [node for node in holding if _within(node, hit.start, hit.end)]
                yield replace(hit, node=min(around, key=lambda node: node.end_byte - node.start_byte))


def _within(node: Node, start: int, end: int) -> bool:
    return node.start_byte <= start and end <= node.end_byte


@lru_cache(maxsize=4)  # for the patterns of the rules of one file, which are looked for one after the other
def _normal_blocks(node: Node) -> tuple[Term, ...] | None:
    """The blocks in `node` in normal form; None when it is nested too deep for that."""
    return None if depth_exceeds(node, _DEEPEST) else tuple(_blocks(term_of(node)))


def find_each(patterns: Sequence[Pattern], node: Node) -> Iterator[tuple[Pattern, Match]]:
    """Every match of each of `patterns`, all of statements, below the function `node`; it is read once for all."""
    blocks = _normal_blocks(node) if _holds_statements(node) else None
    if blocks is None:
        return
    for pattern in patterns:
        for block in blocks:
            yield from ((pattern, found) for found in _matches_in_block(pattern, node, block, {}))


def _regions(
    pattern: Pattern, tree: Tree, source: bytes, inside: Pattern | None
) -> Iterator[tuple[Node, dict[str, Capture]]]:
    """The nodes to look in, each with what `inside` bound."""
    if inside is None:
        for node in _around(pattern.anchors, tree, source):
            if pattern.kind == "statements" or node.type == pattern.root.kind:
                yield node, {}
        return
    for outer in _around(inside.anchors, tree, source):
        bound = head_matches(inside, outer, _DEEPEST)
        if bound is not None:
            if pattern.kind == "definition":
                yield from ((node, bound) for node in _members(outer, pattern.root.kind))
            else:
                yield outer, bound


def _members(outer: Node, kind: str) -> Iterator[Node]:
    body = outer.child_by_field_name("body")
    for node in body.named_children if body is not None else []:
        if node.type == kind:
            yield node


def _around(anchors: tuple[bytes, ...], tree: Tree, source: bytes) -> Iterator[Node]:
    """The nodes around the rarest anchor, each once, innermost last.

    Raises:
        TooManyPlacesError: when there are more places than any published file has, by far.
    """
    counts = {anchor: source.count(anchor) for anchor in anchors}
    if not counts:
        raise ValueError("a pattern needs one name that is not a metavariable")
    rarest = min(counts, key=lambda anchor: counts[anchor])
    if counts[rarest] > _MOST_PLACES:
        raise TooManyPlacesError(
            f"{counts[rarest]} places name {rarest.decode(errors='replace')}, too many to look at"
        )
    seen: set[int] = set()
    at = source.find(rarest)
    while at >= 0:
        for node in path_to(tree, at):
            if node.id not in seen:
                seen.add(node.id)
                yield node
        at = source.find(rarest, at + len(rarest))


def _matches_in(pattern: Pattern, node: Node, bound: dict[str, Capture]) -> Iterator[Match]:
    if pattern.kind == "definition":
        if not depth_exceeds(node, _DEEPEST):
            result = match(pattern.root, term_of(node), dict(bound))
            if result is not None:
                yield Match(result, node, node.start_byte, node.end_byte)
        return
    if _holds_statements(node):
        for block in _normal_blocks(node) or ():
            yield from _matches_in_block(pattern, node, block, bound)


def _holds_statements(node: Node) -> bool:
    largest = _LARGEST_MODULE if node.type == "program" else _LARGEST_REGION
    if node.end_byte - node.start_byte > largest:
        return False
    return node.type in ("program", "method_definition") or "function" in node.type


def _blocks(term: Term) -> Iterator[Term]:
    stack = [term]
    while stack:
        here = stack.pop()
        if here.kind == "statement_block":
            yield here
        stack.extend(reversed(here.children))


def _matches_in_block(
    pattern: Pattern, node: Node, block: Term, bound: dict[str, Capture]
) -> Iterator[Match]:
    terms = block.children
    at = 0
    while at < len(terms):
        hit = match_prefix(pattern.terms, block, at, bound)
        if hit is None:
            at += 1
            continue
        result, stop = hit
        start, end = terms[at].whole[0], terms[stop - 1].whole[1]
        before = tuple(term for term in terms[:at] if term.whole == terms[at].whole)
        after = tuple(term for term in terms[stop:] if term.whole == terms[stop - 1].whole)
        yield Match(result, node, start, end, before, after, terms[at].bare)
        at = stop
