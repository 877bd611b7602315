"""Twins: files of a release that have the code of a rule and that the rule does not name.

A package is built several times, for `require` and `import`, for bundlers, minified; its files are moved and renamed.
A rule that names only one of them leaves the others as they were, so `certify` looks through every script of a release.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from patcher.rule import Rewrite, Rule
from patcher.semantic_patch.pattern import compile_head, compile_pattern
from patcher.semantic_patch.search import Match, TooManyPlacesError, find
from patcher.syntax.tree import Tree, parse

_SCRIPTS = (".js", ".cjs", ".mjs")
# Larger files are bundles of whole applications for browsers; Node's own are named by rules.
_LARGEST = 8 * 1024 * 1024


def may_be_twin(rules: Sequence[Rule]) -> Callable[[str, bytes], bool]:
    """A function that tells by path and bytes whether a file can have the code of one of `rules`; cheap and never wrong
    in saying no."""
    needed = [_anchors(rewrite) for rule in rules for rewrite in rule.rewrites if rewrite.slot]
    named = frozenset(path for rule in rules for path in (*rule.files, *rule.dead))

    def may_be(path: str, source: bytes) -> bool:
        if path in named or not path.endswith(_SCRIPTS) or len(source) > _LARGEST:
            return False
        return any(all(name in source for name in names) for names in needed)

    return may_be


def twins(files: Mapping[str, bytes], rules: Sequence[Rule]) -> Iterator[str]:
    """A sentence for each of `files` that has the code of a rule which names it neither in `files` nor in `dead`."""
    for path, source in sorted(files.items()):
        if not may_be_twin(rules)(path, source):
            continue
        tree = parse(source)
        for rule in rules:
            if any(_has(rewrite, source, tree) for rewrite in rule.rewrites if rewrite.slot):
                yield f"{path}: has the code of {rule.id}, which does not name it; add it to files, or to dead"


def places(rewrite: Rewrite, source: bytes, tree: Tree) -> list[Match]:
    """Where the code that `rewrite` looks for stands in a file."""
    inside = compile_head(rewrite.inside) if rewrite.inside else None
    return find(compile_pattern(rewrite.find), tree, source, inside)


def _has(rewrite: Rewrite, source: bytes, tree: Tree) -> bool:
    if not all(name in source for name in _anchors(rewrite)):
        return False
    try:
        return bool(places(rewrite, source, tree))
    except TooManyPlacesError:
        return False


def _anchors(rewrite: Rewrite) -> tuple[bytes, ...]:
    inside = compile_head(rewrite.inside).anchors if rewrite.inside else ()
    return compile_pattern(rewrite.find).anchors + inside
