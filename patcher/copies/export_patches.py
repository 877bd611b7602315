"""export: the plan's change as a package manager's own patch, wired into the project."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from patcher.copies.chosen_copies import copies_of
from patcher.copies.plan import CopyPlan
from patcher.copies.planner import plan_copy, reader_of
from patcher.copies.request import Request
from patcher.copies.up_to_date import current_receipt
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, Edit, FileChange, Patch, Wiring
from patcher.export.patch_file import PatchFile, combined, read_patch
from patcher.npm.copies import STANDALONE, Copy
from patcher.npm.manager import Manager, manager_of
from patcher.npm.workspaces import workspace_root
from patcher.text.paths import shown, within

# What each target is written for; patch-package runs beside any manager that has node_modules of plain files.
TARGETS = {
    "npm": {Manager.NPM},
    "pnpm": {Manager.PNPM},
    "bun": {Manager.BUN},
    "yarn": {Manager.YARN},
    "patch-package": {Manager.NPM, Manager.YARN_CLASSIC},
}


class Target(Protocol):
    """A module of patcher.export that speaks for one tool."""

    def existing(self, destination: Destination) -> Path | None:
        """The patch of a release that is wired in now."""

    def wire(self, patches: Sequence[Patch]) -> Wiring:
        """The edits that wire patches of one home in."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export would write, what is left to its owner, and the copies that were refused with the reason."""

    edits: tuple[Edit, ...]
    steps: tuple[str, ...]
    refused: tuple[NextfixError, ...]
    copies: int
    missing: tuple[NextfixError, ...] = ()


def default_target(root: Path) -> str:
    """The target for the manager that installs the project; patch-package for yarn 1 and for npm before 12."""
    chosen = manager_of(workspace_root(root))
    if chosen.manager is Manager.YARN_CLASSIC or (chosen.manager is Manager.NPM and 0 < chosen.major < 12):
        return "patch-package"
    return chosen.manager.value


def export_all(request: Request, target: str) -> Exported:
    """Plan the export of every copy under the root.

    Raises:
        NextfixError: USAGE for a target that does not fit the project, NOTHING when there is no project.
    """
    root = request.root.resolve()
    _refuse_misfit(root, target)
    module = cast(Target, import_module(f"patcher.export.{target.replace('-', '_')}"))
    copies = copies_of(replace(request, root=root))
    refused = [*copies.problems]
    patches: dict[Destination, Patch] = {}
    looked_at = [copy for copy in copies.found if copy.layout != STANDALONE]
    for copy in looked_at:
        try:
            made = _patch(copy, _destination(copy, root, target), module, request)
            if made.data:
                _agree(copy, patches.setdefault(made.destination, made), made)
        except NextfixError as error:
            refused.append(error)
    wirings = [module.wire(group) for group in _by_home(patches.values())]
    edits = tuple(edit for wiring in wirings for edit in wiring.edits if edit.changes)
    steps = tuple(dict.fromkeys(step for wiring in wirings for step in wiring.steps)) if edits else ()
    return Exported(edits, steps, tuple(refused), len(looked_at), tuple(copies.missing))


def _refuse_misfit(root: Path, target: str) -> None:
    home = workspace_root(root)
    if home != root:
        raise NextfixError(
            ExitCode.USAGE,
            f"a package of the workspace {shown(home)}, where patches are wired in",
            path=shown(root),
            hint=f"run 'nextfix export {shown(home)}'",
        )
    chosen = manager_of(root)
    if chosen.manager not in TARGETS[target]:
        raise NextfixError(
            ExitCode.USAGE,
            f"{chosen.command} installs this project ({chosen.why}), and would not apply a patch of {target}",
            path=shown(root),
            hint=f"use --to {default_target(root)}",
        )


def _destination(copy: Copy, root: Path, target: str) -> Destination:
    if target != "patch-package":
        return Destination(copy.name, copy.version, root)
    place = within(copy.folder, root)
    owner, found, rest = place.partition("node_modules/")
    if not found:
        raise NextfixError(
            ExitCode.REFUSED, "not in node_modules", path=copy.folder, hint="patch-package reaches only that"
        )
    return Destination(copy.name, copy.version, root / owner, f"node_modules/{rest}")


def _patch(copy: Copy, destination: Destination, module: Target, request: Request) -> Patch:
    old = read_patch(module.existing(destination))
    plan = _plan(copy, destination, old, request)
    if plan.refused:
        raise NextfixError(
            ExitCode.REFUSED, plan.reason, path=shown(copy.folder), hint="nothing is exported for it"
        )
    changes = list(_changes(plan, destination, old))
    return Patch(destination, combined(destination, changes, old, plan.rules, plan.style))


def _plan(copy: Copy, destination: Destination, old: PatchFile, request: Request) -> CopyPlan:
    """Plan from the published bytes, also where our own patch is installed already, in the style that it has."""
    read = reader_of(copy)
    if request.style is None and current_receipt(copy) is None:
        request = replace(request, style=old.style)

    def published(path: str) -> bytes | None:
        data = read(path)
        return None if data is None else old.published(destination.path(path), data)

    return plan_copy(copy, request, published)


def _changes(plan: CopyPlan, destination: Destination, old: PatchFile) -> Iterator[FileChange]:
    for file in plan.files:
        before = old.beneath(destination.path(file.path), file.base)
        yield FileChange(file.path, before, file.new)


def _agree(copy: Copy, first: Patch, second: Patch) -> None:
    if first.data != second.data:
        raise NextfixError(
            ExitCode.REFUSED,
            f"differs from another installed copy of {second.destination.release}",
            path=shown(copy.folder),
            hint="reinstall the packages, then export",
        )


def _by_home(patches: Iterable[Patch]) -> list[list[Patch]]:
    groups: defaultdict[Path, list[Patch]] = defaultdict(list)
    for patch in patches:
        groups[patch.destination.home].append(patch)
    return list(groups.values())
