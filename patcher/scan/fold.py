"""One finding for what a package ships several times: as CommonJS, as an ES module, and inside a bundle."""

import os
import re

from patcher.model import Finding

# In the order of preference: what a Node.js server loads comes first.
_BUILDS = re.compile(
    r"(?:^|[/._-])(?:esm?|es6|es2015|es5|cjs|commonjs|module|modern|legacy|mjs|umd|iife|dist-es|dist-cjs|workerd|browser|bundles?)(?=[/._-]|$)|\.[cm]js$"
)


def fold(findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Findings in order of their place, and the twins left out of it.

    Two findings are twins when they are of the same package and release, the same rule, slot and function and
    lie in different files that are two builds of one source.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    kept: list[Finding] = []
    twins: list[Finding] = []
    for group in groups.values():
        first = min(group, key=_preference)
        for finding in group:
            (kept if finding.path == first.path else twins).append(finding)
    return sorted(kept, key=lambda f: f.order), sorted(twins, key=lambda f: f.order)


def _key(finding: Finding) -> tuple[object, ...]:
    if finding.package is None:
        return (finding.path, finding.line, finding.column, finding.rule)
    name = os.path.basename(finding.path)
    stem = name if len(finding.slot.split(".")[-1].strip("#_")) < 4 else ""
    return (
        finding.package,
        finding.path.rsplit("node_modules/", 1)[0],
        finding.rule,
        finding.slot,
        finding.function,
        stem,
    )


def _preference(finding: Finding) -> tuple[int, int, str]:
    builds = len(_BUILDS.findall(finding.path))
    return (0 if finding.path.endswith((".cjs", ".js")) else 1, builds, finding.path)
