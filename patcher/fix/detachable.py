"""Installed packages: how a file of one is fixed, and which of its sites that frees."""

from collections.abc import Container
from dataclasses import replace

from patcher.analysis.file import Analysed
from patcher.analysis.prefilter.quoted_members import plain_members
from patcher.analysis.site import Site
from patcher.detached.refusals import asks_for_request
from patcher.fix.detached_plan import plan_detached
from patcher.fix.fix_file import Key, Taken, Task, fix_file, key_of
from patcher.fix.slot_plan import UnsafeError
from patcher.rule import DETACHED
from patcher.syntax.tree import Dialect, dialect_of

SCRIPTS = (".js", ".cjs", ".mjs")
"""How the files of a package end that Node.js loads as they are."""
LARGEST = 8 * 1024 * 1024
"""Bytes of the largest file of a package that is rewritten."""


def package_task(dialect: Dialect, *, server: bool = False) -> Task:
    """How a file of an installed package is fixed: no family's shape counts, no other file is asked.

    Args:
        dialect: the grammar to read it with.
        server: whether only servers load the package.
    """
    return Task({}, DETACHED, dialect, lambda _: "", package=True, server=server)


def marked_detachable(
    path: str, source: bytes, result: Analysed, in_root: Container[str] = ()
) -> tuple[Site, ...]:
    """The sites of a file of a package, those that `apply --scope deps` can free marked so.

    What was parsed to find a site is mostly enough to plan its fix; where that leaves a question open, the fix is made
    and thrown away, which takes as long as to analyse all of the file three times.

    Args:
        path: the file.
        source: its bytes.
        result: what the analysis says of it.
        in_root: the families whose stores are asked whether what they keep is made in the root (`made_in_root`).
    """
    sites = tuple(result.sites)
    if not path.endswith(SCRIPTS) or len(source) > LARGEST:
        return sites
    done = _planned(path, source, result, in_root)
    if done is None:
        task = package_task(dialect_of(path))
        done = set(fix_file(source, [key_of(site) for site in sites], task, sites).fixed)
    return tuple(replace(site, detachable=True) if key_of(site) in done else site for site in sites)


def _planned(path: str, source: bytes, result: Analysed, in_root: Container[str]) -> set[Key] | None:
    """Which sites have a plan, by what was parsed of the file; None when only the whole file tells.

    It does when the analysis read more than quoted members in other words, when one fix waits for another, when a
    family is not one of `in_root`, and when code that was left out may be called and asks for its request.
    """
    part, code = result.part, result.code
    if (
        part is None
        or code is None
        or code.source is not part.source
        or not part.is_of(plain_members(source))
    ):
        return None
    if code.root.has_error or any(site.family not in in_root for site in result.sites):
        return None
    if not part.entire and asks_for_request(source):
        return None
    done, taken = set[Key](), Taken()
    for site in result.sites:
        here = replace(site, offset=part.within(site.offset), end=part.within(site.end - 1) + 1)
        try:
            plan = plan_detached(code, here, dialect_of(path), package=True)
        except UnsafeError:
            continue
        if not taken.admits(plan):
            return None
        done.add(key_of(site))
    return done
