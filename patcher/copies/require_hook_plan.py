"""export --to require-hook: the plans of all copies as one preload for Node; and what a preload covers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from patcher.catalogue.load import runs_in_production
from patcher.copies.export_patches import Exported
from patcher.copies.plan import CopyPlan, FilePlan
from patcher.copies.planner import plan_copy, reader_of
from patcher.copies.request import Request
from patcher.copies.survey import plan_all
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_files import ProjectFiles
from patcher.export.require_hook import NAME, HookFile, is_hook, read_hook, render
from patcher.npm.copies import Copy
from patcher.text.edits import apply_edits

_STEPS = (
    f"start with 'node --require ./{NAME} server.js', or with NODE_OPTIONS=\"--require /app/{NAME}\"",
    f"set NEXTFIX_HOOK=log once to see which files it rewrites; copy {NAME} into the image",
)


def export_hook(request: Request, *, all_files: bool = False) -> Exported:
    """Plan the preload for every copy under the root, standalone builds included.

    Raises:
        NextfixError: NOTHING when there is no project, REFUSED when a file of somebody else has the preload's name.
    """
    project = ProjectFiles(request.root)
    old = project.read(NAME)
    if old is not None and not is_hook(old):
        raise NextfixError(
            ExitCode.REFUSED, "is not a preload of nextfix", path=project.root / NAME, hint="rename it"
        )
    survey = plan_all(request)
    plans = survey.plans
    files = [file for plan in plans if not plan.refused for file in _files(plan, all_files)]
    edited = {file.path for file in files if file.edits}
    files = [file for file in files if file.path in edited]
    files += [file for plan in plans for file in _untouched(plan.copy, edited, files)]
    if edited:
        project.write(NAME, render(files, next(plan.style for plan in plans if not plan.refused)))
    refused, missing = tuple(survey.refusals), tuple(survey.missing)
    return Exported(project.edits, _STEPS, refused, len(plans), missing)


def undo_hook(root: Path) -> Exported:
    """Plan removing the preload that `export_hook` wrote at `root`, if it is one."""
    project = ProjectFiles(root)
    data = project.read(NAME)
    if data is not None and is_hook(data):
        project.remove(NAME)
    return Exported(project.edits, (f"take '--require ./{NAME}' out of how the server is started",), (), 0)


def unwritten(plan: CopyPlan, request: Request) -> tuple[FilePlan, ...]:
    """The files of a copy that a production server runs as they were published: neither on disk nor by the preload.

    Raises:
        NextfixError: when the copy cannot be planned in the style of the preload.
    """
    pending = tuple(file for file in plan.pending if runs_in_production(plan.copy.name, file.path))
    return () if pending and covered_by_hook(plan.copy, request) else pending


def covered_by_hook(copy: Copy, request: Request) -> bool:
    """Whether the preload at the root of `request` rewrites all of a copy that a production server runs.

    It has to be the program that this nextfix writes, to the byte, and to carry for each file of the copy the edits
    that `apply` would make. Whether the server is started with it, no file says.

    Raises:
        NextfixError: when the copy cannot be planned.
    """
    data = ProjectFiles(request.root).read(NAME)
    hook = read_hook(data) if data is not None else None
    if hook is None:
        return False
    plan = plan_copy(copy, replace(request, style=hook.style))
    pending = [file for file in plan.pending if runs_in_production(copy.name, file.path)]
    carried = (hook.edits.get(f"{copy.name}/{file.path}", {}).get(digest(file.disk)) for file in pending)
    return not plan.refused and all(
        edits is not None and apply_edits(file.disk, edits) == file.new
        for file, edits in zip(pending, carried, strict=True)
    )


def _files(plan: CopyPlan, all_files: bool) -> Iterator[HookFile]:
    for file in plan.files:
        if not (all_files or runs_in_production(plan.copy.name, file.path)):
            continue
        edits = file.edits or tuple(
            edit for result in file.examined if result.rule.id in file.pending for edit in result.edits
        )
        yield HookFile(_release(plan.copy), f"{plan.copy.name}/{file.path}", file.base, edits, file.new)


def _untouched(copy: Copy, edited: set[str], known: list[HookFile]) -> Iterator[HookFile]:
    """The same files of releases that no rule speaks of: the preload leaves them alone without a warning."""
    spoken_of = {(file.release, file.path) for file in known}
    read = reader_of(copy)
    for path in sorted(edited):
        if not path.startswith(f"{copy.name}/") or (_release(copy), path) in spoken_of:
            continue
        data = read(path.removeprefix(f"{copy.name}/"))
        if data is not None:
            yield HookFile(_release(copy), path, data, (), data)


def _release(copy: Copy) -> str:
    return f"{copy.name}@{copy.version}"
