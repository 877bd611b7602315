"""One entry is added to a YAML mapping, and every other line stays."""

import pytest
import yaml

from patcher.text.yaml_text import UneditableYamlError, with_entry


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "m:\n  k: v\n"),
        ("a: 1", "a: 1\nm:\n  k: v\n"),
        ("a: 1\r\n", "a: 1\r\nm:\r\n  k: v\r\n"),
        ("m:\n    x: y # why\n\n# next\nb: 2\n", "m:\n    x: y # why\n    k: v\n\n# next\nb: 2\n"),
        ("m:\n  x: y", "m:\n  x: y\n  k: v\n"),
        ("m:\n  k: old # why\n", "m:\n  k: v # why\n"),
    ],
)
def test_the_entry_is_added_and_comments_stay(text: str, expected: str) -> None:
    assert with_entry(text, "m", "k", "v") == expected


def test_what_yaml_would_read_otherwise_is_quoted() -> None:
    text = with_entry("", "m", "@scope/next@13", "it's: here")

    assert yaml.safe_load(text) == {"m": {"@scope/next@13": "it's: here"}}


@pytest.mark.parametrize("text", ["- a\n", "m: [\n", "m: {x: y}\n", "m: [a]\n", "m: text\n"])
def test_a_layout_without_a_place_for_it_is_refused(text: str) -> None:
    with pytest.raises(UneditableYamlError):
        with_entry(text, "m", "k", "v")
