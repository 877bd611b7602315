"""Parsing what somebody else wrote."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.errors import ExitCode, NextfixError
from patcher.text.formats import MOST_TOML, MOST_YAML, parse_json, parse_toml, parse_yaml

Parse = Callable[[bytes, str], Any]

HOSTILE: list[tuple[str, Parse, bytes]] = [
    ("200,000 open lists", parse_json, b"[" * 200_000),
    ("150 closed lists", parse_json, b"[" * 150 + b"]" * 150),
    ("lists in objects", parse_json, b'{"a":[' * 60 + b"]}" * 60),
    ("a number of 5,000 digits", parse_json, b"1" * 5000),
    ("not a number", parse_json, b"NaN"),
    ("infinity", parse_json, b"[-Infinity]"),
    ("millions of lists", parse_json, b"[" + b"[]," * 2_000_001 + b"[]]"),
    ("another encoding", parse_json, '{"a": "é"}'.encode("latin-1")),
    ("nothing", parse_json, b""),
    ("deep lists", parse_toml, b"a = " + b"[" * 5000),
    ("deep tables", parse_toml, b"a = " + b"{a=" * 5000),
    ("a deep key", parse_toml, b"a" + b".a" * 5000 + b" = 1"),
    ("a key that takes gigabytes", parse_toml, b"a" + b".a" * 100_000 + b" = 1"),
    ("too large", parse_toml, b"#" * (MOST_TOML + 1)),
    ("a number of 5,000 digits", parse_toml, b"a = " + b"1" * 5000),
    ("no date", parse_toml, b"a = 2020-13-45"),
    ("another encoding", parse_toml, 'a = "é"'.encode("latin-1")),
    ("deep flow lists", parse_yaml, b"[" * 5000),
    ("closed deep flow lists", parse_yaml, b"[" * 150 + b"]" * 150),
    ("deep blocks", parse_yaml, b"- " * 5000),
    ("a value that holds itself", parse_yaml, b"&a [*a]"),
    ("an unknown alias", parse_yaml, b"a: *b"),
    ("a key that is a list", parse_yaml, b"? [a]\n: b"),
    ("a control character", parse_yaml, b"a: \x01"),
    ("too large", parse_yaml, b"#" * (MOST_YAML + 1)),
]


@pytest.mark.parametrize(("parse", "data"), [pytest.param(p, d, id=i) for i, p, d in HOSTILE])
def test_whatever_is_wrong_with_a_text_is_one_error_with_its_file(parse: Parse, data: bytes) -> None:
    with pytest.raises(NextfixError) as caught:
        parse(data, "odd.file")

    assert caught.value.code == ExitCode.DEFECT
    assert str(caught.value).startswith("odd.file: is not ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_text_that_is_in_order_is_parsed() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": [1, 2.5, "\\ud83d\\ude00"]}', "f") == {"a": [1, 2.5, "😀"]}
    assert parse_json(b"[" * 90 + b"]" * 90, "f")
    assert parse_json(b'{"a": "' + b"[" * 1000 + b'"}', "f") == {"a": "[" * 1000}
    assert parse_toml(b'[a.b]\nc = ["d"]\n', "f") == {"a": {"b": {"c": ["d"]}}}
    assert parse_yaml(b"packages:\n  - 'a/*'\n  - \"!b\"\nx: &y [1]\nz: *y\n", "f") == {
        "packages": ["a/*", "!b"],
        "x": ["1"],
        "z": ["1"],
    }


def test_scalars_of_yaml_are_text_as_they_stand_there() -> None:
    text = b"a: 2020-13-45\nb: 1.10\nc: yes\nd: 1:99\ne: 0b\nf: ~\n"

    assert parse_yaml(text, "f") == {
        "a": "2020-13-45",
        "b": "1.10",
        "c": "yes",
        "d": "1:99",
        "e": "0b",
        "f": "~",
    }


def test_a_manifest_in_another_encoding_is_read_as_node_reads_it() -> None:
    assert parse_json('{"author": "J\xe9"}'.encode("latin-1"), "f", lenient=True) == {"author": "J\ufffd"}


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    for parse in (parse_json, parse_toml, parse_yaml):
        try:
            parse(data, "f")
        except NextfixError as error:
            assert error.code == ExitCode.DEFECT  # noqa: PT017 (a refusal is one of two right outcomes)


def test_aliases_that_multiply_are_not_followed_twice() -> None:
    lines = [b"a0: &a0 [x, x]"]
    lines += [b"a%d: &a%d [*a%d, *a%d, *a%d]" % (n, n, n - 1, n - 1, n - 1) for n in range(1, 60)]
    start = time.monotonic()

    assert parse_yaml(b"\n".join(lines), "f")["a0"] == ["x", "x"]
    assert time.monotonic() - start < 60  # each alias followed by itself would be 3 to the 60th
