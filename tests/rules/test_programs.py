"""Each rule's program, as `nextfix explain --upstream` prints it: kept as published, freed as rewritten."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest

from patcher.catalogue.ledger import certified_releases
from patcher.catalogue.load import rules
from patcher.retention.table import kept, release_of
from patcher.rule import Rule
from patcher.semver import in_range
from tests.retention.measure import node

NODES = ("20.20.2", "22.23.3")
SHOWN = [rule for rule in rules() if rule.program]
# What a package asks of its user and npm does not install by itself.
BESIDE = {"@sentry/node-core": {"@opentelemetry/instrumentation": "<1"}}
# What a program calls of packages that are made of several.
AROUND = {"@vue/runtime-core": "vue"}


def newest(rule: Rule) -> str:
    """The last certified release that has the defect."""
    return [version for version in certified_releases(rule.package) if rule.covers(version)][-1]


def projects() -> Iterator[dict[str, str]]:
    """As few sets of packages as there are releases of one package to show."""
    wanted: dict[str, list[str]] = {}
    for rule in SHOWN:
        if newest(rule) not in wanted.setdefault(rule.package, []):
            wanted[rule.package].append(newest(rule))
    for place in range(max(len(versions) for versions in wanted.values())):
        yield {package: versions[place] for package, versions in wanted.items() if place < len(versions)}


def said(folder: Path, rule: Rule, where: str, wanted: str) -> str:
    """The first word of what the program prints in `folder`; on a slow machine its request may still run at first."""
    for _ in range(2):
        word = said_once(folder, rule, where)
        if word == wanted:
            return word
    return said_once(folder, rule, where)


def said_once(folder: Path, rule: Rule, where: str) -> str:
    """The first word of what the program prints in `folder`."""
    text = dedent(rule.program).strip()
    name = rule.id.replace("/", "+") + (".mjs" if "\nimport " in f"\n{text}" else ".cjs")
    (folder / name).write_text(text)
    command = [str(node(where)), "--expose-gc", name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return f"{done.stdout} {done.stderr[:300]}".split(maxsplit=1)[0] if done.stdout else done.stderr[-300:]


def runs(folder: Path, here: list[Rule]) -> list[tuple[Rule, str]]:
    """Each rule with each Node that its package runs on, by the package's own word."""
    found = []
    for rule in here:
        manifest = json.loads((folder / "node_modules" / rule.package / "package.json").read_text())
        asked = (manifest.get("engines") or {}).get("node", "*")
        found += [(rule, where) for where in NODES if in_range(where, asked)]
    return found


def shown(folder: Path, here: list[Rule], wanted: str = "") -> dict[tuple[str, str], str]:
    """What every program of `here` says on every Node of NODES that its package runs on."""
    cases = [(rule, where, wanted or expected(rule, where)) for rule, where in runs(folder, here)]
    with ThreadPoolExecutor(3) as pool:
        words = list(pool.map(lambda case: said(folder, *case), cases))
    return {(rule.id, where): word for (rule, where, _), word in zip(cases, words, strict=True)}


def expected(rule: Rule, where: str) -> str:
    """What the program must say of the published code: kept where the table says that its kind is."""
    kinds = {rewrite.keeps for rewrite in rule.rewrites if rewrite.slot}
    return "kept" if any(kept(kind, release_of(where)) for kind in kinds) else "freed"


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: nothing can be installed")
@pytest.mark.skipif(not os.environ.get("NEXTFIX_NIGHTLY"), reason="four minutes; set NEXTFIX_NIGHTLY=1")
@pytest.mark.parametrize("packages", list(projects()), ids=lambda packages: f"{len(packages)} packages")
def test_a_program_says_kept_before_the_rewrite_and_freed_after_it(
    packages: dict[str, str], tmp_path: Path
) -> None:
    beside = {name: version for package in packages for name, version in BESIDE.get(package, {}).items()}
    beside |= {AROUND[name]: version for name, version in packages.items() if name in AROUND}
    (tmp_path / "package.json").write_text(json.dumps({"private": True, "dependencies": packages | beside}))
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True, timeout=600)
    here = [rule for rule in SHOWN if packages.get(rule.package) == newest(rule)]

    before = shown(tmp_path, here)
    apply = [sys.executable, "-m", "patcher", "apply", "--all", str(tmp_path)]
    subprocess.run(apply, check=True, capture_output=True, timeout=600)
    after = shown(tmp_path, here, "freed")

    assert before == {(rule.id, where): expected(rule, where) for rule, where in runs(tmp_path, here)}
    assert after == dict.fromkeys(before, "freed")
