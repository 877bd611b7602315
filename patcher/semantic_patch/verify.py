"""What must hold of a rewritten file before a byte of it is written."""

from collections.abc import Sequence
from itertools import pairwise

from patcher.model import Verdict
from patcher.rule import Rule
from patcher.semantic_patch.examine import examine
from patcher.syntax.tree import errors, parse
from patcher.text.edits import Edit


def unsound(
    rules: Sequence[Rule], release: str, old: bytes, edits: Sequence[Edit], new: bytes, style: str
) -> str:
    """Why `new` must not replace `old`, or the empty string.

    Checked are: it parses without error, everything outside the edits is the same bytes, and a second pass
    of the rules that wrote it finds nothing more to do.
    """
    if not only_edited(old, edits, new):
        return "bytes outside the edits changed"
    tree = parse(new)
    if any(errors(tree.root_node)):
        return "the result does not parse"
    for rule in rules:
        again = examine(rule, release, new, tree, style)
        if again.verdict is not Verdict.APPLIED:
            return f"a second pass of {rule.id} says {again.verdict}: {again.reason}"
    return ""


def only_edited(old: bytes, edits: Sequence[Edit], new: bytes) -> bool:
    """Whether `new` is `old` with `edits`, by comparing the stretches between them."""
    ordered = sorted(edits, key=lambda edit: edit.start)
    bounds = [Edit(0, 0, b""), *ordered, Edit(len(old), len(old), b"")]
    at = 0
    for before, after in pairwise(bounds):
        kept = old[before.end : after.start]
        if (
            new[at : at + len(kept)] != kept
            or new[at + len(kept) : at + len(kept) + len(after.new)] != after.new
        ):
            return False
        at += len(kept) + len(after.new)
    return at == len(new)
