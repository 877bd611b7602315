"""Mutated JavaScript, our own and real, through the rules: no crash, no hang, and no rewrite that is not sound."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.model import Verdict
from patcher.rule import STYLES
from tests.fuzz.flood import NIGHTLY, Law, aside, flood
from tests.fuzz.laws import RELEASES, judged
from tests.fuzz.seeds import SEEDS

Tried = Callable[..., None]

REAL = (
    ("9.5.5", "dist/next-server/lib/loadable.js"),
    ("10.2.3", "dist/server/next.js"),
    ("12.3.4", "dist/shared/lib/loadable.js"),
    ("13.3.4", "dist/server/next.js"),
    ("13.4.9", "dist/server/base-server.js"),
    ("13.4.12", "dist/server/web/sandbox/context.js"),
    ("15.5.29", "dist/server/lib/disk-lru-cache.external.js"),
)


def _law(release: str, style: str) -> Law:
    def law(source: bytes) -> set[str]:
        return {str(result.verdict) for result in judged(source, style, release)}

    return law


def rules_of_any_release(chance: random.Random, at: int) -> Law:  # noqa: ARG001
    """The rules of a random release, in a random style."""
    return _law(chance.choice(RELEASES), chance.choice(STYLES))


def rules_of_its_release(chance: random.Random, at: int) -> Law:
    """The rules of the release that source number `at` of REAL is of, in a random style."""
    return _law(REAL[at][0], chance.choice(STYLES))


@pytest.mark.timeout(14_400)
def test_mutations_of_our_own_code_break_no_law(tried: Tried) -> None:
    seen = flood("rules", SEEDS, rules_of_any_release, 60_000 if NIGHTLY else 600, tried)

    assert seen[Verdict.AFFECTED] > seen["inputs"] // 50, (
        "hardly any mutation still matches: the fuzzing is blind"
    )


@pytest.mark.registry
@pytest.mark.timeout(14_400)
def test_mutations_of_real_releases_break_no_law(release: Callable[[str, str], Path], tried: Tried) -> None:
    sources = tuple((release("next", version) / path).read_bytes() for version, path in REAL)
    seen = flood("rules-real", sources, rules_of_its_release, 10_000 if NIGHTLY else 100, tried, aside)

    assert seen[Verdict.AFFECTED] > seen["inputs"] // 10
