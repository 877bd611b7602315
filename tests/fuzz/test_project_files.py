"""One bad file of a project ends nothing: every command ends, with one of its codes and a reason, and no traceback."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.cli.main import main
from patcher.errors import ExitCode
from tests.fuzz.hostile_files import ANY, OWN, cases, hostile_project

COMMANDS = (
    ["check", "--no-cache", "--scope", "all"],
    ["check", "--scope", "all", "-f", "json"],
    ["status"],
    ["status", "--applied"],
    ["apply", "--dry-run"],
    ["diff"],
    ["apply"],
    ["check", "--fix", "--no-cache"],
    ["revert"],
    ["export", "--to", "npm"],
    ["export", "--to", "pnpm"],
    ["export", "--to", "yarn"],
    ["export", "--to", "bun"],
    ["export", "--to", "patch-package"],
    ["init"],
    ["init", "--undo"],
)
CODES = {int(code) for code in ExitCode} - {int(ExitCode.INTERRUPTED)}
LONGEST = 60  # seconds for the commands on one project; they take a fraction of one together
# Each project is given to as many of the commands, another set each time; to all of them with NEXTFIX_FUZZ=all.
SAMPLE = len(COMMANDS) if os.environ.get("NEXTFIX_FUZZ") == "all" else 3


@pytest.mark.parametrize("file", OWN)
def test_one_bad_file_ends_no_command(
    file: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tried: Callable[..., None],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    wrong: list[str] = []
    for number, kind in enumerate(kind for name, kind in cases() if name == file):
        root = tmp_path / str(number)
        hostile_project(root, file, kind)
        monkeypatch.chdir(root)
        start = time.monotonic()
        for command in (*COMMANDS, *COMMANDS)[number * 5 % len(COMMANDS) :][:SAMPLE]:
            with pytest.raises(SystemExit) as ended:
                main(command)
            printed = capfd.readouterr()
            tried("a command on a hostile file")
            last = printed.err.strip().splitlines()[-1:] or [""]
            if (
                ended.value.code not in CODES
                or "defect of nextfix" in printed.err
                or "Traceback" in printed.err
            ):
                wrong.append(f"{kind}: {' '.join(command)}: {ended.value.code}: {last[0]}")
            elif ended.value.code != 0 and not last[0].startswith("nextfix: "):
                wrong.append(f"{kind}: {' '.join(command)}: {ended.value.code} without a reason")
        if time.monotonic() - start > LONGEST:
            wrong.append(f"{kind}: {time.monotonic() - start:.0f} s")
    assert not wrong, "\n".join(wrong)


def test_what_is_hostile_is_what_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name, make in ANY.items():
        make(tmp_path / "a" / name.replace("/", " "))
    assert sorted(os.listdir(tmp_path / "a")) == sorted(ANY)
    assert not (tmp_path / "a" / "a pipe").is_file()
