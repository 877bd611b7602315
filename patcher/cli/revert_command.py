"""nextfix revert."""

from pathlib import Path

from patcher.cli.found import end, report_problems
from patcher.cli.main import CommandResult
from patcher.cli.options import Json, Root
from patcher.copies.revert import Reverted, revert_all
from patcher.text.display import one_line
from patcher.text.paths import shown


def revert(root: Root = Path(), json: Json = False) -> CommandResult:
    """Put the original bytes back in every copy under ROOT, exactly."""
    outcomes, copies = revert_all(root)
    done: list[Reverted] = []
    for outcome in outcomes:
        done.append(outcome)
        if not json:
            _print(outcome)
    if json:
        from patcher.report.copy_lines import as_json

        print(as_json("revert", [_record(outcome) for outcome in done], copies.skipped))
    else:
        report_problems([*copies.problems, *copies.missing])
    problems = [*copies.problems, *(outcome.error for outcome in done if outcome.error is not None)]
    return end(root, len(done), problems, copies.missing)


def _print(outcome: Reverted) -> None:
    place = f"{outcome.copy.name}@{outcome.copy.version}  {shown(outcome.copy.folder)}"
    if outcome.error is not None:
        report_problems([outcome.error])
    elif outcome.files:
        print(one_line(f"reverted {place}: {', '.join(outcome.files)}"))
    else:
        print(one_line(f"unchanged {place}: nothing to revert"))


def _record(outcome: Reverted) -> dict[str, object]:
    return {
        "name": outcome.copy.name,
        "version": outcome.copy.version,
        "path": shown(outcome.copy.folder),
        "files": list(outcome.files),
        "reason": str(outcome.error or ""),
    }
