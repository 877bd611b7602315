"""What a rule says of one file: the verdict, the sites, and the edits that rewrite them."""

import re
from dataclasses import dataclass

from patcher.model import Verdict
from patcher.retention.kinds import Kept
from patcher.rule import STYLES, Rewrite, Rule
from patcher.semantic_patch.location import Location, locate
from patcher.semantic_patch.pattern import METAVARIABLE, Pattern, compile_head, compile_pattern
from patcher.semantic_patch.safety import refusal
from patcher.semantic_patch.search import Match, TooManyPlacesError, find
from patcher.semantic_patch.template import site_of, write
from patcher.semver import in_range
from patcher.syntax.tree import Tree
from patcher.text.edits import Edit


@dataclass(frozen=True, slots=True)
class RuleSite:
    """One hostile place of a file, where it is, what it keeps."""

    location: Location
    slot: str
    keeps: Kept


@dataclass(frozen=True, slots=True)
class Examined:
    """What one rule says of one file; `edits` rewrite the sites in the style that was asked for."""

    rule: Rule
    verdict: Verdict
    reason: str = ""
    sites: tuple[RuleSite, ...] = ()
    edits: tuple[Edit, ...] = ()


def examine(rule: Rule, release: str, source: bytes, tree: Tree, style: str) -> Examined:
    """Judge one file of a release that lies in the range of `rule`, without changing it.

    The verdict is `affected` when some place is as published, `applied` when every place is as nextfix
    writes it in either style, `fixed-upstream` when every place is as later releases write it, and
    `modified`, with the reason, when a place is none of these or must not be rewritten.
    """
    here = [rewrite for rewrite in rule.rewrites if in_range(release, rewrite.versions)]
    try:
        places = [_examine_place(rewrite, source, tree, style) for rewrite in here]
    except TooManyPlacesError as error:
        return Examined(rule, Verdict.MODIFIED, str(error))
    for verdict in (Verdict.MODIFIED, Verdict.AFFECTED, Verdict.APPLIED):
        chosen = [place for place in places if place.verdict is verdict]
        if chosen:
            sites = tuple(site for place in places for site in place.sites)
            edits = tuple(edit for place in places for edit in place.edits)
            return Examined(rule, verdict, chosen[0].reason, sites, edits)
    return Examined(rule, Verdict.FIXED_UPSTREAM)


@dataclass(frozen=True, slots=True)
class _ExaminedPlace:
    verdict: Verdict
    reason: str = ""
    sites: tuple[RuleSite, ...] = ()
    edits: tuple[Edit, ...] = ()


def _examine_place(rewrite: Rewrite, source: bytes, tree: Tree, style: str) -> _ExaminedPlace:
    inside = compile_head(rewrite.inside) if rewrite.inside else None
    pattern = compile_pattern(rewrite.find)
    matches = find(pattern, tree, source, inside)
    if len(matches) == rewrite.times:
        return _affected(rewrite, pattern, matches, source, tree, style)
    if matches:
        return _ExaminedPlace(
            Verdict.MODIFIED, f"{len(matches)} places of {_name(rewrite)} where {rewrite.times} are published"
        )
    for style_written in STYLES:
        if find(compile_pattern(rewrite.template(style_written)), tree, source, inside):
            return _ExaminedPlace(Verdict.APPLIED)
    if any(find(compile_pattern(healthy), tree, source, inside) for healthy in rewrite.healthy):
        return _ExaminedPlace(Verdict.FIXED_UPSTREAM)
    return _ExaminedPlace(
        Verdict.MODIFIED, f"{_name(rewrite)} is neither as published nor as nextfix writes it"
    )


def _name(rewrite: Rewrite) -> str:
    head = (rewrite.inside or rewrite.find).strip().splitlines()[0]
    return METAVARIABLE.sub(b"...", head.rstrip("{ ").encode()).decode()


def _affected(
    rewrite: Rewrite, pattern: Pattern, matches: list[Match], source: bytes, tree: Tree, style: str
) -> _ExaminedPlace:
    template = rewrite.template(style)
    sites: list[RuleSite] = []
    edits: list[Edit] = []
    for match in matches:
        if rewrite.slot:
            slot = _slot(rewrite.slot, match, source)
            sites.append(RuleSite(locate(tree, source, match, slot), slot, rewrite.keeps))
        reason = refusal(pattern, template, match, tree, source, rewrite.slot)
        if reason:
            return _ExaminedPlace(Verdict.MODIFIED, f"{_name(rewrite)}: {reason}", tuple(sites))
        edits.append(Edit(match.start, match.end, write(template, match, site_of(source, match))))
    return _ExaminedPlace(Verdict.AFFECTED, "", tuple(sites), tuple(edits))


def _slot(slot: str, match: Match, source: bytes) -> str:
    """`slot` with its metavariables as the file names them."""

    def named(found: re.Match[bytes]) -> bytes:
        term = match.bound[found[2].decode()].terms[0]
        return source[term.start : term.end]

    return METAVARIABLE.sub(named, slot.encode()).decode(errors="replace")
