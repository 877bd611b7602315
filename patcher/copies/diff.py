"""diff: what apply would write, as patches."""

from dataclasses import dataclass

from patcher.catalogue.load import packages
from patcher.copies.plan import plan_copy
from patcher.copies.request import Request
from patcher.errors import NextfixError
from patcher.npm.copies import find_copies
from patcher.text.paths import shown, within
from patcher.text.unified import unified


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The change of one file; `path` is relative to the root, as in the patch."""

    path: str
    patch: bytes


def diff_all(request: Request) -> tuple[list[FileDiff], list[str], int]:
    """The changes that `apply` would make, why copies are refused, and how many copies there are.

    Raises:
        NextfixError: when there is no project at the root.
    """
    copies = find_copies(request.root, packages())
    root = request.root.resolve()
    diffs: list[FileDiff] = []
    refused = [f"{item.path}: {item.reason}" for item in copies.skipped]
    for copy in copies.found:
        try:
            plan = plan_copy(copy, request)
        except NextfixError as error:
            refused.append(str(error))
            continue
        if plan.refused:
            refused.append(f"{shown(copy.folder)}: {plan.reason}")
        for file in plan.pending:
            path = within(copy.folder / file.path, root)
            diffs.append(FileDiff(path, unified(file.disk, file.new, path)))
    return diffs, refused, len(copies.found)
