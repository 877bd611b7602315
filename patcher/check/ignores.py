"""Inline ignores: `// nextfix-ignore RULE: reason`, on the line of the finding or on the line before."""

import codecs
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from patcher.model import Finding, Severity
from patcher.syntax.tree import Dialect, parse, walk

MARKER = b"nextfix-ignore"
UNUSED = "ignore/unused"
NO_REASON = "ignore/no-reason"

_COMMENT = re.compile(r"nextfix-ignore\b(?P<rules>[^:]*)(?::(?P<reason>.*))?", re.DOTALL)
_RULE = re.compile(r"[^\s,]+")
_BLANK = re.compile(rb"\s*(\{\s*\})?\s*")  # the braces are those of a comment in JSX


@dataclass(frozen=True, slots=True)
class Ignore:
    """One ignore comment: its place, the rules it names, its reason, and the line that it speaks of.

    `target` is the comment's own line when code stands before it there, else the next line of code.
    """

    line: int
    column: int
    end_line: int
    target: int
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """The outcome of the ignores of one file: findings that stay, findings silenced, complaints.

    A complaint is itself a finding (a warning): an ignore that silences nothing, or has no reason.
    """

    kept: tuple[Finding, ...]
    silenced: tuple[Finding, ...]
    complaints: tuple[Finding, ...]


def apply_ignores(
    source: bytes,
    path: str,
    findings: Sequence[Finding],
    checked: Collection[str],
    known: Collection[str],
    dialect: Dialect = Dialect.JAVASCRIPT,
) -> Ignored:
    """What the ignore comments of one file do to its findings.

    A comment names one or more rules, separated by commas or blanks, then a colon and the reason. It
    silences the findings of these rules on its own line, or, when it has the line to itself, on the next
    line of code. Without a reason it still works, and is warned of. It is unused, and warned of too, when
    it names no rule, a rule that does not exist, or one that was checked and has no finding there.

    Args:
        source: the bytes of the file.
        path: its path, as the findings have it.
        findings: the findings of this file.
        checked: the ids of the rules that ran on it; an ignore of another known rule is left alone.
        known: the ids of all rules.
        dialect: the grammar to read comments with.
    """
    if MARKER not in source:
        return Ignored(tuple(findings), (), ())
    ignores = tuple(find_ignores(source, dialect))
    named = {(ignore.target, rule) for ignore in ignores for rule in ignore.rules}
    silenced = tuple(finding for finding in findings if (finding.line, finding.rule) in named)
    kept = tuple(finding for finding in findings if (finding.line, finding.rule) not in named)
    used = {(finding.line, finding.rule) for finding in silenced}
    complaints = [
        complaint for ignore in ignores for complaint in _complaints(ignore, path, used, checked, known)
    ]
    return Ignored(kept, silenced, tuple(complaints))


def find_ignores(source: bytes, dialect: Dialect = Dialect.JAVASCRIPT) -> Iterator[Ignore]:
    """The ignore comments of `source`, in order; text in strings, templates and regexes is not a comment."""
    comments = [node for node in walk(parse(source, dialect).root_node) if node.type == "comment"]
    code = _code_lines(source, [(node.start_byte, node.end_byte) for node in comments])
    in_order = sorted(code)
    seen = before = 0  # a place that was passed, and how many characters stand before it on its line
    for node in comments:
        text = source[node.start_byte : node.end_byte].decode("utf-8", "replace")
        found = _COMMENT.search(text.removesuffix("*/"))
        if found is None:
            continue
        line, end_line = node.start_point[0] + 1, node.end_point[0] + 1
        start_of_line = source.rfind(b"\n", seen, node.start_byte) + 1
        passed = source[start_of_line or seen : node.start_byte].decode("utf-8", "replace")
        seen, before = node.start_byte, len(passed) + (0 if start_of_line else before)
        following = bisect_right(in_order, end_line)
        yield Ignore(
            line=line,
            column=before + 1,
            end_line=end_line,
            target=line if line in code else next(iter(in_order[following : following + 1]), 0),
            rules=tuple(_RULE.findall(found["rules"])),
            reason=" ".join((found["reason"] or "").split()),
        )


def _code_lines(source: bytes, comments: Sequence[tuple[int, int]]) -> set[int]:
    """The 1-based lines that have something else than comments, blanks and JSX braces around comments."""
    bare = bytearray(source)
    if source.startswith(codecs.BOM_UTF8):
        bare[:3] = b"   "
    for start, end in comments:
        bare[start:end] = bytes(byte if byte == 10 else 32 for byte in source[start:end])
    return {number for number, line in enumerate(bytes(bare).split(b"\n"), 1) if not _BLANK.fullmatch(line)}


def _complaints(
    ignore: Ignore,
    path: str,
    silenced: Collection[tuple[int, str]],
    checked: Collection[str],
    known: Collection[str],
) -> Iterator[Finding]:
    complaint = Finding(
        rule=UNUSED,
        severity=Severity.WARNING,
        path=path,
        line=ignore.line,
        column=ignore.column,
        end_line=ignore.end_line,
        function="",
        slot="nextfix-ignore",
        message="",
        fix="none",
    )
    used = {rule for rule in ignore.rules if (ignore.target, rule) in silenced}
    if not ignore.rules:
        yield replace(complaint, message="this ignore names no rule; write `nextfix-ignore RULE: reason`")
    for rule in ignore.rules:
        if rule not in known:
            yield replace(complaint, message=f"there is no rule {rule}; `nextfix rules` lists them")
        elif rule not in used and rule in checked:
            yield replace(complaint, message=f"nothing here to ignore for {rule}; remove the comment")
    if used and not ignore.reason:
        yield replace(
            complaint,
            rule=NO_REASON,
            message="this ignore gives no reason; write `nextfix-ignore RULE: reason`",
        )
