"""Mutated JavaScript, our own and real: no crash, no hang, and no rewrite that is not sound."""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from patcher.model import Verdict
from patcher.rule import STYLES
from tests.fuzz.laws import RELEASES, judged
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import SEEDS
from tests.fuzz.shrink import keep, shrunk

NIGHTLY = os.environ.get("NEXTFIX_NIGHTLY") == "1"
SEED = int(os.environ.get("NEXTFIX_FUZZ_SEED", "0"))  # for another night

REAL = (
    ("9.5.5", "dist/next-server/lib/loadable.js"),
    ("10.2.3", "dist/server/next.js"),
    ("12.3.4", "dist/shared/lib/loadable.js"),
    ("13.3.4", "dist/server/next.js"),
    ("13.4.9", "dist/server/base-server.js"),
    ("13.4.12", "dist/server/web/sandbox/context.js"),
    ("15.5.29", "dist/server/lib/disk-lru-cache.external.js"),
)


def fuzz(
    sources: tuple[bytes, ...], releases: tuple[str, ...], count: int, found: Callable[[bytes, str], Path]
) -> Counter[str]:
    """Try `count` mutations; the first that breaks a law is made small, given to `found`, and fails the test."""
    chance = random.Random(SEED)
    seen: Counter[str] = Counter()
    for number in range(count):
        at = chance.randrange(len(sources))
        release = releases[at] if len(releases) == len(sources) else chance.choice(releases)
        law = partial(judged, style=chance.choice(STYLES), release=release)
        source = mutated(sources[at], chance, sources)
        try:
            verdicts = {result.verdict for result in law(source)}
        except Exception as error:
            path = found(shrunk(law, source), f"mutation-{SEED}-{number}")
            raise AssertionError(f"input {number} broke a law, see {path}") from error
        seen["inputs"] += 1
        seen["affected"] += Verdict.AFFECTED in verdicts
    return seen


def test_mutations_of_our_own_code_break_no_law(capsys: pytest.CaptureFixture[str]) -> None:
    seen = fuzz(SEEDS, RELEASES, 80_000 if NIGHTLY else 600, keep)
    with capsys.disabled():
        print(f"\nmutations of our own code: {dict(seen)}")
    assert seen["affected"] > seen["inputs"] // 50, "hardly any mutation still matches: the fuzzing is blind"


@pytest.mark.registry
def test_mutations_of_real_releases_break_no_law(
    release: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    sources = tuple((release("next", version) / path).read_bytes() for version, path in REAL)
    seen = fuzz(sources, tuple(version for version, _ in REAL), 10_000 if NIGHTLY else 100, _aside)
    with capsys.disabled():
        print(f"\nmutations of real releases: {dict(seen)}")
    assert seen["affected"] > seen["inputs"] // 10


def _aside(source: bytes, name: str) -> Path:
    """Real code is nobody's to commit: it is left outside the repository, to be written anew by hand."""
    path = Path(tempfile.gettempdir()) / f"nextfix-{name}.js"
    path.write_bytes(source)
    return path
