"""Every statement that a rule writes is needed: without it, the harness of the rule fails."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from patcher.catalogue.ledger import certified_releases
from patcher.catalogue.load import rules
from patcher.certify import behaviour
from patcher.errors import NextfixError
from patcher.model import Verdict
from patcher.npm.registry import members
from patcher.rule import STYLES, Rewrite, Rule
from patcher.semantic_patch.examine import examine
from patcher.semantic_patch.pattern import METAVARIABLE
from patcher.semver import in_range
from patcher.syntax.tree import Node, errors, parse, walk
from patcher.text.edits import apply_edits
from tests import releases

STATEMENTS = frozenset(
    {
        "expression_statement",
        "lexical_declaration",
        "variable_declaration",
        "return_statement",
        "throw_statement",
        "if_statement",
        "for_in_statement",
        "try_statement",
    }
)
# What no harness can see, and why it is written all the same.
UNSEEN = {
    (
        "langsmith/write-chain",
        "documented: this._compressedWriteChain = this._root.runInAsyncScope(() => taken.then(() => undefined));",
    ): "what is written next and what is taken wait for the same promise, and run in this order",
    (
        "next/sandbox-module-context",
        "documented: throw error;",
    ): "what is returned next fails with the same error",
    (
        "h3/lazy-handler",
        "documented: return pending;",
    ): "the slot that is returned next holds the same promise",
    **{
        (f"mysql2/{rule}", "documented: this._closed = false;"): "the package's own; not set is false as well"
        for rule in ("pool-connection", "base-pool-connection")
    },
    (
        "tarn/pool",
        "documented: this.destroyed = false;",
    ): "the package's own; a field that is not set is false as well",
    (
        "tarn/pool",
        "documented: this.interval = null;",
    ): "the package's own; a field that is not set is as empty",
    ("tarn/resource", "documented: this.deferred = null;"): "a field that is not set is as empty",
    ("tarn/resource", "documented: this.settled = false;"): "a field that is not set is false as well",
}


def statements(template: str) -> Iterator[tuple[int, int]]:
    """Where the statements of a template stand, those that it only copies aside."""
    for before, after in (("", ""), ("class $_ {", "}")):
        tree = parse((before + template + after).encode())
        if not any(errors(tree.root_node)):
            break
    for node in walk(tree.root_node):
        if node.type in STATEMENTS and not _copied(node):
            yield node.start_byte - len(before), node.end_byte - len(before)


def _copied(node: Node) -> bool:
    text = (node.text or b"").rstrip(b";")
    return METAVARIABLE.fullmatch(text) is not None


def without(rule: Rule) -> Iterator[tuple[str, Rule, Rewrite]]:
    """The rule without one statement of what it writes: what is missing, the rule, and the rewrite that lacks it."""
    for at, rewrite in enumerate(rule.rewrites):
        if not any(
            rule.covers(each) and in_range(each, rewrite.versions)
            for each in certified_releases(rule.package)
        ):
            continue  # of another rule that shares the rewrites
        for style in dict.fromkeys(STYLES, None):
            template = rewrite.template(style)
            if style != STYLES[0] and template == rewrite.template(STYLES[0]):
                continue
            source = template.encode()
            for start, end in statements(template):
                less = replace(rewrite, write=(source[:start] + source[end:]).decode())
                missing = f"{style}: {' '.join(source[start:end].decode().split())}"
                yield (
                    missing,
                    replace(rule, rewrites=(*rule.rewrites[:at], less, *rule.rewrites[at + 1 :])),
                    less,
                )


def newest_text(rule: Rule, rewrite: Rewrite) -> tuple[str, str, bytes]:
    """The last certified release that has the place of `rewrite`: its version, the file, and its bytes."""
    for version, entry in reversed(certified_releases(rule.package).items()):
        if not rule.covers(version) or not in_range(version, rewrite.versions):
            continue
        for path in entry["files"]:
            if path in rule.files:
                archive = releases.certified_tarball(rule.package, version, entry["integrity"])
                return version, path, members(archive, {path})[path]
    raise AssertionError(f"no certified release has {rewrite.find}")


def survives(rule: Rule, rewrite: Rewrite, style: str) -> bool:
    """Whether the harness finds nothing wrong with what `rule` writes."""
    version, path, source = newest_text(rule, rewrite)
    found = examine(rule, version, source, parse(source), style)
    if found.verdict is not Verdict.AFFECTED:
        return False  # refused before anything runs
    new = apply_edits(source, found.edits)
    if any(errors(parse(new).root_node)):
        return False
    try:
        harness = behaviour.harness_of(rule)
        return not behaviour.run(harness, path, source, new, style, f"{rule.package}@{version}").failures
    except NextfixError:
        return False


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("NEXTFIX_NIGHTLY"), reason="five minutes; set NEXTFIX_NIGHTLY=1")
@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_harness_misses_each_statement_that_its_rule_writes(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behaviour, "_PATIENCE", 20)

    unseen = [
        missing
        for missing, less, rewrite in without(rule)
        if (rule.id, missing) not in UNSEEN and survives(less, rewrite, missing.partition(":")[0])
    ]

    assert unseen == []
