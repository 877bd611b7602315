"""Which copies a request is about: those of packages with rules, and those of other packages that it names."""

from pathlib import Path

from patcher.catalogue.load import packages
from patcher.copies.request import Request
from patcher.disk.presence import is_a_folder
from patcher.disk.receipt import FOLDER
from patcher.npm.copies import Copies, find_copies
from patcher.npm.workspaces import project_folders

_MODULES = (
    "node_modules",
    "node_modules/*/node_modules",
    "node_modules/@*/*/node_modules",
    "node_modules/.pnpm/*/node_modules",
)


def copies_of(request: Request) -> Copies:
    """Find the copies that a request is about: of the packages with rules, and of those with findings or receipts.

    Raises:
        NextfixError: NOTHING when there is no project at the root.
    """
    names = set(packages()) if request.by_rules else set()
    names.update(name for name, _ in request.dependencies)
    if request.by_findings or not request.rules:
        names.update(receipted(request.root))
    copies = find_copies(request.root, sorted(names))
    if not request.by_rules:
        # Of a package with rules, a release in which nothing was found was not asked for.
        known = {*packages()}
        copies.found = [
            copy
            for copy in copies.found
            if copy.name not in known or (copy.name, copy.version) in request.dependencies
        ]
    # No finding in any dependency is a good end; only what rules know is missed when it is not there.
    return Copies(copies.found, copies.problems, []) if request.by_findings else copies


def receipted(root: Path) -> set[str]:
    """The packages without rules whose copies have a receipt: what an earlier run rewrote."""
    names: set[str] = set()
    folders = project_folders(root.resolve(), []) if is_a_folder(root) else []
    for folder in folders:
        for place in _MODULES:
            for path in folder.glob(f"{place}/{FOLDER}/*.json"):
                scope, plus, rest = path.stem.partition("+")
                names.add(f"{scope}/{rest}" if plus and scope.startswith("@") else path.stem)
    return names - set(packages())
