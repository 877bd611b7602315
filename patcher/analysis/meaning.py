"""A meaning that the analysis gives to names, with the reason for it and an example in which it decides."""

import re


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
        compiled = re.compile(pattern, flags)
        self.search, self.finditer = compiled.search, compiled.finditer

    def __contains__(self, name: bytes) -> bool:
        return self.search(name) is not None
