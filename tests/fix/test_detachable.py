"""What check says can be fixed is what apply fixes, though it does not make the fix."""

from dataclasses import replace

import pytest

from patcher.analysis.file import analyse, examine
from patcher.catalogue.load import families
from patcher.fix.detachable import marked_detachable, package_task
from patcher.fix.fix_file import Key, Task, fix_file, key_of
from patcher.rule import Family
from patcher.syntax.tree import Dialect

IN_ROOT = {family.id for family in families().values() if family.made_in_root}
EXAMPLES = {family.id: family.retains.encode() for family in families().values()}
# Enough of what has nothing to do with a finding for the file to be parsed in part.
FILLER = b"".join(
    b"function other%d(list) {\n  const first = list[%d]\n  return first + 1\n}\n" % (n, n)
    for n in range(900)
)


def said_and_done(source: bytes) -> tuple[set[Key], set[Key]]:
    """What check says of the sites of a package's file, and what apply frees of them."""
    result = examine(source)
    marked = marked_detachable("index.js", source, result, IN_ROOT)
    said = {key_of(site) for site in marked if site.detachable}
    keys = [key_of(site) for site in result.sites]
    return said, set(fix_file(source, keys, package_task(Dialect.JAVASCRIPT), result.sites).fixed)


@pytest.mark.parametrize("family", EXAMPLES)
@pytest.mark.parametrize("before", [b"", FILLER], ids=["by itself", "in a large file"])
def test_a_site_is_said_to_be_fixable_exactly_where_apply_fixes_it(family: str, before: bytes) -> None:
    said, done = said_and_done(before + EXAMPLES[family])
    assert said == done


def test_the_examples_are_found_in_a_large_file_by_what_is_parsed_of_it_alone() -> None:
    result = examine(FILLER + EXAMPLES["kept-promise-module"])
    assert result.sites
    assert result.part is not None
    assert len(result.part.source) < len(FILLER)


@pytest.mark.parametrize(
    "asks", [b"", b"\nconst of = () => storage.getStore()\nconst load = () => of().value\n"]
)
def test_what_asks_for_its_request_through_another_function_is_not_said_to_be_fixable(asks: bytes) -> None:
    memo = b"let kept\nexports.get = () => (kept ??= Promise.resolve(load()))\n"
    said, done = said_and_done(FILLER + memo + asks)
    assert said == done
    assert bool(said) is not bool(asks)


@pytest.mark.parametrize("family", [family for family in families().values() if family.made_in_root])
def test_what_is_believed_without_a_trial_is_what_a_trial_fixes(family: Family) -> None:
    source = family.retains.encode()
    sites = analyse(source)
    keys = [key_of(site) for site in sites]
    task = Task(families(), "detached", Dialect.JAVASCRIPT, lambda _: "")

    tried = fix_file(source, keys, task, sites)
    believed = fix_file(source, keys, replace(task, sure={family.id}), sites)

    assert set(believed.fixed) == set(tried.fixed)
