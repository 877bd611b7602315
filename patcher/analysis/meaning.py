"""A meaning that the analysis gives to names, with the reason for it and an example in which it decides."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from sys import maxsize
from typing import AnyStr, Generic


class Meaning:
    """Names that mean the same.

    Attributes:
        reason: why a name of the kind means what it does.
        example: JavaScript in which the name decides, with another one that does not mean it: `p.«then|pipe»()`.
    """

    def __init__(self, reason: str, example: str) -> None:
        self.reason, self.example = reason, example


class Words(Meaning):
    """Whole names, given as one text with spaces between them; `name in meaning` asks for one."""

    def __init__(self, words: bytes, reason: str, example: str) -> None:
        super().__init__(reason, example)
        self.words = frozenset(words.split())

    def __contains__(self, name: bytes) -> bool:
        return name in self.words


class Spelling(Meaning):
    """Names, or short expressions, by how they are spelled; `name in meaning` looks for `pattern` in one."""

    def __init__(self, pattern: bytes, reason: str, example: str, flags: int = 0) -> None:
        super().__init__(reason, example)
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[bytes]:
        """Compiled when it is first asked: a run that remembers everything asks for none of a hundred."""
        return re.compile(self.pattern, self._flags)

    @cached_property
    def search(self) -> Callable[..., re.Match[bytes] | None]:
        """Finds the first match in a text, between two places of it."""
        return self._compiled.search

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[bytes]]]:
        """Finds all matches in a text, between two places of it."""
        return self._compiled.finditer

    def __contains__(self, name: bytes) -> bool:
        return self.search(name) is not None


class Sign(Meaning, Generic[AnyStr]):
    """A pattern for source text, module names or paths that tells what a file is for.

    The example is text in which it matches with the first name between « and », and not with the second.
    """

    def __init__(self, pattern: AnyStr, reason: str, example: str, flags: int = 0) -> None:
        super().__init__(reason, example)
        self._pattern: AnyStr = pattern
        self._flags = flags

    @cached_property
    def pattern(self) -> re.Pattern[AnyStr]:
        """The compiled pattern."""
        return re.compile(self._pattern, self._flags)

    def search(self, text: AnyStr, start: int = 0, end: int = maxsize) -> re.Match[AnyStr] | None:
        """The first match in `text` between `start` and `end`."""
        return self.pattern.search(text, start, end)

    def match(self, text: AnyStr) -> re.Match[AnyStr] | None:
        """The match at the beginning of `text`."""
        return self.pattern.match(text)


class Tokens(Meaning):
    """Pieces of text that are looked for before anything is parsed, each with code that is found by it alone."""

    def __init__(self, reason: str, examples: Mapping[bytes, str]) -> None:
        super().__init__(reason, "")
        self.examples = examples
        self.tokens = tuple(examples)
