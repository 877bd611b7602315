"""Every rule of every package, on releases of the ledger: a new rule is tested by being there.

The ordinary run takes the first and the last release of each rule; marked slow, one of each distinct text.
"""

from collections.abc import Iterator

import pytest

from patcher.catalogue.ledger import certified_releases
from patcher.catalogue.load import rules
from patcher.certify.behaviour import harness_of, run
from patcher.npm.registry import members
from patcher.rule import STYLES, Rule
from patcher.semantic_patch.examine import examine
from patcher.semantic_patch.verify import unsound
from patcher.syntax.tree import parse
from patcher.text.edits import apply_edits
from tests import releases

pytestmark = pytest.mark.registry
Case = tuple[Rule, str, str]


def texts(rule: Rule) -> Iterator[tuple[str, str]]:
    """The certified releases of a rule and their files, one of each distinct text, in order."""
    seen = set()
    for version, entry in certified_releases(rule.package).items():
        for path, file in entry["files"].items() if rule.covers(version) else ():
            if path in rule.files and file["sha256"] not in seen:
                seen.add(file["sha256"])
                yield version, path


def first_and_last() -> Iterator[Case]:
    for rule in rules():
        found = list(texts(rule))
        for version, path in dict.fromkeys((found[0], found[-1])):
            yield rule, version, path


def the_others() -> Iterator[Case]:
    for rule in rules():
        for version, path in list(texts(rule))[1:-1]:
            yield rule, version, path


def name(case: Case) -> str:
    return f"{case[0].id}@{case[1]}:{case[2]}"


@pytest.mark.parametrize("case", list(first_and_last()), ids=name)
def test_a_rule_frees_what_the_first_and_the_last_release_keep(case: Case) -> None:
    check(*case)


@pytest.mark.slow
@pytest.mark.parametrize("case", list(the_others()), ids=name)
def test_a_rule_frees_what_every_other_text_keeps(case: Case) -> None:
    check(*case)


def check(rule: Rule, version: str, path: str) -> None:
    """The original keeps something, no rewrite does, and nothing else differs."""
    entry = certified_releases(rule.package)[version]
    archive = releases.certified_tarball(rule.package, version, entry["integrity"])
    source = members(archive, {path})[path]
    tree = parse(source)
    written = {}
    for style in STYLES:
        edits = list(examine(rule, version, source, tree, style).edits)
        written[style] = apply_edits(source, edits)
        assert unsound([rule], version, source, edits, written[style], style) == ""
    for style, new in {text: (style, text) for style, text in written.items()}.values():
        found = run(harness_of(rule), path, source, new, style, f"{rule.package}@{version}")
        kept = found.original["kept"].values()

        assert found.failures == ()
        assert any(each["promises"] or each["timers"] or each["store"] for each in kept)


@pytest.mark.parametrize("without", ["httpAgentPromise = pending;", "httpAgentPromise = agent;"])
def test_the_harness_of_the_agent_notices_a_statement_that_its_rewrite_lacks(without: str) -> None:
    rule = next(rule for rule in rules() if rule.id == "@smithy/node-http-handler/http-agent")
    version, path = list(texts(rule))[-1]
    release = f"{rule.package}@{version}"
    archive = releases.certified_tarball(
        rule.package, version, certified_releases(rule.package)[version]["integrity"]
    )
    source = members(archive, {path})[path]
    good = apply_edits(source, list(examine(rule, version, source, parse(source), "documented").edits))
    bad = good.replace(without.encode(), b"", 1)

    assert bad != good
    assert run(harness_of(rule), path, source, good, "documented", release).failures == ()
    assert run(harness_of(rule), path, source, bad, "documented", release).failures
