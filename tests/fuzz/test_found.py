"""Inputs that once broke a law, made small, and kept in `found/`."""

import pytest

from patcher.rule import STYLES
from tests.fuzz.finding import NAMES, looked_at, mended
from tests.fuzz.laws import everywhere
from tests.fuzz.node import no_worse
from tests.fuzz.seeds import SEEDS
from tests.fuzz.shrink import FOUND


def test_what_once_failed_holds() -> None:
    for path in sorted(FOUND.glob("*.js")):
        source = path.read_bytes()
        everywhere(source)
        for name in NAMES:
            looked_at(source, name)
        for style in STYLES:
            found = mended(source, style)
            no_worse(source, found.new if found is not None else source)


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_every_seed_is_rewritten_somewhere(number: int) -> None:
    assert any(result.edits for result in everywhere(SEEDS[number]))
