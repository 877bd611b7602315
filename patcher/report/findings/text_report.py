"""Findings for people: where, what is kept, why that keeps the request, what to do about it."""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from patcher.model import CopyState, Finding, Report, RuleInfo, Severity, Skipped, Verdict
from patcher.report.copy_lines import copy_line, file_lines
from patcher.report.findings.excerpt import ExcerptLine, excerpt
from patcher.report.findings.summary import headline, summarize, where
from patcher.report.terminal import Palette
from patcher.text.display import one_line, printable

SKIPPED_SHOWN = 5
_HEALTHY = (Verdict.FIXED_UPSTREAM, Verdict.NOT_AFFECTED, Verdict.APPLIED)
_FORGED = re.compile(r"^(\s*)(?=::)|##(?=\w*\[)")


class Detail(IntEnum):
    """How much is said: one line a finding, the usual, or everything."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How text is laid out: how much, how wide (in cells), and in which colours."""

    detail: Detail = Detail.NORMAL
    width: int = 100
    palette: Palette = field(default_factory=lambda: Palette(False))


def text_report(
    report: Report,
    rules: Mapping[str, RuleInfo],
    read: Callable[[str], Sequence[str] | None],
    style: TextStyle,
) -> str:
    """`report` as text that ends with a newline, or is empty when there is nothing to say quietly.

    Errors and warnings come with their source; notes take a line each unless `style.detail` is VERBOSE.

    Args:
        report: what was found.
        rules: what is known of the rules by id; a finding of a rule that is missing here is still shown.
        read: the lines of a reported file, or None when it cannot be had.
        style: amount, width and colour.
    """
    if style.detail is Detail.QUIET:
        lines = [_short(finding, style.palette) for finding in report.findings]
    else:
        lines = [
            *_findings(report, rules, read, style),
            *_copies(report.copies, style.detail),
            *_skipped(report.skipped, style),
            *(f"stale in the baseline: {one_line(entry)}" for entry in report.stale),
            *(f"note: {one_line(advice)}" for advice in report.advice),
            *([one_line(report.affected)] if report.affected else []),
            _headline(report, style.palette),
        ]
    return "".join(f"{defused(line)}\n" for line in lines)


def defused(line: str) -> str:
    r"""`line` so that no CI runner takes it for a command: `\::error`, `##\[group]`.

    GitHub reads `::name` at the start of a line and `##[name]` anywhere in it, Azure and TeamCity read
    `##vso[` and `##teamcity[`; source text and file names must not be able to give such commands.
    """
    return _FORGED.sub(lambda found: f"{found[0]}\\", line)


def _findings(
    report: Report,
    rules: Mapping[str, RuleInfo],
    read: Callable[[str], Sequence[str] | None],
    style: TextStyle,
) -> Iterator[str]:
    explained: set[tuple[str, str]] = set()
    short: list[Finding] = []
    for finding in report.findings:
        if finding.severity is Severity.NOTE and style.detail is not Detail.VERBOSE:
            short.append(finding)
            continue
        said = (finding.rule, finding.detail + where(finding))
        known = said in explained
        yield from _block(finding, rules.get(finding.rule), read, style, known=known)
        yield ""
        explained.add(said)
    yield from (_short(finding, style.palette) for finding in short)
    if short:
        yield ""


def _short(finding: Finding, palette: Palette) -> str:
    place = f"{finding.path}:{finding.line}:{finding.column}"
    head = palette.paint(finding.severity, f"{finding.severity}[{one_line(finding.rule)}]")
    left = f"; not fixed: {finding.unfixed}" if finding.unfixed else ""
    applies = finding.applies
    here = f"; {applies.reason}" if applies is not None and applies.verdict == "no" else ""
    doubt = f"; in doubt: {finding.doubt}" if finding.doubt else ""
    return f"{one_line(place)}: {head} {one_line(finding.message + doubt + here + left)}"


