"""The filter on bytes against an exhaustive run: nothing that the analysis would find is dropped."""

import shutil

import pytest

from patcher.analysis.detect.slot_families import judge
from patcher.analysis.facts.code import Code
from patcher.analysis.file import analyse, store_at
from patcher.analysis.prefilter.candidates import candidates
from patcher.analysis.prefilter.worth import worth_reading
from patcher.catalogue.load import families
from patcher.syntax.tree import Dialect, walk
from tests.releases import scripts

RELEASES = [
    ("google-auth-library", "11.3.4"),
    ("@smithy/core", "3.41.0"),
    ("p-memoize", "4.0.4"),
    ("@sveltejs/kit", "3.2.0"),
    ("vite", "5.4.9"),
    ("firebase-admin", "14.5.1"),
    ("@sentry/node", "7.98.0"),
    ("react-loadable", "5.5.0"),
]
LARGEST = 200_000
STORES = ("assignment_expression", "augmented_assignment_expression", "call_expression")


def exhaustive(source: bytes) -> set[int]:
    """Where the analysis finds something when it judges every assignment and call of the tree."""
    code = Code(source, Dialect.JAVASCRIPT)
    return {
        node.start_byte for node in walk(code.root) if node.type in STORES and judge(code, node) is not None
    }


def filtered(source: bytes) -> set[int]:
    """Where it finds something among the candidates."""
    code = Code(source, Dialect.JAVASCRIPT)
    nodes = [store_at(code, place) for place in candidates(source)]
    return {node.start_byte for node in nodes if node is not None and judge(code, node) is not None}


@pytest.mark.parametrize("family", list(families().values()), ids=lambda family: family.id)
def test_no_example_of_a_family_is_dropped(family: object) -> None:
    source = family.retains.encode()  # type: ignore[attr-defined]

    assert worth_reading(source)
    assert analyse(source) != []
    assert exhaustive(source) <= filtered(source)


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm: the releases cannot be fetched")
@pytest.mark.parametrize(("package", "version"), RELEASES)
def test_nothing_that_an_exhaustive_run_finds_in_a_release_is_dropped(package: str, version: str) -> None:
    dropped, found = [], 0
    for path, source in scripts(package, version, 0, LARGEST):
        expected = exhaustive(source)
        found += len(expected)
        dropped += [(path, place) for place in expected - filtered(source)]

    assert found > 0
    assert dropped == []


@pytest.mark.parametrize(
    ("made", "get", "put"),
    [
        ("{}", "m[k]", "m[k] = entry"),
        ("new Map()", "m.get(k)", "m.set(k, entry)"),
    ],
)
@pytest.mark.parametrize("entry", ["{ value: load(k) }", "{ since: 1, value: load(k) }"])
def test_an_object_that_is_named_first_is_put_as_one_that_is_not(
    made: str, get: str, put: str, entry: str
) -> None:
    source = (
        f"async function load(k) {{}}\nconst m = {made}\nexport function read(k) {{ let entry = {get}; "
        f"if (!entry) {{ entry = {entry}; {put} }} return entry.value }}\n"
    )

    assert [site.family for site in analyse(source.encode())] == ["kept-promise-keyed"]


def test_an_object_in_an_object_that_is_put_ends_nothing() -> None:
    source = (
        "async function load(k) {}\nconst m = new Map()\nexport function read(k) { let entry = m.get(k); "
        "if (!entry) { entry = { options: {}, value: load(k) }; m.set(k, entry) } return entry.value }\n"
    )

    assert [site.family for site in analyse(source.encode())] == ["kept-promise-keyed"]
