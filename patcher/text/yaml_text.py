"""Adding one entry to a mapping of a YAML file without touching the rest: comments and layout stay.

PyYAML says where each value stands in the text; what is written is read back and compared with what was meant.
"""

from collections.abc import Mapping
from typing import Any


class UneditableYamlError(ValueError):
    """The file is not a YAML mapping, or its layout leaves no place for the entry."""


def with_entry(text: str, mapping: str, key: str, value: str) -> str:
    """`text`, a YAML mapping, with `key: value` in its top-level mapping `mapping`, which is added if missing.

    Raises:
        UneditableYamlError: when that cannot be done without rewriting other lines.
    """
    import yaml

    expected = _read(text)
    inner = expected.get(mapping) or {}
    if not isinstance(inner, dict):
        raise UneditableYamlError(f"{mapping} is not a mapping")
    expected[mapping] = {**inner, key: value}
    new = _edited(text, yaml.compose(text, Loader=yaml.SafeLoader), mapping, key, value)
    if _read(new) != expected:
        raise UneditableYamlError("its layout is too unusual to be edited; change it by hand")
    return new


def with_entries(source: bytes, mapping: str, entries: Mapping[str, str]) -> bytes:
    """The YAML text `source` with `entries` in its top-level mapping `mapping`; errors as for `with_entry`."""
    text = source.decode("utf-8")
    for key, value in entries.items():
        text = with_entry(text, mapping, key, value)
    return text.encode("utf-8")


def without_entry(source: bytes, mapping: str, key: str) -> bytes:
    """The YAML text `source` without `key` in its top-level mapping `mapping`, which goes when it is empty then.

    Raises:
        UneditableYamlError: when that cannot be done without rewriting other lines.
    """
    import yaml

    text = source.decode("utf-8")
    expected = _read(text)
    inner = expected.get(mapping)
    if not isinstance(inner, dict) or key not in inner:
        return source
    del inner[key]
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = {pair[0].value: pair for pair in root.value}
    first, last = pairs[mapping]
    if inner:
        first, last = next(pair for pair in last.value if pair[0].value == key)
    else:
        del expected[mapping]
        last = last.value[-1][1]  # a mapping itself ends where the next token begins
    start = text.rfind("\n", 0, first.start_mark.index) + 1
    end = text.find("\n", last.end_mark.index) + 1 or len(text)
    new = text[:start] + text[end:]
    if _read(new) != expected:
        raise UneditableYamlError("its layout is too unusual to be edited; change it by hand")
    return new.encode("utf-8")


def _read(text: str) -> dict[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UneditableYamlError(f"not YAML: {error}") from error
    if data is not None and not isinstance(data, dict):
        raise UneditableYamlError("not a YAML mapping")
    return data or {}


def _edited(text: str, root: Any, mapping: str, key: str, value: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    line = f"{_scalar(key)}: {_scalar(value)}"
    node = next((v for k, v in root.value if k.value == mapping), None) if root is not None else None
    if node is None:
        gap = "" if not text or text.endswith("\n") else newline
        return f"{text}{gap}{mapping}:{newline}  {line}{newline}"
    found = next((v for k, v in node.value if k.value == key), None)
    if found is not None:
        return text[: found.start_mark.index] + _scalar(value) + text[found.end_mark.index :]
    if node.flow_style or not node.value:
        raise UneditableYamlError(f"{mapping} is not written as a block")
    last, indent = node.value[-1][1], " " * node.value[0][0].start_mark.column
    end = text.find("\n", last.end_mark.index)
    end = len(text) if end < 0 else end + 1
    gap = "" if text[:end].endswith("\n") else newline
    return f"{text[:end]}{gap}{indent}{line}{newline}{text[end:]}"


def _scalar(text: str) -> str:
    """`text` as a YAML scalar: plain where that reads back as itself, else in single quotes."""
    import yaml

    try:
        plain = yaml.safe_load(f"a: {text}") == {"a": text} and yaml.safe_load(f"{text}: a") == {text: "a"}
    except yaml.YAMLError:
        plain = False
    return text if plain else "'" + text.replace("'", "''") + "'"