def _block(
    finding: Finding,
    rule: RuleInfo | None,
    read: Callable[[str], Sequence[str] | None],
    style: TextStyle,
    *,
    known: bool,
) -> Iterator[str]:
    paint = style.palette.paint
    source = read(finding.path)
    lines = excerpt(finding, source, style.width - 10) if source is not None else ()
    gutter = max((len(str(line.number)) for line in lines), default=1)
    head = paint(finding.severity, f"{finding.severity}[{one_line(finding.rule)}]")
    yield f"{head}: {paint('bold', one_line(finding.message))}"
    yield f"{' ' * gutter}{paint('gutter', '-->')} {_place(finding)}"
    if lines:
        yield paint("gutter", f"{' ' * gutter} |")
        for line in lines:
            yield from _source_line(line, gutter, finding.severity, style.palette)
        yield paint("gutter", f"{' ' * gutter} |")
    for label, text in _advice(finding, rule, not known or style.detail is Detail.VERBOSE):
        yield from _note(label, text, gutter, style)


def _place(finding: Finding) -> str:
    where = f"{finding.path}:{finding.line}:{finding.column}"
    inside = f" in {finding.function}" if finding.function else ""
    package = f" ({finding.package.name} {finding.package.version})" if finding.package else ""
    return one_line(where + inside + package)


def _source_line(line: ExcerptLine, gutter: int, severity: Severity, palette: Palette) -> Iterator[str]:
    yield f"{palette.paint('gutter', f'{line.number:>{gutter}} |')} {line.text}".rstrip()
    if line.mark_width:
        mark = palette.paint(severity, "^" * line.mark_width)
        yield f"{palette.paint('gutter', ' ' * gutter + ' |')} {' ' * line.mark_at}{mark}"


def _advice(finding: Finding, rule: RuleInfo | None, whole: bool) -> Iterator[tuple[str, str]]:
    """What is said below the source; a finding's own detail says what to do, else its rule does."""
    if finding.unfixed:
        yield "not fixed", finding.unfixed
    if finding.fixed_by:
        yield "fix", f"available: {finding.fixed_by}"
    if whole:
        if finding.detail:
            yield "why", finding.detail
        elif rule:
            yield "why", rule.why
            yield "help", rule.help
        if said := where(finding):
            yield "where", said
        if rule:
            yield "more", f"nextfix explain {finding.rule}"


def _note(label: str, text: str, gutter: int, style: TextStyle) -> Iterator[str]:
    margin = " " * gutter + " "
    lead = f"{margin}= {label}: "
    room = max(style.width - len(lead), 30)
    wrapped = [
        line
        for paragraph in printable(text).splitlines()
        for line in textwrap.wrap(paragraph, room, break_on_hyphens=False) or [""]
    ]
    for index, line in enumerate(wrapped):
        start = f"{margin}{style.palette.paint('gutter', '=')} {style.palette.paint('bold', label)}: "
        yield f"{start if index == 0 else ' ' * len(lead)}{line}".rstrip()


def _copies(copies: tuple[CopyState, ...], detail: Detail) -> Iterator[str]:
    """The copies that need a look, or all of them, with their files, when all is asked for."""
    whole = detail is Detail.VERBOSE
    shown = [copy for copy in copies if whole or copy.verdict not in _HEALTHY]
    for copy in shown:
        yield copy_line(copy)
        yield from file_lines(copy) if whole else ()
    if shown:
        yield ""


def _skipped(skipped: tuple[Skipped, ...], style: TextStyle) -> Iterator[str]:
    shown = skipped if style.detail is Detail.VERBOSE else skipped[:SKIPPED_SHOWN]
    for entry in shown:
        label = style.palette.paint("warning", "skipped")
        yield f"{label} {one_line(entry.path)}: {one_line(entry.reason)}"
    if len(shown) < len(skipped):
        yield f"skipped {len(skipped) - len(shown)} more; --verbose lists them"
    if skipped:
        yield ""


def _headline(report: Report, palette: Palette) -> str:
    summary = summarize(report)
    role = "error" if summary.errors else "warning" if summary.warnings else "bold"
    return palette.paint(role if report.findings else "good", headline(summary))
