"""diff: what apply would write, as patches."""

from dataclasses import dataclass

from patcher.copies.request import Request
from patcher.copies.survey import Survey, plan_all
from patcher.text.paths import resolved, within
from patcher.text.unified import unified


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The change of one file; `path` is relative to the root, as in the patch."""

    path: str
    patch: bytes


def diff_all(request: Request) -> tuple[list[FileDiff], Survey]:
    """The changes that `apply` would make, and the plans that they are taken from.

    Raises:
        NextfixError: NOTHING when there is no project at the root.
    """
    survey = plan_all(request)
    root = resolved(request.root)
    diffs: list[FileDiff] = []
    for plan in survey.plans:
        for file in plan.pending:
            path = within(plan.copy.folder / file.path, root)
            diffs.append(FileDiff(path, unified(file.disk, file.new, path)))
    return diffs, survey
