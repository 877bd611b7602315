"""Writing a template in the place of a match: captured code byte for byte, in the file's own layout."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from textwrap import dedent

from patcher.semantic_patch.pattern import METAVARIABLE, Capture
from patcher.semantic_patch.search import Match
from patcher.semantic_patch.term import Term
from patcher.syntax.tree import walk
from patcher.text.layout import indent_at, indent_unit, newline_of, reindent

_RUN_ALONE = re.compile(rb"\$\$\$([A-Z][A-Z0-9_]*);?")
_LEVEL = 4  # spaces of one level in a template
_BLOCKLIKE = frozenset(
    {"if_statement", "for_statement", "for_in_statement", "while_statement", "try_statement"}
)
# Expressions that bind less than what may stand beside a metavariable in a template.
_LOOSE = frozenset(
    {
        "sequence_expression",
        "ternary_expression",
        "binary_expression",
        "assignment_expression",
        "arrow_function",
    }
)
# Their parentheses belong to the statement.
_CONDITIONED = frozenset(
    {"if_statement", "while_statement", "do_statement", "switch_statement", "with_statement"}
)

Span = tuple[int, int]


class TemplateError(ValueError):
    """A template that names a metavariable which its pattern does not bind: a defect of the rule."""


@dataclass(frozen=True, slots=True)
class MatchLayout:
    """The layout at the place of a match; `compact` when the matched code has no line breaks of its own,
    `semicolons` when the file ends its statements with them."""

    source: bytes
    indent: bytes
    unit: bytes
    newline: bytes
    compact: bool
    comments: tuple[Span, ...]
    literals: tuple[Span, ...]
    semicolons: bool = True

    def copied(self, span: Span, indent: bytes) -> bytes:
        """The bytes of `span`, moved to `indent`; lines inside template literals stay as they are."""
        start, end = span
        keep = [(a - start, b - start) for a, b in self.literals if start <= a and b <= end]
        return reindent(self.source[start:end], indent_at(self.source, start), indent, keep)


def site_of(source: bytes, match: Match) -> MatchLayout:
    """The layout of `source` around `match`."""
    inside = [
        node for node in walk(match.node) if match.start <= node.start_byte and node.end_byte <= match.end
    ]
    comments = tuple((node.start_byte, node.end_byte) for node in inside if node.type == "comment")
    literals = tuple((node.start_byte, node.end_byte) for node in inside if node.type == "template_string")
    compact = b"\n" not in _without(source, match, comments + literals)
    indent = indent_at(source, match.start)
    return MatchLayout(source, indent, indent_unit(source), newline_of(source), compact, comments, literals)


def _without(source: bytes, match: Match, spans: tuple[Span, ...]) -> bytes:
    """The matched text without `spans`, nor the line break that a `//` comment forces on one-line code."""
    text = source[match.start : match.end]
    for start, end in sorted(spans, reverse=True):
        rest = text[end - match.start :]
        if rest[:1] == b"\n" and rest[1:2].strip():
            rest = rest[1:]
        text = text[: start - match.start] + rest
    return text


def write(template: str, match: Match, site: MatchLayout) -> bytes:
    """The text that replaces `match`: `template` with what its metavariables caught.

    Comments of the replaced code that no capture carries along are put before it.

    Raises:
        TemplateError: when the template names a metavariable that is not bound.
    """
    inner = replace(site, indent=site.indent + site.unit) if match.bare else site
    spans: list[Span] = []
    lines = [
        *_statements(match.before, inner, inner.indent),
        *_lines(template, match, inner, spans),
        *_statements(match.after, inner, inner.indent),
    ]
    lost = [span for span in site.comments if not any(a <= span[0] and span[1] <= b for a, b in spans)]
    lines = [*(inner.indent + site.copied(span, inner.indent) for span in lost), *lines]
    if match.bare:
        lines = [b"{", *lines, site.indent + b"}"]
    return _joined(lines, site)


def _lines(template: str, match: Match, site: MatchLayout, spans: list[Span]) -> Iterator[bytes]:
    """The lines of the result, each with its indentation; `spans` collects what was copied."""
    for line in dedent(template).strip("\n").encode().split(b"\n"):
        text = line.strip()
        if not text:
            continue
        level = (len(line) - len(line.lstrip())) // _LEVEL
        indent = site.indent + site.unit * level
        alone = _RUN_ALONE.fullmatch(text)
        if alone:
            yield from _run(_captured(match, alone[1]), site, indent, spans)
        else:
            yield indent + METAVARIABLE.sub(lambda found: _inline(found, match, site, indent, spans), text)  # noqa: B023


def _captured(match: Match, name: bytes) -> Capture:
    try:
        return match.bound[name.decode()]
    except KeyError:
        raise TemplateError(f"the template names ${name.decode()}, which its pattern does not bind") from None


def _inline(
    found: re.Match[bytes], match: Match, site: MatchLayout, indent: bytes, spans: list[Span]
) -> bytes:
    capture = _captured(match, found[2])
    if not capture.terms:
        return b""
    span = (capture.terms[0].start, capture.terms[-1].end)
    spans.append(span)
    text = site.copied(span, indent)
    alone = found.string[: found.start()].endswith(b"(") and found.string[found.end() :].startswith(b")")
    return b"(" + text + b")" if not alone and _stood_in_parentheses(capture, match) else text


def _stood_in_parentheses(capture: Capture, match: Match) -> bool:
    """Whether a capture is one expression that had parentheses which it may need elsewhere as well."""
    term = capture.terms[0]
    if len(capture.terms) != 1 or term.kind not in _LOOSE:
        return False
    node = match.node.descendant_for_byte_range(term.start, term.end)
    around = node.parent if node is not None else None
    if around is None or around.type != "parenthesized_expression":
        return False
    return around.parent is None or around.parent.type not in _CONDITIONED


def _run(capture: Capture, site: MatchLayout, indent: bytes, spans: list[Span]) -> Iterator[bytes]:
    """A run of statements on lines of their own, with the comments that stand among and around them."""
    if capture.block is None:
        raise TemplateError("a run of arguments cannot stand for statements")
    whole = _whole_statements(capture)
    if whole is None:
        spans.extend((term.start, term.end) for term in capture.terms)
        yield from _statements(capture.terms, site, indent)
        return
    start, end = _with_comments(capture, whole, site)
    if start == end:
        return
    spans.append((start, end))
    text = site.copied((start, end), indent)
    yield indent + text + _terminator(text, capture, site)


def _whole_statements(capture: Capture) -> Span | None:
    """The span of the run when it consists of whole source statements, None when a sequence was cut."""
    block = capture.block
    assert block is not None
    if not capture.terms:
        edge = block.children[capture.first - 1].whole[1] if capture.first else block.start + 1
        return (edge, edge)
    last = capture.first + len(capture.terms)
    outside = {term.whole for term in block.children[: capture.first] + block.children[last:]}
    if capture.terms[0].bare or capture.terms[0].whole in outside or capture.terms[-1].whole in outside:
        return None
    return capture.terms[0].whole[0], capture.terms[-1].whole[1]


def _with_comments(capture: Capture, whole: Span, site: MatchLayout) -> Span:
    """`whole`, widened to the comments between the neighbouring statements."""
    block = capture.block
    assert block is not None
    last = capture.first + len(capture.terms)
    low = block.children[capture.first - 1].whole[1] if capture.first else block.start
    high = block.children[last].whole[0] if last < len(block.children) else block.end
    around = [span for span in site.comments if low <= span[0] and span[1] <= high]
    if not around:
        return whole
    if not capture.terms:
        return around[0][0], around[-1][1]
    return min(whole[0], around[0][0]), max(whole[1], around[-1][1])


def _terminator(text: bytes, capture: Capture, site: MatchLayout) -> bytes:
    """What the copied run needs at its end: `;` where the source left it out, a newline after `// ...`."""
    ending = text.rstrip()
    comment = any(
        site.source[a:b].startswith(b"//") and ending.endswith(site.source[a:b]) for a, b in site.comments
    )
    if comment:
        return site.newline if site.compact else b""
    last = capture.terms[-1] if capture.terms else None
    if last is None or ending.endswith((b";", b"*/")) or last.kind in _BLOCKLIKE:
        return b""
    return b";"


def _statements(terms: tuple[Term, ...], site: MatchLayout, indent: bytes) -> Iterator[bytes]:
    """Terms cut out of a sequence, each written as a statement of its own."""
    for term in terms:
        word = {"return_statement": b"return ", "throw_statement": b"throw "}.get(term.kind, b"")
        if term.keyword:
            word = term.keyword + b" "
        yield indent + word + site.copied((term.start, term.end), indent) + b";"


def _ended(line: bytes, site: MatchLayout) -> bytes:
    """A line as the file would end it."""
    return line if site.semicolons or line.strip() == b";" else line.removesuffix(b";")


def _joined(lines: list[bytes], site: MatchLayout) -> bytes:
    if not site.compact:
        text = site.newline.join(_ended(line.rstrip(), site) for line in lines)
        return text.lstrip()
    out = b""
    for line in lines:
        text = line.strip(b" \t")
        glued = not out or out.endswith((b"{", b"}", b";", b"(", b",", b"\n"))
        out += text if glued or text.startswith(b"}") else b" " + text
        if text.startswith(b"//") and b"\n" not in text:
            out += site.newline
    return out
