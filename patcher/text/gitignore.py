"""The patterns of a .gitignore: what git leaves out, decided in bounded time.

Libraries make one regular expression of a pattern, in which each star may stop anywhere: `*a*a*a*a*a*b` tries every
way to divide a name. In git's language the first place at which the text after a star fits is as good as any later one,
so each star is settled there (an atomic group) and never tried again. The language is that of gitignore(5) and of
git's wildmatch.c.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from patcher.errors import ExitCode, NextfixError

MOST_WILD = 1000  # patterns with wildcards; the longest lists that people write have 400
_LONGEST = 4096  # characters of a pattern, as long as a path may be
_WILD = re.compile(r"[*?\[\\]")
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "\\x21-\\x7e",
    "lower": "a-z",
    "print": "\\x20-\\x7e",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_NAMED_CLASS = re.compile(r"\[:(\w*):\]")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line: `text` without its marks, and what the marks said."""

    text: str
    keeps: bool  # `!`: what it matches is not left out
    folders_only: bool  # a slash at the end
    anchored: bool  # a slash elsewhere: it matches a path, not a name


@dataclass(slots=True)
class _Table:
    """Patterns that are compared with the same thing, by their place in the file: the last that matches counts."""

    literal: dict[str, list[int]] = field(default_factory=dict)
    wild: list[tuple[int, str]] = field(default_factory=list)
    any_wild: "re.Pattern[str] | None" = None

    def found(self, text: str) -> list[int]:
        """The places of the patterns that match `text`."""
        found = list(self.literal.get(text, ()))
        if self.any_wild is not None and self.any_wild.fullmatch(text):
            found += [place for place, expression in self.wild if _compiled(expression).fullmatch(text)]
        return found


