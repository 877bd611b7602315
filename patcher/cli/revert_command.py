"""nextfix revert."""

from pathlib import Path

import typer

from patcher.cli.found import NO_COPY
from patcher.cli.main import Outcome
from patcher.cli.options import Json, Root
from patcher.copies.revert import Reverted, revert_all
from patcher.errors import ExitCode
from patcher.text.display import one_line
from patcher.text.paths import shown


def revert(root: Root = Path(), json: Json = False) -> Outcome:
    """Put the original bytes back in every copy under ROOT, exactly."""
    outcomes, skipped = revert_all(root)
    done: list[Reverted] = []
    for outcome in outcomes:
        done.append(outcome)
        if not json:
            _print(outcome)
    if json:
        from patcher.report.copy_lines import as_json

        print(as_json("revert", [_record(outcome) for outcome in done], skipped))
    errors = [outcome.error for outcome in done if outcome.error is not None]
    if errors:
        return Outcome(max(error.code for error in errors), str(errors[0]))
    if not done:
        return Outcome(
            ExitCode.NOTHING,
            f"{shown(root)}: {NO_COPY}; name the folder that has it",
        )
    return Outcome(ExitCode.OK)


def _print(outcome: Reverted) -> None:
    place = f"{outcome.copy.name}@{outcome.copy.version}  {shown(outcome.copy.folder)}"
    if outcome.error is not None:
        typer.echo(one_line(f"left {place}: {outcome.error}"), err=True)
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
