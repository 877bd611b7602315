"""Widening a rule's releases in the rule's own source, every other byte of it left as it was."""

import re
from dataclasses import replace
from pathlib import Path

from patcher.catalogue.load import data_folder
from patcher.disk.write import write_file
from patcher.errors import ExitCode, NextfixError
from patcher.rule import Rule
from patcher.semver import in_range, order

_LAST_BOUND = re.compile(r"<=\s*([^\s|<>=]+)\s*$")


def widened(rule: Rule, version: str) -> Rule:
    """`rule` with its upper bound `<=X` moved up to `version`; `rule` itself where that is not its case.

    A range that ends with `<X` was ended by a person, because the defect is gone or the code is another.
    """
    bound = _LAST_BOUND.search(rule.versions)
    if bound is None or in_range(version, rule.versions) or order(version) <= order(bound[1]):
        return rule
    return replace(rule, versions=f"{rule.versions[: bound.start(1)]}{version}")


def write_widened(rule: Rule, folder: Path | None = None) -> Path:
    """Write `rule.versions` into the module of `folder` (by default nextfix's own rules) that has the rule.

    Raises:
        NextfixError: DEFECT when no module has it, or its `versions` is not one literal string.
    """
    for path in sorted((folder or data_folder("rules")).rglob("*.py")):
        source = path.read_bytes()
        changed = with_versions(source, rule.id, rule.versions)
        if changed is not None:
            if changed != source:
                write_file(path, changed)
            return path
    raise NextfixError(
        ExitCode.DEFECT,
        f"no module has a Rule of id {rule.id!r} with versions as one literal string",
        path=folder or data_folder("rules"),
        hint=f"write versions={rule.versions!r} by hand",
    )


def with_versions(source: bytes, identifier: str, versions: str) -> bytes | None:
    """`source` with `versions` as the range of its `Rule(id=identifier, ...)`; None when it has none.

    Raises:
        NextfixError: DEFECT when LibCST would not give back every other byte (form feeds among blank lines).
    """
    import libcst
    import libcst.matchers as m

    module = libcst.parse_module(source)
    if module.bytes != source:
        raise NextfixError(
            ExitCode.DEFECT,
            f"the module of {identifier} cannot be edited without loss",
            hint="remove its form feeds and the like",
        )
    for call in m.findall(module, m.Call(func=m.Name("Rule"))):
        assert isinstance(call, libcst.Call)
        given = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
        name, old = given.get("id"), given.get("versions")
        if not (isinstance(name, libcst.SimpleString) and isinstance(old, libcst.SimpleString)):
            continue
        if name.evaluated_value == identifier:
            literal = f"{old.prefix}{old.quote}{versions}{old.quote}"
            return module.with_deep_changes(old, value=literal).bytes
    return None
