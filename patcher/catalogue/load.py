"""rules/ as records: each module is run once, from nextfix's own folder, and checked when it is read.

The folders of rules/ are the packages (`rules/next`, `rules/@smithy/node-http-handler`); `rules/general` holds the
families of the general analysis. Nothing of a project is ever loaded.
"""

import hashlib
import os
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import patcher
from patcher.disk.presence import is_a_folder, is_regular
from patcher.errors import ExitCode, NextfixError, RuleError
from patcher.text.nearest import did_you_mean

if TYPE_CHECKING:
    from patcher.rule import Family, Package, Rule

GENERAL = "general"


def data_folder(name: str) -> Path:
    """`rules` or `patches`: inside the package in a wheel, beside it in a checkout.

    Raises:
        NextfixError: DEFECT when the installation lacks it.
    """
    package = Path(patcher.__file__).resolve().parent
    for folder in (package / name, package.parent / name):
        if is_a_folder(folder):
            return folder
    raise NextfixError(
        ExitCode.DEFECT, f"this installation has no {name} folder", path=package, hint="reinstall nextfix"
    )


@cache
def packages() -> tuple[str, ...]:
    """The names of the packages that rules are about: the folders of rules/. No rule is loaded."""
    found: list[str] = []
    for entry in os.scandir(data_folder("rules")):
        if entry.name.startswith("@"):
            found += (f"{entry.name}/{below.name}" for below in os.scandir(entry.path) if below.is_dir())
        elif entry.is_dir() and entry.name != GENERAL and not entry.name.startswith(("_", ".")):
            found.append(entry.name)
    return tuple(sorted(found))


def package_folder(package: str) -> Path:
    """The folder of the rules of `package`."""
    return data_folder("rules") / package


@cache
def package_record(package: str) -> "Package":
    """The PACKAGE of rules/NAME/__init__.py.

    Raises:
        RuleError: it is missing, or is not right.
    """
    from patcher.catalogue.validate import check_package

    path = package_folder(package) / "__init__.py"
    if not is_regular(path):
        raise RuleError(path, f"is missing; write PACKAGE = Package(name={package!r})")
    return check_package(path, load_module(path), package)


def runs_in_production(package: str, path: str) -> bool:
    """Whether a production server runs the file `path` of a package, as far as its record says."""
    import re

    if package not in packages():
        return True
    development = package_record(package).development
    return not (development and re.match(development, path))


@cache
def rules_of(package: str) -> "tuple[Rule, ...]":
    """The rules of one package, by id; none when there is no such folder.

    Raises:
        RuleError: a rule of it cannot be right.
    """
    from patcher.catalogue.validate import check_module, check_rules

    if package not in packages():
        return ()
    package_record(package)
    modules = {path: load_module(path) for path in rule_modules(package)}
    found = {path: check_module(path, module) for path, module in modules.items()}
    check_rules(package, found)
    return tuple(sorted((rule for rules in found.values() for rule in rules), key=lambda rule: rule.id))


@cache
def rules() -> "tuple[Rule, ...]":
    """The rules of every package, by id.

    Raises:
        RuleError: a rule cannot be right.
    """
    return tuple(sorted((rule for name in packages() for rule in rules_of(name)), key=lambda rule: rule.id))


@cache
def families() -> "dict[str, Family]":
    """Every family of the general analysis by its id, in the order of the modules' names.

    Raises:
        RuleError: a family cannot be right.
    """
    from patcher.catalogue.validate import check_families

    return check_families({path: load_module(path) for path in rule_modules(GENERAL)})


def rule_modules(folder: str) -> tuple[Path, ...]:
    """The modules of one folder of rules/."""
    return tuple(path for path in sorted(package_folder(folder).glob("*.py")) if path.name != "__init__.py")


@cache
def load_module(path: Path) -> ModuleType:
    """The module at `path`, run once in a process.

    Raises:
        RuleError: it does not run.
    """
    import importlib.util

    name = f"nextfix_rules.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise RuleError(path, "cannot be loaded as a Python module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise RuleError(path, f"does not run: {type(error).__name__}: {error}") from error
    return module


def shared(name: str) -> ModuleType:
    """The module rules/_shared/NAME.py: titles and rewrites that the rules of several packages have in common.

    Raises:
        RuleError: it does not run.
    """
    return load_module(data_folder("rules") / "_shared" / f"{name}.py")


def path_of(rule: "Rule") -> Path:
    """The module that defines `rule`."""
    for path in rule_modules(rule.package):
        module = load_module(path)
        if rule in (getattr(module, "RULE", None), *getattr(module, "RULES", ())):
            return path
    raise LookupError(rule.id)


def rule_named(identifier: str, known: "tuple[Rule, ...]") -> "Rule":
    """The rule of `known` with that id.

    Raises:
        NextfixError: USAGE when there is none, with the nearest ids.
    """
    for rule in known:
        if rule.id == identifier:
            return rule
    raise NextfixError(
        ExitCode.USAGE,
        f"there is no rule {identifier!r:.80}",
        hint=did_you_mean(identifier, (rule.id for rule in known), "see 'nextfix rules'"),
    )


def forget() -> None:
    """Read rules/ again at the next question: a rule was written, or a test gave another folder."""
    for cached in (packages, package_record, rules_of, rules, families, load_module, stamp, fingerprint):
        cached.cache_clear()


@cache
def stamp() -> str:
    """What tells two catalogues apart without loading either: nextfix's version and its rule and ledger files.

    A receipt that carries another stamp is looked at again; an equal one is trusted for its rules.
    """
    parts = [patcher.__version__]
    for name in ("rules", "patches"):
        for folder, _, files in sorted(os.walk(data_folder(name))):
            for file in sorted(files):
                if file.endswith((".py", ".json")):
                    status = os.stat(os.path.join(folder, file))
                    parts.append(f"{name}/{file} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def fingerprint() -> str:
    """A hash of what the rules and the ledger say: equal on every machine that has the same ones.

    Unlike `stamp` it reads the files, so it is for keys that leave the machine.
    """
    found = hashlib.sha256()
    for name in ("rules", "patches"):
        folder = data_folder(name)
        for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".json")):
            text = path.read_bytes().replace(b"\r\n", b"\n")
            found.update(f"{name}/{path.relative_to(folder).as_posix()} {len(text)}\n".encode() + text)
    return found.hexdigest()[:16]
