"""Unified diffs for people: coloured and clipped for a terminal, counted for a summary."""

import io

from patcher.text.unified import headless

_CLIP = 300  # characters of a line that a terminal is shown


def coloured(patch: bytes) -> str:
    """`patch` for a terminal: coloured, control characters escaped, very long lines clipped."""
    from patcher.text.display import printable

    out = []
    for line in patch.decode("utf-8", "replace").split("\n"):
        shown = (
            printable(line)
            if len(line) <= _CLIP
            else printable(line[:_CLIP]) + f" ... [{len(line)} characters]"
        )
        colour = _colour(line)
        out.append(f"\x1b[{colour}m{shown}\x1b[0m" if colour else shown)
    return "\n".join(out)


def _colour(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ")):
        return "1"
    return {"@": "36", "+": "32", "-": "31"}.get(line[:1], "")


def counts(patch: bytes) -> tuple[int, int, int]:
    """Hunks, added lines and removed lines of a patch."""
    from unidiff.patch import PatchSet

    files = PatchSet(io.StringIO(headless(patch).decode("latin-1"), newline="\n"))
    return sum(len(file) for file in files), files.added, files.removed
