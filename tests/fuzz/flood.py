"""Trying many mutations against a law, counting them, and making those that break it small."""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.fuzz.mutate import mutated
from tests.fuzz.shrink import keep, shrunk

NIGHTLY = os.environ.get("NEXTFIX_NIGHTLY") == "1"
SEED = int(os.environ.get("NEXTFIX_FUZZ_SEED", "0"))  # for another night
MOST = 5  # failures that are made small before a flood is given up
SMALL_ENOUGH = 200_000  # bytes of a failing input that is made small: every try costs what the input costs

Law = Callable[[bytes], set[str]]


def flood(
    kind: str,
    sources: Sequence[bytes],
    law_of: Callable[[random.Random, int], Law],
    count: int,
    tried: Callable[..., None],
    found: Callable[[bytes, str], Path] = keep,
) -> Counter[str]:
    """Try `count` mutations; those that break their law are made small, given to `found`, and fail the test.

    Args:
        kind: what is tried, for the sum that the session prints and for the name of a failing input.
        sources: what is mutated.
        law_of: draws a law for the source with a number; a law says what was seen in an input, or raises.
        count: the number of inputs.
        tried: counts inputs by kind.
        found: keeps a failing input.

    Returns:
        How many inputs were tried (`inputs`), and in how many each thing that the laws tell of was seen.
    """
    chance = random.Random(f"{SEED}")
    seen: Counter[str] = Counter()
    kept: list[str] = []
    for number in range(count):
        at = chance.randrange(len(sources))
        law = law_of(chance, at)
        source = mutated(sources[at], chance, tuple(sources))
        tried(f"{kind}: mutations")
        seen["inputs"] += 1
        try:
            seen.update(law(source))
        except Exception:
            small = shrunk(law, source) if len(source) < SMALL_ENOUGH else source
            kept.append(str(found(small, f"{kind}-{SEED}-{number}")))
            if len(kept) == MOST:
                break
    assert not kept, f"{len(kept)} of {seen['inputs']} inputs broke a law: {', '.join(kept)}"
    return seen


def aside(source: bytes, name: str) -> Path:
    """Real code is nobody's to commit: it is left outside the repository, to be written anew by hand."""
    path = Path(tempfile.gettempdir()) / f"nextfix-{name}.js"
    path.write_bytes(source)
    return path
