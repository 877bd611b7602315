"""What must hold of every input, however mangled: no crash, no hang, and no rewrite that is not sound."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from patcher.catalogue.load import rules
from patcher.model import Verdict
from patcher.rule import STYLES
from patcher.semantic_patch.examine import Examined, examine
from patcher.semantic_patch.verify import unsound
from patcher.semver import in_range
from patcher.syntax.tree import errors, parse
from patcher.text.edits import OverlapError, apply_edits
from tests.fuzz.node import is_javascript, no_worse

# Of no ledger, and together in the range of every rewrite of every rule.
RELEASES = ("9.1.1-own.1", "9.5.6-own.1", "13.2.5-own.1", "13.4.8-own.1", "15.5.15-own.1", "16.4.6-own.1")
SECONDS = 5  # the budget of one input; a megabyte of a real bundle takes a tenth


class Hang(AssertionError):
    """An input took longer than its budget."""


@contextmanager
def budget(seconds: float = SECONDS) -> Iterator[None]:
    """Raise Hang in the block when it takes longer than `seconds` of the processor, however busy the machine is."""

    def late(*_: object) -> None:
        raise Hang(f"longer than {seconds} s")

    old = signal.signal(signal.SIGPROF, late)
    before, _ = signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, before)
        signal.signal(signal.SIGPROF, old)


def judged(source: bytes, style: str, release: str) -> list[Examined]:
    """What every rule says of `source` as a file of `release`; the laws hold, within the budget, or this raises."""
    with budget():
        tree = parse(source)
        here = [rule for rule in rules() if in_range(release, rule.versions)]
        found = [examine(rule, release, source, tree, style) for rule in here]
        affected = [result for result in found if result.verdict is Verdict.AFFECTED]
        if affected and not any(errors(tree.root_node)):
            _rewrites(source, release, affected, style)
        return found


def _rewrites(source: bytes, release: str, affected: list[Examined], style: str) -> None:
    edits = [edit for result in affected for edit in result.edits]
    try:
        new = apply_edits(source, edits)
    except OverlapError:
        return  # two rules want the same bytes: nothing is written, and that is said
    reason = unsound([result.rule for result in affected], release, source, edits, new, style)
    if reason:  # nothing is written, and that is said; it must not come to that with code that is code
        assert not is_javascript(source), f"{release} {style}: {reason}"
        return
    no_worse(source, new)


def everywhere(source: bytes) -> list[Examined]:
    """`judged` in every release and style."""
    return [result for style in STYLES for release in RELEASES for result in judged(source, style, release)]
