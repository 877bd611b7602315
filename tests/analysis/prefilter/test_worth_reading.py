"""The first filter on bytes, against all examples of the analysis: no file with a finding is passed over."""

import re
from itertools import product

import pytest

from patcher.analysis import handle_names, names
from patcher.analysis.file import examine
from patcher.analysis.meaning import Meaning
from patcher.analysis.prefilter.worth import worth_reading
from patcher.catalogue.load import families
from patcher.syntax.tree import Dialect

MEANINGS = {
    f"{module.__name__}.{name}": meaning
    for module in (names, handle_names)
    for name, meaning in vars(module).items()
    if isinstance(meaning, Meaning)
}
CHOICE = re.compile("«([^|»]*)(?:[|]([^»]*))?»")
EXAMPLES = {
    **{f"{family.id} retains": family.retains for family in families().values()},
    **{f"{family.id} frees": family.frees for family in families().values()},
    **{
        f"{name} {side}": CHOICE.sub(lambda choice, side=side: choice[side] or choice[1], meaning.example)  # type: ignore[misc]
        for (name, meaning), side in product(MEANINGS.items(), (1, 2))
        if meaning.example
    },
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_file_with_a_finding_is_worth_reading(example: str) -> None:
    source = EXAMPLES[example].encode()
    assert worth_reading(source) or not examine(source, Dialect.TYPESCRIPT).sites
