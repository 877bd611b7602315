"""No module knows a framework by its name but the table of frameworks and the experiment of prove."""

import re
from pathlib import Path

import pytest

from patcher.catalogue.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
# A name as code, a path or a pattern has it: quoted, before a `/` or an `@`, between the signs of a regular expression.
# `next` is also what callbacks are called, so between signs it counts only beside another framework.
SPOKEN = re.compile(
    r"""["']next["'/]|\bnext/|@next/|\bnext-auth|\bnext@|\^\(?(?:\?:)?next\b|\|next\|nuxt|\bNEXT_"""
    r"""|\bNext(?:\.js|'s)|(?<=of )Next\b|\bNext (?:runs|compiles|copies)|\b[Nn]uxt\b"""
    r"""|@sveltejs/|@remix-run/|@astrojs/"""
)
TABLE = "catalogue/frameworks.py"
EXPERIMENT = ("prove/", "cli/prove_command.py", "cli/prove_options.py")


def names(line: str) -> bool:
    """Whether a line of a module speaks of one framework."""
    return SPOKEN.search(line) is not None


def test_no_module_names_a_framework() -> None:
    spoken = []
    for path in sorted((ROOT / "patcher").rglob("*")):
        inside = path.relative_to(ROOT / "patcher").as_posix()
        if path.suffix not in (".py", ".cjs", ".json") or inside.startswith((TABLE, *EXPERIMENT)):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if names(line):
                spoken.append(f"{inside}:{number}: {line.strip()}")

    assert spoken == []


def test_a_framework_with_rules_stands_in_the_record_of_its_package_and_not_in_the_table() -> None:
    table = (ROOT / "patcher" / TABLE).read_text()

    assert [framework.name for framework in FRAMEWORKS if framework.name == "Next.js"] == ["Next.js"]
    assert not re.search(r"""["']next["'/]|\bnext/|@next/|\bNEXT_|Next\.js""", table)


@pytest.mark.parametrize(
    "line",
    [
        '_MODULE = re.compile(rb"[\\"\']next/(?:headers|server)(?:\\.js)?[\\"\']")',
        'StandIn("NodeNextRequest", "next", urls=(("url",),)),',
        'r"|rollup|swc)/|^@next/swc-|(?:^|/)[^/]+-browserify/"',
        'r"|connect|micro|next/server|next/headers"',
        'rf"^(?:{SERVERS}|next|nuxt|nitropack)$"',
        '(re.compile(r"^next$"), (NEXT_APP, NEXT_FILES)),',
        "f'{indent}if (process.env.NEXT_RUNTIME === \"nodejs\") {{',",
        "# What a route module of Next, Remix or SvelteKit exports for the server.",
    ],
)
def test_a_name_is_seen_however_it_is_written(line: str) -> None:
    assert names(line)


@pytest.mark.parametrize(
    "line", ['rb"callback|cb|done|next|fn"', "found = next(iter(seen), None)", '"_idleNext"', "NEXTFIX_HOOK"]
)
def test_a_callback_called_next_is_not_the_framework(line: str) -> None:
    assert not names(line)
