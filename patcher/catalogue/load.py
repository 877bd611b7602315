"""rules/ as Rule records. Rule modules are read from one folder, nextfix's own: nothing of a project is loaded."""

import hashlib
import os
from functools import cache
from pathlib import Path

import patcher
from patcher.errors import ExitCode, NextfixError
from patcher.rule import Rule


def data_folder(name: str) -> Path:
    """`rules` or `patches`: inside the package in a wheel, beside it in a checkout.

    Raises:
        NextfixError: DEFECT when the installation lacks it.
    """
    package = Path(patcher.__file__).resolve().parent
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise NextfixError(
        ExitCode.DEFECT, f"this installation has no {name} folder", path=package, hint="reinstall nextfix"
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by id.

    Raises:
        NextfixError: DEFECT when a rule's module cannot be loaded.
    """
    found: list[Rule] = []
    for path in sorted(data_folder("rules").rglob("*.py")):
        found.extend(_rules_of(path))
    return tuple(sorted(found, key=lambda rule: rule.id))


def _rules_of(path: Path) -> tuple[Rule, ...]:
    import importlib.util

    spec = importlib.util.spec_from_file_location(f"nextfix_rules.{path.stem}", path)
    if spec is None or spec.loader is None:
        return ()
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise NextfixError(
            ExitCode.DEFECT,
            f"not a rule: {type(error).__name__}: {error}",
            path=path,
            hint="reinstall nextfix",
        ) from error
    several = getattr(module, "RULES", None)
    one = getattr(module, "RULE", None)
    return tuple(several) if several else (one,) if isinstance(one, Rule) else ()


def rule_named(identifier: str, known: tuple[Rule, ...]) -> Rule:
    """The rule of `known` with that id.

    Raises:
        NextfixError: USAGE when there is none, with the ids that there are.
    """
    for rule in known:
        if rule.id == identifier:
            return rule
    raise NextfixError(
        ExitCode.USAGE,
        f"no rule {identifier!r}",
        hint=f"the rules are {', '.join(rule.id for rule in known)}",
    )


@cache
def stamp() -> str:
    """What tells two catalogues apart without loading either: nextfix's version and its rule and ledger files.

    A receipt that carries another stamp is looked at again; an equal one is trusted for its rules.
    """
    parts = [patcher.__version__]
    for name in ("rules", "patches"):
        for folder, _, files in sorted(os.walk(data_folder(name))):
            for file in sorted(files):
                status = os.stat(os.path.join(folder, file))
                if file.endswith((".py", ".json")):
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
