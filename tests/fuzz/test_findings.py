"""Mutated JavaScript and TypeScript through the analysis and `check --fix`: no crash, no hang, no worse code."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.rule import STYLES
from tests.fuzz.finding import NAMES, looked_at, mended
from tests.fuzz.flood import NIGHTLY, Law, aside, flood
from tests.fuzz.node import no_worse
from tests.fuzz.seeds import ANALYSED, SEEDS
from tests.fuzz.test_mutations import REAL

Tried = Callable[..., None]


def analysis(chance: random.Random, at: int) -> Law:  # noqa: ARG001
    """The analysis, of a file with a random name."""
    name = chance.choice(NAMES)

    def law(source: bytes) -> set[str]:
        found = looked_at(source, name)
        return {"sites"} if found.sites else {"skipped"} if found.skipped else set()

    return law


def fixing(chance: random.Random, at: int) -> Law:  # noqa: ARG001
    """`check --fix` in a random style."""
    style = chance.choice(STYLES)
    name = chance.choice(("own.js", "own.js", "own.ts"))

    def law(source: bytes) -> set[str]:
        found = mended(source, style, name)
        if found is None or not found.fixed:
            return {"refused"} if found is not None and found.refused else set()
        if name == "own.js":
            no_worse(source, found.new)
        return {"fixed"}

    return law


@pytest.mark.timeout(14_400)
def test_the_analysis_of_mutated_code_ends_in_sites_or_a_reason(tried: Tried) -> None:
    seen = flood("analysis", ANALYSED, analysis, 60_000 if NIGHTLY else 200, tried)

    assert seen["sites"] > seen["inputs"] // 10, "hardly any mutation has a site: the fuzzing is blind"


@pytest.mark.timeout(14_400)
def test_fixed_mutations_parse_and_are_left_alone_by_a_second_pass(tried: Tried) -> None:
    seen = flood("fix", ANALYSED[len(SEEDS) :], fixing, 40_000 if NIGHTLY else 150, tried)

    assert seen["fixed"] > seen["inputs"] // 20, "hardly any mutation is fixed: the fuzzing is blind"


@pytest.mark.registry
@pytest.mark.timeout(14_400)
def test_mutations_of_real_releases_are_analysed_and_fixed(
    release: Callable[[str, str], Path], tried: Tried
) -> None:
    sources = tuple((release("next", version) / path).read_bytes() for version, path in REAL)
    flood("analysis-real", sources, analysis, 10_000 if NIGHTLY else 40, tried, aside)
    flood("fix-real", sources, fixing, 5_000 if NIGHTLY else 20, tried, aside)
