"""What is wrong with the rules beyond what loading them sees: `nextfix rules --check`, for authors and CI."""

from collections.abc import Iterator, Mapping
from typing import Any

from patcher.catalogue.ledger import certified_releases
from patcher.catalogue.load import families, package_folder, packages, path_of, rules_of
from patcher.errors import NextfixError
from patcher.rule import Rewrite, Rule
from patcher.semantic_patch.pattern import PatternError, compile_head, compile_pattern
from patcher.semver import in_range
from patcher.syntax.tree import errors, parse


def rule_problems() -> tuple[str, ...]:
    """A sentence for each thing that is wrong: the file, the rule, what it is, what to write."""
    found: list[str] = []
    for package in packages():
        try:
            found.extend(_package_problems(package))
        except NextfixError as error:
            found.append(str(error))
    try:
        families()
    except NextfixError as error:
        found.append(str(error))
    return tuple(found)


def _package_problems(package: str) -> Iterator[str]:
    known = rules_of(package)
    if not known:
        yield f"{package_folder(package)}: holds no rule; write one with 'nextfix rule new {package} FILE'"
    ledger = certified_releases(package)
    for rule in known:
        place = f"{path_of(rule)}: {rule.id}"
        yield from (f"{place}: {reason}" for reason in _pattern_problems(rule))
        yield from (f"{place}: {reason}" for reason in _release_problems(rule, ledger))
    for rewrite in {id(r): r for rule in known for r in rule.rewrites if r.versions != "*"}.values():
        users = [rule for rule in known if rewrite in rule.rewrites]
        if not any(_used(rewrite, rule, version) for rule in users for version in ledger):
            yield (
                f"{path_of(users[0])}: {users[0].id}: no certified release of the rule lies in "
                f"{rewrite.versions}, the versions of a Rewrite"
            )


def _pattern_problems(rule: Rule) -> Iterator[str]:
    """Patterns and templates that are not JavaScript with metavariables."""
    for number, rewrite in enumerate(rule.rewrites, 1):
        for what, text in (("find", rewrite.find), ("inside", rewrite.inside), *_healthy(rewrite.healthy)):
            try:
                if text:
                    compile_head(text) if what == "inside" else compile_pattern(text)
            except PatternError as error:
                yield f"rewrite {number}: {what}: {error}"
        templates = {"": rewrite.write} if isinstance(rewrite.write, str) else rewrite.write
        for style, text in templates.items():
            if not _is_template(text):
                yield f"rewrite {number}: write {style}: not JavaScript with metavariables"


def _healthy(texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return (("healthy", text) for text in texts)


def _is_template(text: str) -> bool:
    wraps = (("", ""), ("class A {", "}"), ("async function a() {", "}"))
    return any(not any(errors(parse((a + text + b).encode()).root_node)) for a, b in wraps)


def _release_problems(rule: Rule, ledger: Mapping[str, Any]) -> Iterator[str]:
    """What no certified release has: the rule itself, or one of its files."""
    covered = {version: entry for version, entry in ledger.items() if rule.covers(version)}
    if not covered:
        yield f"no certified release lies in {rule.versions}; run 'nextfix certify {rule.package}@VERSION'"
        return
    for file in rule.files:
        if not any(file in entry["files"] for entry in covered.values()):
            yield f"no certified release has {file}; correct the path, or certify a release that has it"


def _used(rewrite: Rewrite, rule: Rule, version: str) -> bool:
    return rule.covers(version) and in_range(version, rewrite.versions)
