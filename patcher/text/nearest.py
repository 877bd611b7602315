"""What somebody meant who misspelt a name."""

from collections.abc import Iterable

_SHOWN = 3


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint for a name that does not exist: the names that have it before or behind a `/`, the nearest in spelling,
    those it is a part of, or `otherwise` when there are none.

    Args:
        word: what was written.
        known: the names that there are.
        otherwise: what to do when nothing is near, such as "see 'nextfix rules'".
    """
    names, asked = list(known), word[:200].lower().strip("/")
    near = _near(asked, names)
    if not near:
        return otherwise
    if len(near) > _SHOWN + 1:
        return f"did you mean {', '.join(near[:_SHOWN])} or one of {len(near) - _SHOWN} others? {otherwise}"
    first, last = ", ".join(near[:-1]), near[-1]
    return f"did you mean {first} or {last}?" if first else f"did you mean {last}?"


def _near(asked: str, names: list[str]) -> list[str]:
    from difflib import get_close_matches

    if not asked:
        return []
    parts = [
        name for name in names if name.lower().startswith(f"{asked}/") or name.lower().endswith(f"/{asked}")
    ]
    spelled = {name.lower(): name for name in names}
    return (
        parts
        or [spelled[name] for name in get_close_matches(asked, spelled, n=2)]
        or [name for name in names if len(asked) > 2 and asked in name.lower()]
    )
