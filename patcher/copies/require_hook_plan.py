"""export --to require-hook: the plans of all copies as one preload for Node."""

from collections.abc import Iterator

from patcher.copies.export_patches import Exported
from patcher.copies.plan import CopyPlan
from patcher.copies.planner import reader_of
from patcher.copies.request import Request
from patcher.copies.survey import plan_all
from patcher.export.change import Edit
from patcher.export.project_file import read_if_there
from patcher.export.require_hook import NAME, HookFile, render
from patcher.npm.copies import Copy

_STEPS = (
    f"start with 'node --require ./{NAME} server.js', or NODE_OPTIONS=\"--require /app/{NAME}\" next start",
    f"set NEXTFIX_HOOK=log once to see which files it rewrites; copy {NAME} into the image",
)


def export_hook(request: Request) -> Exported:
    """Plan the preload for every copy under the root, standalone builds included.

    Raises:
        NextfixError: NOTHING when there is no project.
    """
    survey = plan_all(request)
    plans = survey.plans
    files = [file for plan in plans if not plan.refused for file in _files(plan)]
    edited = {file.path for file in files if file.edits}
    files = [file for file in files if file.path in edited]
    files += [file for plan in plans for file in _untouched(plan.copy, edited, files)]
    path = request.root.resolve() / NAME
    old = read_if_there(path)
    edits = (Edit(path, old, render(files)),) if edited else ()
    changes = tuple(edit for edit in edits if edit.changes)
    return Exported(changes, _STEPS, tuple(survey.refusals), len(plans), tuple(survey.missing))


def _files(plan: CopyPlan) -> Iterator[HookFile]:
    for file in plan.files:
        edits = file.edits or tuple(
            edit for result in file.examined if result.rule.id in file.pending for edit in result.edits
        )
        yield HookFile(_release(plan.copy), f"{plan.copy.name}/{file.path}", file.base, edits, file.new)


def _untouched(copy: Copy, edited: set[str], known: list[HookFile]) -> Iterator[HookFile]:
    """The same files of releases that no rule speaks of: the preload leaves them alone without a warning."""
    spoken_of = {(file.release, file.path) for file in known}
    read = reader_of(copy)
    for path in sorted(edited):
        inside = path.removeprefix(f"{copy.name}/")
        if (_release(copy), path) in spoken_of:
            continue
        data = read(inside)
        if data is not None:
            yield HookFile(_release(copy), path, data, (), data)


def _release(copy: Copy) -> str:
    return f"{copy.name}@{copy.version}"
