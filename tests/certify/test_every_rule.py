"""Every file that a rule names, of every shape of release, in both styles, judged by what it does."""

import pytest

from patcher.rule import STYLES
from tests.certify.rewriting import RELEASES, behaviour, files_of


@pytest.mark.registry
@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize("style", STYLES)
def test_a_rewritten_file_does_what_the_original_does_and_keeps_nothing(version: str, style: str) -> None:
    faults = {path: behaviour(version, path, style).failures for path in files_of(version)}
    assert faults
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.registry
@pytest.mark.parametrize("version", RELEASES)
def test_the_original_file_keeps_what_the_rules_say_it_keeps(version: str) -> None:
    """Otherwise the harness would see nothing, and its silence on the rewritten file would mean nothing."""
    for path in files_of(version):
        found = behaviour(version, path, "documented")
        kept = found.original["kept"]
        for function in found.changed if found.harness != "loadable" and found.harness != "runtime" else kept:
            assert kept[function]["promises"] >= 1
            assert kept[function]["held"]


@pytest.mark.registry
@pytest.mark.parametrize("version", RELEASES)
def test_no_rewritten_file_leaves_a_rejection_unhandled(version: str) -> None:
    for path in files_of(version):
        found = behaviour(version, path, "single-flight")
        assert (found.original["unhandledRejections"], found.rewritten["unhandledRejections"]) == (0, 0)
