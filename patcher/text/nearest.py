"""What somebody meant who misspelt a name."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint for a name that does not exist: the nearest of `known`, or `otherwise` when none is near.

    Args:
        word: what was written.
        known: the names that there are.
        otherwise: what to do when nothing is near, such as "see 'nextfix rules'".
    """
    from difflib import get_close_matches

    names = list(known)
    by_end = [name for name in names if word and name.rpartition("/")[2] == word]  # without the package
    near = by_end or get_close_matches(word[:200], names, n=2)
    return f"did you mean {' or '.join(near)}?" if near else otherwise
