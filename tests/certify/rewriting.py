"""The files of real releases, rewritten by the rules, and what both versions do."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from patcher.catalogue.load import rules_of as all_rules_of
from patcher.certify.behaviour import Behaviour, harness_of, run
from patcher.rule import Rule
from patcher.semantic_patch.examine import examine
from patcher.syntax.tree import parse
from patcher.text.edits import apply_edits
from tests import releases

# The releases of every shape that the rules know.
RELEASES = (
    "9.0.6", "9.1.1", "9.1.2", "9.5.5", "10.0.9", "10.2.3", "11.1.4", "12.1.6", "12.3.4", "13.0.7", "13.1.6",
    "13.2.4", "13.3.1", "13.3.4", "13.4.2", "13.4.9", "13.4.12", "13.4.19", "13.5.6", "14.2.35", "15.5.29",
    "16.4.6",
)  # fmt: skip
SERVERS = RELEASES[4:]  # those that have class NextServer

SERVER = "dist/server/next.js"
HANDLER_RULE = "next/request-handler-promise"
SERVER_RULE = "next/server-promise"


def rules_of(version: str) -> tuple[Rule, ...]:
    """The rules whose range holds a release of next."""
    return tuple(rule for rule in all_rules_of("next") if rule.covers(version))


def files_of(version: str) -> Iterator[str]:
    """The files of a release that some rule rewrites."""
    folder = releases.release("next", version)
    for path in sorted({path for rule in rules_of(version) for path in rule.files}):
        if (folder / path).is_file():
            yield path


@cache
def behaviour(
    version: str, path: str, style: str, only: tuple[str, ...] = (), react: Path | None = None
) -> Behaviour:
    """What a file of a release does before and after the rules, or those named in `only`, rewrote it."""
    source = (releases.release("next", version) / path).read_bytes()
    tree = parse(source)
    here = [rule for rule in rules_of(version) if path in rule.files and (not only or rule.id in only)]
    edits = [edit for rule in here for edit in examine(rule, version, source, tree, style).edits]
    assert edits, f"no rule rewrites {path} of next {version}"
    return run(
        harness_of(here[0]),
        path,
        source,
        apply_edits(source, edits),
        style,
        f"next@{version}",
        packages=react,
    )
