"""Which packages a heap has loaded, by the paths of its scripts."""

import re

from patcher.heap.read.arrays import distinct
from patcher.heap.read.snapshot import Snapshot
from patcher.heap.read.strings import quoted

NEEDLES = tuple(quoted(name) for name in ("script", "script_or_debug_info"))
_PACKAGE = re.compile(r".*[/\\]node_modules[/\\](@[^/\\]+[/\\][^/\\]+|[^/\\@][^/\\]*)[/\\]")


def loaded_packages(snapshot: Snapshot) -> frozenset[str]:
    """The names of the packages of which a script is loaded; bundled ones cannot be seen."""
    found = set()
    for name in ("script", "script_or_debug_info"):
        edges = snapshot.edges_with(snapshot.strings.equal(name))
        for number in distinct(snapshot.node_names[distinct(snapshot.targets[edges])]).tolist():
            package = package_of(snapshot.strings[number])
            if package:
                found.add(package)
    return frozenset(found)


def package_of(script: str) -> str:
    """The package that has the script of that path or file: url, '' for none."""
    inside = _PACKAGE.match(script)
    return inside[1].replace("\\", "/") if inside else ""
