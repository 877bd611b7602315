"""JSON, TOML and YAML that somebody else wrote: parsed with bounds, and with one error for all that can go wrong.

The parsers of Python are made for files that one trusts: they raise some ten kinds of error, and nest as deep as the
text does, so that whoever walks the result runs out of stack. No file that a person or a package manager writes
comes near the bounds.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from patcher.errors import ExitCode, NextfixError

DEEPEST = 100  # objects and lists in one another; a package.json or a lockfile has less than ten
MOST_CONTAINERS = 2_000_000  # a Plug'n'Play map of 10,000 packages has 100,000
MOST_TOML = 256 * 1024  # bytes
MOST_DOTS = 200  # in one line of TOML: for a key of n parts the parser keeps n * n / 2 of them
MOST_YAML = 1024 * 1024  # bytes; the parser needs about two seconds for them


def parse_json(
    data: bytes, path: Path | str, *, code: ExitCode = ExitCode.DEFECT, hint: str = "", lenient: bool = False
) -> Any:
    """Parse the JSON text `data`, with or without a byte order mark.

    Args:
        data: the text, in UTF-8.
        path: the file that it came from, for the error.
        code: the exit code of the error.
        hint: what the user can do about a file that is not JSON.
        lenient: take bytes that are not UTF-8 for U+FFFD, as Node does.

    Raises:
        NextfixError: `code` when it is not JSON (neither are NaN and numbers of 5,000 digits), or nests too deep.
    """

    def parse() -> Any:
        import json

        text = data.decode("utf-8-sig", "replace" if lenient else "strict")
        openers = data.count(b"[") + data.count(b"{")
        if openers > MOST_CONTAINERS:
            raise ValueError(f"more than {MOST_CONTAINERS:,} lists and objects")
        value = json.loads(text, parse_constant=_refuse_constant)
        if openers > DEEPEST:
            _refuse_deep(value)
        return value

    return _parsed(parse, "JSON", path, code, hint)


def parse_toml(data: bytes, path: Path | str, *, code: ExitCode = ExitCode.DEFECT, hint: str = "") -> Any:
    """Parse the TOML text `data`; arguments and errors as for `parse_json`."""

    def parse() -> Any:
        import tomllib

        if len(data) > MOST_TOML:
            raise ValueError(f"larger than {MOST_TOML:,} bytes")
        if any(line.count(b".") > MOST_DOTS for line in data.splitlines()):
            raise ValueError(f"a line has more than {MOST_DOTS} dots")
        value = tomllib.loads(data.decode("utf-8-sig"))
        _refuse_deep(value)
        return value

    return _parsed(parse, "TOML", path, code, hint)


def parse_yaml(data: bytes, path: Path | str, *, code: ExitCode = ExitCode.DEFECT, hint: str = "") -> Any:
    """Parse the YAML text `data`; arguments and errors as for `parse_json`.

    Every scalar is text, as it stands there: `1.10` does not become a number nor `2020-13-45` an error.
    """

    def parse() -> Any:
        import yaml

        if len(data) > MOST_YAML:
            raise ValueError(f"larger than {MOST_YAML:,} bytes")
        text, loader = data.decode("utf-8-sig"), getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        _refuse_deep_events(yaml.parse(text, Loader=loader))
        value = yaml.load(text, Loader=loader)
        _refuse_deep(value)
        return value

    return _parsed(parse, "YAML", path, code, hint)


def _refuse_deep_events(events: Iterable[Any]) -> None:
    """Raise ValueError when `events` of YAML nest too deep: the loader would overflow the stack of the process."""
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST} levels")


def _parsed(parse: Callable[[], Any], kind: str, path: Path | str, code: ExitCode, hint: str) -> Any:
    try:
        return parse()
    except RecursionError as error:
        raise NextfixError(code, f"is not {kind}: nested too deep", path=path, hint=hint) from error
    except Exception as error:  # YAML alone raises seven kinds that are not its own
        lines = str(error).split("\n")
        reason = " ".join(line.strip() for line in lines)[:200] or type(error).__name__
        raise NextfixError(code, f"is not {kind}: {reason}", path=path, hint=hint) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _refuse_deep(value: Any) -> None:
    """Raise ValueError when `value` has more than DEEPEST levels, as one that contains itself has."""
    level = [value]
    for _ in range(DEEPEST):
        below = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, (dict, list))  # twice as fast as their union
        ]
        level = list({id(item): item for item in below}.values())
        if not level:
            return
    raise ValueError(f"nested deeper than {DEEPEST} levels")
