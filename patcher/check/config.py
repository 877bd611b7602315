"""The configuration: `nextfix.toml`, or the key `nextfix` of package.json.

The nearest folder from the working directory upwards that has one counts, up to the root of the
repository. All paths and patterns in it start at that folder.
"""

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from patcher.disk.outside import MissingFileError, load_json, load_toml, read_if_there
from patcher.disk.presence import is_regular, is_there
from patcher.errors import ExitCode, NextfixError
from patcher.model import Severity
from patcher.text.nearest import did_you_mean

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from patcher.check.scope import Scope

TOML = "nextfix.toml"
PACKAGE = "package.json"
KEY = "nextfix"


@dataclass(frozen=True, slots=True)
class Config:
    """What the configuration says; None and empty where it says nothing.

    `severity` has None for a rule that is off. `include` and `exclude` are .gitignore patterns relative to
    `root`, `baseline` is ready to be opened.
    """

    file: Path | None = None
    root: Path = Path()
    scope: "frozenset[Scope] | None" = None
    fail_on: Severity | None = None
    severity: Mapping[str, Severity | None] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    style: str | None = None
    baseline: Path | None = None


def find_config(folder: Path) -> Path | None:
    """The configuration file that counts in `folder`, or None.

    Raises:
        NextfixError: USAGE when one folder has two, or a package.json on the way is not JSON.
    """
    for here in (folder, *folder.parents):
        found = list(_configs(here))
        if len(found) > 1:
            raise NextfixError(
                ExitCode.USAGE,
                f"there is also a key {KEY!r} in {PACKAGE} beside it",
                path=found[0],
                hint="keep one of the two",
            )
        if found:
            return found[0]
        if is_there(here / ".git"):
            return None
    return None


def _configs(folder: Path) -> Iterator[Path]:
    if is_regular(folder / TOML):
        yield folder / TOML
    package = folder / PACKAGE
    text = read_if_there(package, code=ExitCode.USAGE)
    if text is not None and b'"nextfix"' in text and KEY in _load_json(package):
        yield package


def load_config(file: Path | None) -> Config:
    """The configuration in `file`: a TOML file, or a package.json; the empty one for None.

    Raises:
        NextfixError: USAGE with the file, the key and what is allowed there.
    """
    if file is None:
        return Config()
    from patcher.check.scope import parse_scopes

    values = _load_json(file).get(KEY, {}) if file.suffix == ".json" else _load_toml(file)
    _validate(values, file)
    root = file.parent
    scope = values.get("scope")
    return Config(
        file=file,
        root=root,
        scope=parse_scopes([scope] if isinstance(scope, str) else scope) if scope else None,
        fail_on=Severity(values["fail-on"]) if "fail-on" in values else None,
        severity={
            rule: None if word == "off" else Severity(word)
            for rule, word in values.get("severity", {}).items()
        },
        include=tuple(values.get("include", ())),
        exclude=tuple(values.get("exclude", ())),
        style=values.get("style"),
        baseline=root / values["baseline"] if "baseline" in values else None,
    )


def configured_style(root: Path) -> str | None:
    """The style that the configuration of the project at `root` asks for, None when it names none.

    Raises:
        NextfixError: as `find_config` and `load_config` do.
    """
    return load_config(find_config(root.resolve())).style


def check_rule_names(config: Config, known: Collection[str]) -> None:
    """Refuse a severity for a rule that does not exist: it would silently do nothing.

    Raises:
        NextfixError: USAGE with the nearest names.
    """
    for name in config.severity:
        if name not in known:
            raise NextfixError(
                ExitCode.USAGE,
                f"severity: there is no rule {name!r}",
                path=config.file,
                hint=did_you_mean(name, known, "see 'nextfix rules'"),
            )


def path_filter(patterns: Collection[str], root: Path) -> Callable[[str], bool]:
    """Whether a path, relative to the working directory, matches .gitignore `patterns` that start at `root`.

    A path outside `root` matches nothing, and without patterns nothing does.
    """
    if not patterns:
        return lambda _: False
    from patcher.text.gitignore import IgnoreRules

    rules = IgnoreRules(patterns)
    base = os.path.abspath(root)

    def matches(path: str) -> bool:
        folder = "/" if path.endswith("/") else ""
        inside = os.path.relpath(os.path.abspath(path), base).replace(os.sep, "/")
        return not inside.startswith("../") and rules.leaves_out(inside + folder)

    return matches


@cache
def config_schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of the configuration, as shipped in the package."""
    text = Path(__file__).with_name("config.schema.json").read_text("utf-8")
    return cast(Mapping[str, Any], json.loads(text))


def _load_toml(file: Path) -> dict[str, Any]:
    with _asked_for(file):
        values: dict[str, Any] = load_toml(file, code=ExitCode.USAGE)
        return values


def _load_json(file: Path) -> dict[str, Any]:
    with _asked_for(file):
        values = load_json(file, code=ExitCode.USAGE)
    return values if isinstance(values, dict) else {}


@contextmanager
def _asked_for(file: Path) -> Iterator[None]:
    """Call a configuration that is not there a usage error: somebody named it."""
    try:
        yield
    except MissingFileError:
        raise NextfixError(ExitCode.USAGE, "there is no such configuration", path=file) from None


def _validate(values: object, file: Path) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(config_schema()).iter_errors(values))
    if error is not None:
        key, reason, hint = _explained(error)
        place = f"{KEY}.{key}" if file.name == PACKAGE and key else key or KEY
        raise NextfixError(ExitCode.USAGE, f"{place}: {reason}", path=file, hint=hint)


def _explained(error: "ValidationError") -> tuple[str, str, str]:
    """The key, what is wrong with it, and what is allowed, of a schema's error."""
    while error.context:
        error = error.context[-1 if isinstance(error.instance, list) else 0]
    key = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        allowed = [name for name in config_schema()["properties"] if name != "$schema"]
        unknown = next(name for name in cast(Mapping[str, object], error.instance) if name not in allowed)
        return unknown, "there is no such key", f"write one of {', '.join(allowed)}"
    if error.validator == "enum":
        words = ", ".join(cast(list[str], error.validator_value))
        return key, f"{error.instance!r} is not allowed", f"write one of {words}"
    if error.validator == "type":
        return key, f"{error.instance!r} is not of type {error.validator_value}", ""
    return key, error.message, ""