class IgnoreRules:
    """The patterns of one .gitignore, or of a list in the same language.

    Args:
        lines: the patterns, in their order.

    Raises:
        NextfixError: DEFECT when there are more of them than a search could compare with each file.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._patterns = [pattern for line in lines if (pattern := _parsed(line)) is not None]
        self._names, self._paths = _Table(), _Table()
        for place, pattern in enumerate(self._patterns):
            table = self._paths if pattern.anchored else self._names
            if not _WILD.search(pattern.text):
                table.literal.setdefault(pattern.text, []).append(place)
            elif (expression := _expression(pattern)) is not None:
                table.wild.append((place, expression))
        if len(self._names.wild) + len(self._paths.wild) > MOST_WILD:
            raise NextfixError(ExitCode.DEFECT, f"has more than {MOST_WILD} patterns with wildcards")
        for table in (self._names, self._paths):
            if table.wild:
                table.any_wild = re.compile("|".join(part for _, part in table.wild), re.DOTALL)

    def verdict(self, path: str) -> bool | None:
        """Whether the patterns leave out `path` itself; None when none of them is about it.

        Args:
            path: relative to the folder of the patterns, with forward slashes, and one at the end for a folder.
        """
        folder = path.endswith("/")
        bare = path.removesuffix("/")
        places = self._names.found(bare.rpartition("/")[2]) + self._paths.found(bare)
        last = max((at for at in places if folder or not self._patterns[at].folders_only), default=None)
        return None if last is None else not self._patterns[last].keeps

    def leaves_out(self, path: str) -> bool:
        """Whether the patterns leave out `path`, or a folder that it lies in; see `verdict`."""
        at = path.find("/")
        while 0 <= at < len(path) - 1:
            if self.verdict(path[: at + 1]):
                return True
            at = path.find("/", at + 1)
        return bool(self.verdict(path))


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> "re.Pattern[str]":
    return re.compile(expression, re.DOTALL)


def _parsed(line: str) -> _Pattern | None:
    """One line as a pattern; None for an empty line, a comment, and a pattern that matches nothing."""
    line = _without_blanks(line.removesuffix("\n").removesuffix("\r"))
    if not line or line.startswith("#") or len(line) > _LONGEST:
        return None
    keeps = line.startswith("!")
    text = line[keeps:]
    folders_only = text.endswith("/")
    text = text[: len(text) - folders_only]
    anchored = "/" in text
    text = text.removeprefix("/")
    return _Pattern(text, keeps, folders_only, anchored) if text else None


def _without_blanks(line: str) -> str:
    """`line` without the spaces at its end, but for one behind a backslash."""
    bare = line.rstrip(" ")
    escapes = len(bare) - len(bare.rstrip("\\"))
    return line[: len(bare) + 1] if escapes % 2 else bare


def _expression(pattern: _Pattern) -> str | None:
    """The regular expression of a pattern; None for one that matches nothing, as git has it."""
    if not pattern.anchored:
        return _segment(pattern.text)
    runs: list[list[str]] = [[]]  # of the parts between `**`, each part one folder or file
    parts = _parts(pattern.text)
    for part in parts:
        if part == "**":
            runs.append([])
            continue
        expression = _segment(part)
        if expression is None:
            return None
        runs[-1].append(expression)
    first, *rest = ("".join(f"{part}/" for part in run) for run in runs)
    if not rest:
        return first.removesuffix("/")
    settled = "".join(f"(?>(?:[^/]+/)*?{run})" for run in rest[:-1] if run)
    # `a/**` is all that lies in `a`, not `a` itself
    last = f"(?:[^/]+/)*?{rest[-1].removesuffix('/')}" if rest[-1] else "[^/].*"
    return first + settled + last


def _parts(text: str) -> list[str]:
    """`text` divided at its slashes, but for those in brackets; a slash may have a backslash before it."""
    parts, start, at = [], 0, 0
    while at < len(text):
        sign = text[at]
        at += 1
        if sign == "[" and (found := _bracket(text, at)) is not None:
            at = found[1]
        elif sign == "\\" and text[at : at + 1] != "/":
            at += 1
        elif sign in "/\\":
            parts.append(text[start : at - 1])
            start = at = at + (sign == "\\")
    return [*parts, text[start:]]


def _segment(text: str) -> str | None:
    """The regular expression of one name in a pattern; None when git takes it for one that matches nothing."""
    pieces: list[str] = [""]  # between the stars
    at = 0
    while at < len(text):
        sign = text[at]
        at += 1
        if sign == "*":
            if pieces[-1] or len(pieces) == 1:
                pieces.append("")
        elif sign == "?":
            pieces[-1] += "[^/]"
        elif sign == "[":
            found = _bracket(text, at)
            if found is None:
                return None
            piece, at = found
            pieces[-1] += piece
        else:
            if sign == "\\":
                if at == len(text):
                    return None
                sign = text[at]
                at += 1
            pieces[-1] += re.escape(sign)
    first, *rest = pieces
    if not rest:
        return first
    return first + "".join(f"(?>[^/]*?{piece})" for piece in rest[:-1]) + f"[^/]*{rest[-1]}"


def _bracket(text: str, at: int) -> tuple[str, int] | None:
    """The expression of the `[...]` whose content starts at `at`, and where the text goes on; None without an end."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    inner, first = "", True
    while first or text[at : at + 1] != "]":
        first = False
        named = _NAMED_CLASS.match(text, at)
        if named is not None:
            if named[1] not in _CLASSES:
                return None
            inner += _CLASSES[named[1]]
            at = named.end()
            continue
        low, at = _member(text, at)
        if not low:
            return None
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("]", ""):
            high, at = _member(text, at + 1)
            if not high:
                return None
            inner += f"{re.escape(low)}-{re.escape(high)}" if low <= high else re.escape(low)
        else:
            inner += re.escape(low)
    if negated:
        return (f"[^/{inner}]", at + 1)
    return (f"(?!/)[{inner}]" if inner else "(?!)", at + 1)


def _member(text: str, at: int) -> tuple[str, int]:
    """The character at `at` in brackets, which a backslash may precede, and where the text goes on; "" at the end."""
    at += text[at : at + 1] == "\\"
    return text[at : at + 1], at + 1
