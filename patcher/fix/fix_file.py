"""Fixing one file: its slots one after the other, each result verified before the next is begun."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from patcher.analysis.facts.code import Code
from patcher.analysis.facts.stores import stores_at
from patcher.analysis.file import analyse
from patcher.analysis.site import Site
from patcher.errors import NextfixError
from patcher.fix.keyed_plan import plan_keyed
from patcher.fix.memo_plan import plan_memo
from patcher.fix.slot_plan import Concern, Plan, UnsafeError
from patcher.fix.timer_plan import plan_timer
from patcher.rule import STYLES, Family
from patcher.semantic_patch.verify import only_edited
from patcher.syntax.tree import Dialect
from patcher.text.edits import OverlapError, apply_edits

# Larger than any file that a person writes by hand.
_LARGEST = 1024 * 1024
_LONGEST_LINE = 2_000
_GENERATED = re.compile(rb"@generated|do not edit", re.I)

GONE = "it is not found any more"

Key = tuple[str, int, int]
Ask = Callable[[Sequence[Concern]], str]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of one file: its new bytes, the findings fixed, and why each other was not."""

    new: bytes
    fixed: tuple[Key, ...]
    refused: Mapping[Key, str]


def key_of(site: Site) -> Key:
    """What names a site of one file: its rule, line and column."""
    return (site.family, site.line, site.column)


def fix_file(
    source: bytes,
    wanted: Sequence[Key],
    families: Mapping[str, Family],
    style: str,
    dialect: Dialect,
    ask: Ask,
) -> Fixed:
    """Fix the findings `wanted` of one file as far as that is safe.

    Args:
        source: the file's bytes.
        wanted: the findings to fix.
        families: the families by id, for their rewrites.
        style: `documented` or `single-flight`.
        dialect: the grammar to read it with.
        ask: tells why other files of the project forbid a fix with these concerns; empty when they do not.
    """
    assert style in STYLES
    reason = _unfit(source, dialect)
    if reason:
        return Fixed(source, (), dict.fromkeys(wanted, reason))
    fixed: dict[int, Key] = {}
    refused: dict[Key, str] = {}
    original = source
    left = [(key, place) for place, key in enumerate(_keys(source, dialect)) if key in wanted]
    refused.update((key, GONE) for key in wanted if key not in [k for k, _ in left])
    done = -1
    while done < len(fixed) and len(fixed) < len(left):  # one that is fixed can be what another waited for
        done = len(fixed)
        for key, place in left:
            if place in fixed:
                continue
            try:
                at = place - sum(before < place for before in fixed)
                source = _fix_one(source, at, families, style, dialect, ask)
                fixed[place] = key
                refused.pop(key, None)
            except UnsafeError as error:
                told = _refusal(original, place, families, style, dialect) if fixed else ""
                refused[key] = told or str(error)
    return Fixed(source, tuple(fixed.values()), refused)


def _refusal(source: bytes, place: int, families: Mapping[str, Family], style: str, dialect: Dialect) -> str:
    """Why site number `place` is not fixed, in the lines of the file as it was; empty when that does not tell."""
    site = analyse(source, dialect)[place]
    try:
        _plan(Code(source, dialect), site, families[site.family], style, dialect)
    except UnsafeError as error:
        return str(error)
    return ""


def _keys(source: bytes, dialect: Dialect) -> list[Key]:
    return [key_of(site) for site in analyse(source, dialect)]


def _unfit(source: bytes, dialect: Dialect) -> str:
    """Why no finding of a file is fixed, or the empty string."""
    if b"\0" in source or source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is not UTF-8"
    if len(source) > _LARGEST or max(map(len, source.split(b"\n"))) > _LONGEST_LINE:
        return "the file is minified or generated: fix what it is made from"
    if _GENERATED.search(source[:1024]):
        return "the file says that it is generated: fix what it is made from"
    if Code(source, dialect).root.has_error:
        return "the file does not parse without error"
    return ""


def _fix_one(
    source: bytes, place: int, families: Mapping[str, Family], style: str, dialect: Dialect, ask: Ask
) -> bytes:
    """`source` with its site number `place` fixed.

    Raises:
        UnsafeError: when it must not be, or the result does not hold.
    """
    sites = analyse(source, dialect)
    site = sites[place]
    plan = _plan(Code(source, dialect), site, families[site.family], style, dialect)
    try:
        new = apply_edits(source, plan.edits)
    except OverlapError as error:
        raise UnsafeError("it overlaps another memo") from error
    reason = _unsound(source, plan, new, sites, site, dialect) or ask(plan.concerns)
    if reason:
        raise UnsafeError(reason)
    return new


def _plan(code: Code, site: Site, family: Family, style: str, dialect: Dialect) -> Plan:
    if not family.rewrites:
        raise UnsafeError(f"there is no automatic fix for {family.id}; see 'nextfix explain {family.id}'")
    node = code.at(site.offset, site.end)
    store = (
        next((s for s in stores_at(code, node) if s.slot.text == site.slot), None)
        if node is not None
        else None
    )
    if store is None:
        raise UnsafeError("the store is written in a way that is not followed")
    if family.rewrites[0].keeps == "timer":
        return plan_timer(code, store, family.rewrites, dialect)
    if store.slot.keyed:
        return plan_keyed(code, store, family.rewrites, style, dialect)
    return plan_memo(code, store, family.rewrites, style, dialect)


def _unsound(old: bytes, plan: Plan, new: bytes, sites: Sequence[Site], fixed: Site, dialect: Dialect) -> str:
    """Why `new` must not replace `old`, or the empty string: it must parse, keep every byte outside the edits,
    and the analysis must find what it found before without this slot."""
    if not only_edited(old, plan.edits, new):
        return "bytes outside the edits would change"
    if Code(new, dialect).root.has_error:
        return "the result would not parse"
    try:
        after = Counter((site.family, site.slot) for site in analyse(new, dialect))
    except NextfixError as error:
        return error.reason
    before = Counter((site.family, site.slot) for site in sites)
    before[fixed.family, fixed.slot] -= 1
    return "" if after == +before else "the analysis would still find it"
