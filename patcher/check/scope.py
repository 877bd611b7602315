"""What `check` looks at: the rules' files, one's own source, the dependencies."""

from collections.abc import Iterable
from enum import StrEnum

from patcher.errors import ExitCode, NextfixError


class Scope(StrEnum):
    """One thing to look at; `check` takes any set of them."""

    RULES = "rules"
    SOURCE = "source"
    DEPS = "deps"


ALL = "all"
DEFAULT = frozenset({Scope.RULES, Scope.SOURCE})


def parse_scopes(words: Iterable[str], origin: str = "--scope") -> frozenset[Scope]:
    """The scopes that `words` name; each word is a scope, `all`, or several joined by a comma.

    Args:
        words: what was written, in any order.
        origin: where it was written, for the error.

    Raises:
        NextfixError: USAGE for a word that is not a scope.
    """
    chosen: set[Scope] = set()
    for word in (part.strip() for text in words for part in text.split(",")):
        if word == ALL:
            chosen.update(Scope)
        elif word in list(Scope):
            chosen.add(Scope(word))
        else:
            allowed = ", ".join((*Scope, ALL))
            raise NextfixError(
                ExitCode.USAGE, f"{origin}: {word!r} is not a scope", hint=f"write one of {allowed}"
            )
    return frozenset(chosen)
