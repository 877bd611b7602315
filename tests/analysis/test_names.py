"""What names mean to the analysis, as data: the example of each meaning, with the name and with another one."""

import re

import pytest

from patcher.analysis import handle_names, names
from patcher.analysis.file import analyse
from patcher.analysis.meaning import Meaning, Words
from patcher.syntax.tree import Dialect

MEANINGS = {
    name: value
    for name, value in [
        *vars(names).items(),
        *vars(handle_names).items(),
        *((f"HANDLE_CLASSES {name.decode()}", value) for name, value in handle_names.HANDLE_CLASSES.items()),
    ]
    if isinstance(value, Meaning)
}
_CHOICE = re.compile(r"«([^|»]+)\|([^»]+)»")
_LOAD = "\nasync function load() {}\n"


def both(meaning: Meaning) -> tuple[str, str]:
    """The name in the example of a meaning, and the one that does not mean it."""
    choice = _CHOICE.search(meaning.example)
    assert choice is not None, meaning.example
    return choice[1], choice[2]


def found(meaning: Meaning, name: str) -> list[tuple[str, str]]:
    """The family and the growth of the sites in the example with `name` in every place of its own."""
    own, _ = both(meaning)
    example = _CHOICE.sub(own, meaning.example)
    source = re.sub(rf"(?<![\w$]){re.escape(own)}(?![\w$])", lambda _: name, example) + _LOAD
    dialect = Dialect.TYPESCRIPT if "Promise<" in source else Dialect.JAVASCRIPT
    return [(site.family, site.growth) for site in analyse(source.encode(), dialect)]


@pytest.mark.parametrize("meaning", MEANINGS.values(), ids=MEANINGS)
def test_the_name_decides_and_its_twin_does_not(meaning: Meaning) -> None:
    name, twin = both(meaning)

    assert found(meaning, name) != found(meaning, twin)


@pytest.mark.parametrize("meaning", MEANINGS.values(), ids=MEANINGS)
def test_a_meaning_has_a_reason(meaning: Meaning) -> None:
    assert len(meaning.reason) > 10


WORDS = [(key, word) for key, value in MEANINGS.items() if isinstance(value, Words) for word in value.words]


@pytest.mark.parametrize(("key", "word"), sorted(WORDS), ids=lambda value: str(value))
def test_every_word_of_a_meaning_decides(key: str, word: bytes) -> None:
    meaning = MEANINGS[key]
    _, twin = both(meaning)

    assert found(meaning, word.decode()) != found(meaning, twin)
