"""One value of a JSON file changes, and nothing else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patcher.syntax.json_text import UneditableJsonError, with_value, without_value

keys = st.text(min_size=1, max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | keys, lambda inner: st.lists(inner, max_size=2)
)
objects = st.dictionaries(keys, values | st.dictionaries(keys, values, max_size=3), max_size=4)
layouts = st.sampled_from([None, 2, 4, "\t"])


@settings(deadline=None)
@given(objects, layouts, st.booleans(), st.booleans())
def test_adding_a_new_object_and_taking_it_away_gives_back_every_byte(
    data: dict[str, object], indent: int | str | None, windows: bool, mark: bool
) -> None:
    data.pop("added!", None)
    text = json.dumps(data, indent=indent) + "\n"
    source = (b"\xef\xbb\xbf" if mark else b"") + text.replace("\n", "\r\n" if windows else "\n").encode()

    new = with_value(source, ("added!", "next@13.1.6"), "patches/next.patch")
    back = without_value(without_value(new, ("added!", "next@13.1.6")), ("added!",))

    assert json.loads(new.decode("utf-8-sig")) == {**data, "added!": {"next@13.1.6": "patches/next.patch"}}
    assert back == source or not data


@settings(deadline=None)
@given(objects, layouts)
def test_the_order_of_keys_stays(data: dict[str, object], indent: int | str | None) -> None:
    source = json.dumps({"name": "x", **data}, indent=indent).encode()

    assert list(json.loads(with_value(source, ("name",), "y"))) == list(json.loads(source))


def test_a_member_is_added_in_the_layout_of_its_neighbours() -> None:
    source = b'{\r\n\t"a": { "b": 1 },\r\n\t"c": {\r\n\t\t"d": 2\r\n\t}\r\n}'

    assert with_value(source, ("a", "x"), "1") == source.replace(b'"b": 1', b'"b": 1, "x": "1"')
    assert with_value(source, ("c", "x"), "1") == source.replace(b'"d": 2', b'"d": 2,\r\n\t\t"x": "1"')


@pytest.mark.parametrize("source", [b"[]", b"{", b"", b'{"a": 1,}', b'{"a": 1} // note', b'{"scripts": []}'])
def test_what_is_no_json_object_is_refused(source: bytes) -> None:
    with pytest.raises(UneditableJsonError):
        with_value(source, ("scripts", "postinstall"), "x")


def test_of_a_key_that_stands_twice_the_one_that_counts_is_changed() -> None:
    assert json.loads(with_value(b'{"a": {"x": "1"}, "a": {"x": "2"}}', ("a", "x"), "3")) == {"a": {"x": "3"}}
