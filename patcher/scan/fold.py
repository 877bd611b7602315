"""One finding for what a package ships several times: as CommonJS, as an ES module, and inside a bundle."""

import os
import re
from dataclasses import replace

from patcher.model import Finding

# In the order of preference: what a Node.js server loads comes first.
_BUILDS = re.compile(
    r"(?:^|[/._-])(?:esm?|es6|es2015|es5|cjs|commonjs|module|modern|legacy|mjs|umd|iife|dist-es|dist-cjs|workerd|browser|bundles?)(?=[/._-]|$)|\.[cm]js$"
)

_SUFFIX = re.compile(
    r"(?:\.(?:min|minimal|prod|production|esm|es|cjs|umd|modern|module|legacy|node))*\.[cm]?js$"
)

# Where the build of an app, in a hidden folder, copies what its server needs of node_modules to.
_STANDALONE = re.compile(r"(?:^|(?<=/))\.[\w-]+/standalone/")


def fold(
    findings: list[Finding], unserved: list[Finding] | None = None
) -> tuple[list[Finding], list[Finding]]:
    """Findings in order of their place, and the twins left out of it.

    Of twins the one is kept that Node loads; the `unserved` ones, which it does not, stand for themselves only where
    they have no other. The one that is kept says how many there are.

    Two findings are twins when they are of the same package and release in one project, however often it is installed
    there, of the same rule, slot and function, and lie in different files.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    served = {id(finding) for finding in findings}
    for finding in (*findings, *(unserved or ())):
        groups.setdefault(_key(finding), []).append(finding)
    kept: list[Finding] = []
    twins: list[Finding] = []
    for group in groups.values():
        first = min(group, key=lambda finding: (id(finding) not in served, *_preference(finding)))
        times = len({finding.path for finding in group})
        for finding in group:
            if finding.path != first.path:
                twins.append(finding)
            elif times > 1 and id(finding) in served:
                kept.append(replace(finding, times=times))
            else:
                kept.append(finding)
    return sorted(kept, key=lambda f: f.order), sorted(twins, key=lambda f: f.order)


def _key(finding: Finding) -> tuple[object, ...]:
    if finding.package is None:
        return (finding.path, finding.line, finding.column, finding.rule)
    project = _STANDALONE.sub("", finding.path.split("node_modules/", 1)[0])
    if len(finding.slot.split(".")[-1].strip("#_")) > 3:
        return (finding.package, project, finding.rule, finding.slot, finding.function, "")
    # A minifier gives the same slot another letter in each build: the file says which source it comes from.
    function = finding.function if len(finding.function) > 3 else ""
    stem = _SUFFIX.sub("", os.path.basename(finding.path))
    return (finding.package, project, finding.rule, "", function, stem)


def _preference(finding: Finding) -> tuple[bool, int, int, str]:
    builds = len(_BUILDS.findall(finding.path))
    copied = _STANDALONE.search(finding.path) is not None
    return (copied, 0 if finding.path.endswith((".cjs", ".js")) else 1, builds, finding.path)
