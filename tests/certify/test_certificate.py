"""A certificate: every rule and style on every file, verified, or the reason why not."""

from dataclasses import replace
from itertools import product

import pytest

from patcher.catalogue.load import rule_named, rules_of
from patcher.certify import certificate as module
from patcher.certify.certificate import certify_files
from patcher.disk.receipt import digest
from patcher.model import Verdict
from patcher.rule import STYLES
from tests.synthetic import FILES, UNCERTIFIED

SOURCES = {path: text.encode() for path, text in FILES.items()}
NEXT = "dist/server/next.js"
HANDLER, SERVER = "next/request-handler-promise", "next/server-promise"


def test_each_rule_alone_and_all_together_are_recorded_in_each_style() -> None:
    certificate = certify_files(UNCERTIFIED, SOURCES, rules_of("next"))

    assert certificate.problems == []
    assert set(certificate.files) == set(FILES)
    rewrites = certificate.files[NEXT]["rewrites"]
    for style in STYLES:
        assert set(rewrites[style]) == {HANDLER, SERVER, f"{HANDLER} {SERVER}"}
    hashes = [rewrites[style][key]["sha256"] for style, key in product(STYLES, rewrites["documented"])]
    assert len(set(hashes)) == 6
    assert {result.after for result in certificate.results if result.path == NEXT} == set(hashes)


def test_hashes_and_sizes_are_those_of_the_bytes() -> None:
    certificate = certify_files(UNCERTIFIED, SOURCES, rules_of("next"))

    file = certificate.files[NEXT]
    assert (file["sha256"], file["bytes"]) == (digest(SOURCES[NEXT]), len(SOURCES[NEXT]))
    both = file["rewrites"]["documented"][f"{HANDLER} {SERVER}"]
    (result,) = (result for result in certificate.results if result.after == both["sha256"])
    assert (result.original, len(result.rewritten)) == (SOURCES[NEXT], both["bytes"])
    assert both["hunks"] == 1
    assert certificate.files["dist/shared/lib/loadable.js"]["rewrites"]["*"]["next/loadable"]["hunks"] == 2


def test_a_rule_that_is_only_a_note_is_certified_alone() -> None:
    version = "16.4.6"
    sources = {
        NEXT: SOURCES[NEXT].replace(b"reqHandlerPromise = this.getServer()", b"other = this.getServer()")
    }
    only = (rule_named(SERVER, rules_of("next")),)

    certificate = certify_files(version, sources, only)

    assert certificate.problems == []
    assert list(certificate.files[NEXT]["rewrites"]["documented"]) == [SERVER]


def test_a_file_that_differs_in_shape_is_a_problem_with_its_reason() -> None:
    sources = SOURCES | {
        NEXT: SOURCES[NEXT].replace(b"return this.serverPromise", b"return await this.serverPromise")
    }

    certificate = certify_files(UNCERTIFIED, sources, rules_of("next"))

    assert NEXT not in certificate.files
    assert [p for p in certificate.problems if f"{NEXT}: {SERVER} says {Verdict.MODIFIED}" in p]


def test_a_rule_in_range_without_any_of_its_files_is_a_problem() -> None:
    sources = {path: text for path, text in SOURCES.items() if "sandbox" not in path}

    certificate = certify_files(UNCERTIFIED, sources, rules_of("next"))

    assert certificate.problems == [
        "next/sandbox-module-context: the release has none of dist/server/web/sandbox/context.js"
    ]


def test_a_file_that_does_not_parse_is_a_problem() -> None:
    certificate = certify_files(UNCERTIFIED, SOURCES | {NEXT: SOURCES[NEXT][:600]}, rules_of("next"))

    assert f"{NEXT}: does not parse as published" in certificate.problems


def test_hostile_code_outside_the_range_of_its_rule_is_a_problem() -> None:
    narrowed = tuple(
        replace(rule, versions="<10.0.0") if rule.id == SERVER else rule for rule in rules_of("next")
    )

    certificate = certify_files(UNCERTIFIED, SOURCES, narrowed)

    assert certificate.problems == [f"{NEXT}: the pattern of {SERVER} matches outside its range <10.0.0"]


def test_hostile_code_outside_the_range_of_its_rewrite_is_a_problem_unless_it_is_harmless_there() -> None:
    rule = rule_named("next/loadable", rules_of("next"))
    path = "dist/shared/lib/loadable.js"

    def problems(harmless: str) -> list[str]:
        narrowed = tuple(replace(r, versions=">=99.0.0", harmless=harmless) for r in rule.rewrites)
        return certify_files(UNCERTIFIED, {path: SOURCES[path]}, [replace(rule, rewrites=narrowed)]).problems

    outside = [problem for problem in problems("") if "matches outside its range" in problem]
    assert len(outside) == 2
    assert not [problem for problem in problems("<99.0.0") if "matches outside its range" in problem]


def test_a_rewrite_that_fails_verification_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "unsound", lambda *_: "a reason")

    certificate = certify_files(UNCERTIFIED, SOURCES, rules_of("next"))

    assert certificate.files == {}
    assert f"{NEXT}: {HANDLER} (documented): a reason" in certificate.problems
