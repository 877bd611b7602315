"""export: the plan's change as a package manager's own patch, wired into the project; and taken out again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Protocol, cast

from patcher.catalogue.load import runs_in_production
from patcher.copies.chosen_copies import copies_of
from patcher.copies.plan import CopyPlan, FilePlan
from patcher.copies.planner import plan_copy, reader_of
from patcher.copies.request import Request
from patcher.copies.up_to_date import current_receipt
from patcher.errors import ExitCode, NextfixError
from patcher.export import patch_package
from patcher.export.change import Destination, FileChange, Patch, ProjectEdit
from patcher.export.patch_file import PatchFile, combined, read_patch, take_out
from patcher.export.project_files import MANIFEST, ProjectFiles, place_of
from patcher.npm.copies import STANDALONE, Copy
from patcher.npm.manager import Chosen, Manager, manager_of
from patcher.npm.workspaces import project_folders, workspace_root
from patcher.text.paths import shown, within

_PATCH_PACKAGE = "patch-package"
_PATCHES_SINCE = 12  # the first npm that reads patchedDependencies; those before pass over it in silence
_PATCH_FOLDERS = ("patches", ".yarn/patches")  # where exports put patches that nothing named before

# What each target is written for; patch-package runs beside any manager that has node_modules of plain files.
TARGETS = {
    "npm": {Manager.NPM},
    "pnpm": {Manager.PNPM},
    "bun": {Manager.BUN},
    "yarn": {Manager.YARN},
    _PATCH_PACKAGE: {Manager.NPM, Manager.YARN_CLASSIC},
}


class Target(Protocol):
    """A module of patcher.export that speaks for one tool."""

    def existing(self, destination: Destination, files: ProjectFiles) -> str | None:
        """The place of the patch of a release that is wired in now."""

    def wire(self, patches: Sequence[Patch], files: ProjectFiles) -> tuple[str, ...]:
        """Wire patches of one home in: what is left to the owner of the project."""

    def unwire(self, files: ProjectFiles) -> None:
        """Take all that nextfix wired in out again."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export would write, what is left to its owner, and the copies that were refused with the reason."""

    edits: tuple[ProjectEdit, ...]
    steps: tuple[str, ...]
    refused: tuple[NextfixError, ...]
    copies: int
    missing: tuple[NextfixError, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wired:
    """A patch that some target has for a copy now, and how it names the files of the package."""

    destination: Destination
    patch: PatchFile


def choose_target(root: Path) -> tuple[str, str]:
    """The target for the manager that installs the project, and why.

    It is patch-package for yarn 1, and for an npm that is older than 12 or that nobody knows.
    """
    chosen = manager_of(workspace_root(root))
    if chosen.manager is Manager.YARN_CLASSIC:
        return _PATCH_PACKAGE, f"{chosen.text} has no patches of its own"
    if chosen.manager is Manager.NPM and chosen.major < _PATCHES_SINCE:
        return _PATCH_PACKAGE, f"{chosen.text} would ignore patchedDependencies, which came with npm 12"
    return chosen.manager.value, f"{chosen.text}: {chosen.why}"


def export_all(request: Request, target: str, *, all_files: bool = False) -> Exported:
    """Plan the export of every copy under the root, and taking out what was wired in for another target.

    Args:
        request: what to export, and how.
        target: one of TARGETS.
        all_files: also the files that only a development server runs.

    Raises:
        NextfixError: USAGE for a target that does not fit the project, NOTHING when there is no project.
    """
    root = request.root.resolve()
    chosen = _refuse_misfit(root, target)
    files = _project_files(root)
    copies = copies_of(replace(request, root=root))
    refused = [*copies.problems]
    looked_at = [copy for copy in copies.found if copy.layout != STANDALONE]
    before = {copy.folder: list(_wired(copy, root, target, files, refused)) for copy in looked_at}
    if not refused:
        _unwire_others(target, files)
    patches: dict[Destination, Patch] = {}
    for copy in looked_at:
        try:
            made = _patch(copy, root, target, before[copy.folder], request, files, all_files=all_files)
            if made.data:
                _agree(copy, patches.setdefault(made.destination, made), made)
        except NextfixError as error:
            refused.append(error)
    module = _module(target)
    steps = [step for group in _by_home(patches.values()) for step in module.wire(group, files)]
    if not refused:
        _take_out_unnamed(files, target)
    if chosen.manager is Manager.NPM and target == "npm" and not chosen.major:
        steps.append(
            "nothing names the release of npm that installs this project: see that it is 12 or newer"
        )
    edits = files.edits
    steps = list(dict.fromkeys(steps)) if edits else []
    return Exported(edits, tuple(steps), tuple(refused), len(looked_at), tuple(copies.missing))


def undo_exports(root: Path) -> Exported:
    """Plan taking out of the project all that exports wrote, for every target.

    Raises:
        NextfixError: NOTHING when there is no project, REFUSED when a file cannot be edited.
    """
    root = root.resolve()
    _refuse_member(root)
    files = _project_files(root)
    for name in TARGETS:
        _module(name).unwire(files)
    _take_out_unnamed(files)
    return Exported(
        files.edits, ("install once: the package manager then puts the published files back",), (), 0
    )


def _take_out_unnamed(files: ProjectFiles, target: str | None = None) -> None:
    """Take nextfix's part also out of patches that nothing names any more: a run that was killed leaves these.

    Args:
        files: the files of the project.
        target: the target whose patches stay; None for none.
    """
    for home, folder in product(files.homes, _PATCH_FOLDERS):
        place = place_of(home, folder)
        for name in _patches_in(place, files):
            if target is None or not _is_named(name, target, files):
                with suppress(NextfixError):  # a link, or not to be read: not one that nextfix wrote
                    take_out(f"{place}/{name}", files)


def _patches_in(folder: str, files: ProjectFiles) -> list[str]:
    try:
        return [name for name in files.names(folder) if name.endswith(".patch")]
    except NextfixError:
        return []


def _is_named(name: str, target: str, files: ProjectFiles) -> bool:
    """Whether a patch of that name is one of those that the package manager of `target` applies."""
    if target == _PATCH_PACKAGE:
        return "+" in name  # it takes every file that is called as its own
    for place in (*(place_of(home, MANIFEST) for home in files.homes), "pnpm-workspace.yaml"):
        with suppress(NextfixError):
            if name.encode() in (files.read(place) or b""):
                return True
    return False


def _project_files(root: Path) -> ProjectFiles:
    folders = (folder for folder in project_folders(root) if ".next" not in folder.relative_to(root).parts)
    return ProjectFiles(root, ("" if folder == root else within(folder, root) for folder in folders))


def _module(target: str) -> Target:
    return cast(Target, import_module(f"patcher.export.{target.replace('-', '_')}"))


def _refuse_member(root: Path) -> None:
    home = workspace_root(root)
    if home != root:
        raise NextfixError(
            ExitCode.USAGE,
            f"a package of the workspace {shown(home)}, where patches are wired in",
            path=shown(root),
            hint=f"run 'nextfix export {shown(home)}'",
        )


def _refuse_misfit(root: Path, target: str) -> Chosen:
    _refuse_member(root)
    chosen = manager_of(root)
    reason = ""
    if chosen.manager not in TARGETS[target]:
        reason = (
            f"{chosen.command} installs this project ({chosen.why}), and would not apply a patch of {target}"
        )
    elif target == "npm" and 0 < chosen.major < _PATCHES_SINCE:
        reason = f"{chosen.text} would ignore patchedDependencies, which came with npm 12"
    if reason:
        better, _ = choose_target(root)
        hint = f"use --to {better}"
        if target == "npm":
            hint += ', or write "packageManager": "npm@12.X.Y" into package.json and install with that'
        raise NextfixError(ExitCode.USAGE, reason, path=shown(root), hint=hint)
    return chosen


def _destination(copy: Copy, root: Path, target: str) -> Destination:
    if target != _PATCH_PACKAGE:
        return Destination(copy.name, copy.version)
    place = within(copy.folder, root)
    owner, found, rest = place.partition("node_modules/")
    if not found:
        raise NextfixError(
            ExitCode.REFUSED, "not in node_modules", path=copy.folder, hint="patch-package reaches only that"
        )
    return Destination(copy.name, copy.version, owner.rstrip("/"), f"node_modules/{rest}")


def _wired(
    copy: Copy, root: Path, target: str, files: ProjectFiles, refused: list[NextfixError]
) -> Iterator[_Wired]:
    """The patches that the targets have for a copy; what is wrong with that of `target` goes to `refused`."""
    for name in TARGETS:
        try:
            destination = _destination(copy, root, name)
            patch = read_patch(_module(name).existing(destination, files), files)
        except NextfixError as error:
            if name == target:
                refused.append(error)
            continue
        if patch.place is not None:
            yield _Wired(destination, patch)


def _unwire_others(target: str, files: ProjectFiles) -> None:
    """Take out what was wired in for other targets; npm and bun read the same entries."""
    same = {"npm", "bun"}
    for name in TARGETS:
        if name != target and not {name, target} <= same:
            _module(name).unwire(files)


def _patch(
    copy: Copy,
    root: Path,
    target: str,
    before: list[_Wired],
    request: Request,
    files: ProjectFiles,
    *,
    all_files: bool,
) -> Patch:
    destination = _destination(copy, root, target)
    old = read_patch(_module(target).existing(destination, files), files)
    plan = _plan(copy, before, request)
    if plan.refused:
        raise NextfixError(
            ExitCode.REFUSED, plan.reason, path=shown(copy.folder), hint="nothing is exported for it"
        )
    planned = [file for file in plan.files if all_files or runs_in_production(copy.name, file.path)]
    changes = [_change(file, destination, old) for file in planned]
    added = old.added
    if target == _PATCH_PACKAGE:
        added |= patch_package.additions(destination, files)
    return Patch(destination, combined(destination, changes, old, plan.rules, plan.style, added))


def _plan(copy: Copy, before: list[_Wired], request: Request) -> CopyPlan:
    """Plan from the published bytes, also where our own patch is installed already, in the style that it has."""
    read = reader_of(copy)
    if request.style is None and current_receipt(copy) is None:
        style = next((wired.patch.style for wired in before if wired.patch.style), None)
        request = replace(request, style=style)

    def published(path: str) -> bytes | None:
        data = read(path)
        if data is None:
            return None
        for wired in before:
            data = wired.patch.published(wired.destination.path(path), data)
        return data

    return plan_copy(copy, request, published)


def _change(file: FilePlan, destination: Destination, old: PatchFile) -> FileChange:
    return FileChange(file.path, old.beneath(destination.path(file.path), file.base), file.base, file.new)


def _agree(copy: Copy, first: Patch, second: Patch) -> None:
    if first.data != second.data:
        raise NextfixError(
            ExitCode.REFUSED,
            f"differs from another installed copy of {second.destination.release}",
            path=shown(copy.folder),
            hint="reinstall the packages, then export",
        )


def _by_home(patches: Iterable[Patch]) -> list[list[Patch]]:
    groups: defaultdict[str, list[Patch]] = defaultdict(list)
    for patch in patches:
        groups[patch.destination.home].append(patch)
    return list(groups.values())
