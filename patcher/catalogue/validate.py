"""Checks of a rule as it is loaded, for its author: what is wrong, in which rule of which file, and what to write.

A rule that cannot be right must not be passed over in silence: `check` would say that a project is clean. These
checks cost microseconds; what needs a parser or the ledger is checked by `nextfix rules --check`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from patcher.disk.presence import is_regular
from patcher.errors import RuleError
from patcher.model import Severity
from patcher.retention.kinds import Kept
from patcher.rule import STYLES, Family, HeldSlot, Package, Rewrite, Rule
from patcher.semver import can_hold_a_release, is_release

_METAVARIABLE = re.compile(r"\$(?:\$\$)?([A-Z_][A-Z0-9_]*)")
_WORD = re.compile(r"(?<![\w$])[A-Za-z_$][\w$]*")
_STRING = re.compile(r"""(["'`])(?:\\.|(?!\1).)*\1""")
_KEYWORD = re.compile(
    "async|await|break|case|catch|class|const|continue|default|delete|do|else|false|finally|for|function|if|in|"
    "instanceof|let|new|null|of|return|static|super|switch|this|throw|true|try|typeof|undefined|var|void|while|yield"
)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ASSIGNED = re.compile(r"^(\w+)\s*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_ROOT = re.compile(r"[^/\\].*")
_REQUIRED = ("documented", "single-flight")


def check_package(path: Path, module: ModuleType, folder: str) -> Package:
    """The PACKAGE of `module`.

    Raises:
        RuleError: there is none, or it is not about the folder's package.
    """
    record = getattr(module, "PACKAGE", None)
    if not isinstance(record, Package):
        raise RuleError(path, f"defines no PACKAGE; write PACKAGE = Package(name={folder!r})")
    if record.name != folder:
        raise RuleError(
            path, f"PACKAGE: the name is {record.name!r}, the folder {folder!r}; they must be equal"
        )
    for name in ("prereleases", "unserved", "development"):
        try:
            re.compile(getattr(record, name))
        except re.error as error:
            raise RuleError(path, f"PACKAGE: {name} is not a regular expression: {error}") from error
    if not is_release(record.prereleases_since):
        raise RuleError(path, f"PACKAGE: prereleases_since is {record.prereleases_since!r}; write a release")
    return record


def check_module(path: Path, module: ModuleType) -> tuple[Rule, ...]:
    """The rules of a module, each of them sound by itself.

    Raises:
        RuleError: a name of the module or a field of a rule cannot be right.
    """
    _check_names(path, module, ("RULE", "RULES"))
    one, several = getattr(module, "RULE", None), getattr(module, "RULES", None)
    if (one is None) == (several is None):
        raise RuleError(path, "must define RULE = Rule(...), or RULES = (Rule(...), ...) for several")
    if one is None and not isinstance(several, tuple):
        raise RuleError(path, f"RULES is a {type(several).__name__}; write a tuple: RULES = (Rule(...), ...)")
    found: tuple[object, ...] = (one,) if one is not None else tuple(several or ())
    if not found:
        raise RuleError(path, "RULES is empty; write a rule, or remove the file")
    for rule in found:
        if not isinstance(rule, Rule):
            raise RuleError(path, f"{rule!r} is not a Rule; write Rule(id=..., ...)")
        for reason in _wrong_in_rule(rule, path.parent):
            raise RuleError(path, f"{rule.id}: {reason}")
    return tuple(rule for rule in found if isinstance(rule, Rule))


def check_rules(package: str, found: Mapping[Path, tuple[Rule, ...]]) -> None:
    """Check that the rules of a package fit each other and their folder.

    Raises:
        RuleError: a rule is about another package, has another's id, or drives a file with another harness.
    """
    ids: dict[str, Path] = {}
    harnesses: dict[str, Rule] = {}
    for path, rules in found.items():
        for rule in rules:
            if rule.package != package or not rule.id.startswith(f"{package}/"):
                raise RuleError(
                    path, f"{rule.id}: stands in rules/{package}, so write package={package!r} and "
                    f"id={package + '/' + rule.id.rpartition('/')[2]!r}"
                )  # fmt: skip
            if rule.id in ids:
                raise RuleError(path, f"{rule.id}: {ids[rule.id].name} defines this id too; choose another")
            ids[rule.id] = path
            for file in rule.files:
                other = harnesses.setdefault(file, rule)
                if other.harness != rule.harness:
                    raise RuleError(
                        path, f"{rule.id}: {other.id} drives {file} with {other.harness}; name that harness"
                    )


def check_families(modules: Mapping[Path, ModuleType]) -> dict[str, Family]:
    """The families of the modules of rules/general by id.

    Raises:
        RuleError: a module defines none, or an id is defined twice.
    """
    found: dict[str, Family] = {}
    for path, module in modules.items():
        _check_names(path, module, ("FAMILY",))
        family = getattr(module, "FAMILY", None)
        if not isinstance(family, Family):
            raise RuleError(path, "defines no FAMILY; write FAMILY = Family(id=..., ...)")
        if family.id in found:
            raise RuleError(path, f"{family.id}: another module defines this id too; choose another")
        if family.asks_in_applications and family.severity is not Severity.NOTE:
            raise RuleError(
                path,
                f"{family.id}: asks_in_applications puts every finding in doubt; write severity=Severity.NOTE",
            )
        found[family.id] = family
    return found


def _check_names(path: Path, module: ModuleType, known: tuple[str, ...]) -> None:
    """Refuse module-level names that look like a rule and are not read as one, such as RULEX."""
    assigned = set(_ASSIGNED.findall(path.read_text(encoding="utf-8")))
    for name, value in vars(module).items():
        if name.startswith("_") or name in known or name not in assigned:
            continue
        if name.isupper() or isinstance(value, (Rule, Family, Rewrite, Package)):
            raise RuleError(
                path,
                f"{name}: is not read; the module defines {' or '.join(known)}, other names start with _",
            )


def _wrong_in_rule(rule: Rule, folder: Path) -> Iterator[str]:
    """What cannot be right in a rule by itself, the types of its fields first."""
    yield from _wrong_types(rule)
    yield from _wrong_severity(rule.severity)
    yield from (reason for slot in rule.held for reason in _wrong_in_held(slot))
    if not _NAME.fullmatch(rule.id.rpartition("/")[2]):
        yield "the part of the id after the package must be lower-case words with hyphens"
    if not rule.files:
        yield "files is empty; name the files that Node runs"
    for file in (*rule.files, *rule.dead):
        if not _ROOT.fullmatch(file) or ".." in file.split("/"):
            yield f"{file!r} is not a path inside the package"
    if not rule.rewrites:
        yield "rewrites is empty; write a Rewrite(find=..., write=...)"
    yield from _wrong_releases(rule)
    if not rule.harness:
        yield "names no harness; write harness='harness/NAME.cjs', a file beside the rule"
    elif not is_regular(folder / rule.harness):
        yield f"{rule.harness} does not exist; write it beside the rule"
    for style in set(rule.after_apply) - {"*", *STYLES}:
        yield f"after_apply: {style!r} is not a style; the styles are {', '.join(STYLES)}, or * for all"
    for rewrite in rule.rewrites:
        yield from _wrong_in_rewrite(rewrite)


def _wrong_in_held(slot: HeldSlot) -> Iterator[str]:
    yield from _wrong_types(slot)
    if slot.owner.startswith("(") and slot.owner.count("/") > 1:
        yield f"held: a heap names a file by its last two parts; write ({'/'.join(slot.owner.split('/')[-2:])}"


def _wrong_releases(rule: Rule) -> Iterator[str]:
    if rule.fixed_upstream and not is_release(rule.fixed_upstream):
        yield f"fixed_upstream is {rule.fixed_upstream!r}; write a release"
    yield from _wrong_range("versions", rule.versions)
    for versions, _ in rule.severity:
        yield from _wrong_range("severity", versions)


def _wrong_severity(severity: object) -> Iterator[str]:
    for part in severity if isinstance(severity, tuple) else ():
        if not (isinstance(part, tuple) and len(part) == 2 and isinstance(part[1], Severity)):
            yield f"severity holds {_short(part)}; write pairs (range, Severity.ERROR)"


def _wrong_in_rewrite(rewrite: Rewrite) -> Iterator[str]:
    yield from _wrong_types(rewrite)
    if rewrite.keeps not in get_args(Kept):
        yield f"keeps is {rewrite.keeps!r}; it is one of {', '.join(get_args(Kept))}"
    if not rewrite.find.strip():
        yield "a Rewrite has an empty find"
    elif not _names(rewrite.inside or rewrite.find):
        where = "inside" if rewrite.inside else "find"
        yield (
            f"{where} has no name but metavariables, and would be looked for everywhere; write one name that all "
            "releases have, or the head of its function as inside"
        )
    if not isinstance(rewrite.write, str):
        for style in rewrite.write:
            if style not in STYLES:
                yield f"write: {style!r} is not a style; the styles are {', '.join(STYLES)}"
        missing = [style for style in _REQUIRED if style not in rewrite.write]
        if missing:
            yield f"write: nothing is written in style {missing[0]}; add it, or write one text for all styles"
    if rewrite.times < 1:
        yield f"times is {rewrite.times}; a place occurs at least once"
    yield from _wrong_range("versions of a Rewrite", rewrite.versions)
    if rewrite.harmless:
        yield from _wrong_range("harmless", rewrite.harmless)
    yield from _unbound(rewrite)


def _names(text: str) -> frozenset[str]:
    """The names that a pattern has of its own, by which a search finds where to begin."""
    without = _STRING.sub("", _METAVARIABLE.sub("", text))
    return frozenset(word for word in _WORD.findall(without) if not _KEYWORD.fullmatch(word))


def _unbound(rewrite: Rewrite) -> Iterator[str]:
    """Metavariables that a template or slot names and the pattern does not bind."""
    bound = {*_METAVARIABLE.findall(rewrite.find)} - {"_"}
    templates = [rewrite.write] if isinstance(rewrite.write, str) else list(rewrite.write.values())
    for what, text in (*(("write", text) for text in templates), ("slot", rewrite.slot)):
        for name in _METAVARIABLE.findall(text):
            if name not in bound:
                near = f"find binds {', '.join(sorted(bound)) or 'none'}"
                yield f"{what}: ${name} is not bound by find; {near}"


def _wrong_range(what: str, versions: str) -> Iterator[str]:
    try:
        holds = can_hold_a_release(versions)
    except ValueError:
        yield f"{what}: {versions!r} is not a range as npm reads them; write '>=1.2.0 <2.0.0'"
        return
    if not holds:
        yield f"{what}: no release can lie in {versions!r}; its bounds exclude each other"


_TUPLES: dict[tuple[type, str], type | tuple[type, ...]] = {
    (Rule, "files"): str,
    (Rule, "dead"): str,
    (Rule, "references"): str,
    (Rule, "rewrites"): Rewrite,
    (Rule, "held"): HeldSlot,
    (Rule, "severity"): tuple,
    (Rewrite, "healthy"): str,
    (HeldSlot, "paths"): str,
}


def _wrong_types(record: Any) -> Iterator[str]:
    """Fields whose values are of another type than the record says: a string where a tuple is wanted, above all."""
    kind = type(record)
    for field in fields(record):
        value = getattr(record, field.name)
        item = _TUPLES.get((kind, field.name))
        if item is not None:
            if not isinstance(value, tuple):
                yield f"{field.name} is {_short(value)}; write a tuple: {field.name}=({_short(value)},)"
            elif not all(isinstance(part, item) for part in value):
                yield f"{field.name} holds {_short(next(p for p in value if not isinstance(p, item)))}"
        elif field.type is str and not isinstance(value, str):
            yield f"{field.name} is {_short(value)}; write a string"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
