"""Inputs that once broke a law, made small, and kept in `found/`."""

import pytest

from tests.fuzz.laws import everywhere
from tests.fuzz.seeds import SEEDS
from tests.fuzz.shrink import FOUND


def test_what_once_failed_holds() -> None:
    for path in sorted(FOUND.glob("*.js")):
        everywhere(path.read_bytes())


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_every_seed_is_rewritten_somewhere(number: int) -> None:
    assert any(result.edits for result in everywhere(SEEDS[number]))
