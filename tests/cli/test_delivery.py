"""export, init and status --applied as a user runs them: nothing is written unasked, and the code says what is left."""

from pathlib import Path

import pytest

from tests.synthetic import make_project, snapshot
from tests.terminal import last, run


def test_init_shows_then_writes_then_takes_out_again(tmp_path: Path) -> None:
    make_project(tmp_path)
    before = snapshot(tmp_path)

    shown = run("init", "--runner", "nextfix", "--pre-commit", cwd=tmp_path)
    assert (shown.returncode, last(shown)) == (1, "nextfix: nothing written; add --write to write it")
    assert '"postinstall": "nextfix apply"' in shown.stdout
    assert "package manager: npm" in shown.stderr
    assert snapshot(tmp_path) == before

    assert run("init", "--runner", "nextfix", "--pre-commit", "--write", cwd=tmp_path).returncode == 0
    assert snapshot(tmp_path) != before
    assert run("init", "--undo", "--write", cwd=tmp_path).returncode == 0
    assert snapshot(tmp_path) == before
    assert run("init", "--undo", cwd=tmp_path).stdout == "nothing to change\n"


def test_a_start_script_is_stopped_until_the_tree_is_rewritten(tmp_path: Path) -> None:
    make_project(tmp_path)

    refused = run("status", "--applied", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "dist/server/next.js" in refused.stderr

    run("apply", cwd=tmp_path)
    passed = run("status", "--applied", cwd=tmp_path)
    assert (passed.returncode, passed.stdout, passed.stderr) == (0, "", "")


def test_the_cache_key_is_all_that_is_printed(tmp_path: Path) -> None:
    make_project(tmp_path)

    result = run("status", "--cache-key", cwd=tmp_path)

    assert result.returncode == 0
    assert result.stdout.startswith("nextfix-")
    assert len(result.stdout.split()) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["export", "--to", "nonsense"], 2),
        (["export", "--to", "yarn"], 2),
        (["init", "--runner", "nonsense"], 2),
        (["export", "nowhere"], 3),
        (["init", "node_modules"], 3),
    ],
)
def test_what_cannot_be_done_has_its_code_and_its_reason(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    make_project(tmp_path)

    result = run(*arguments, cwd=tmp_path)

    assert result.returncode == code
    assert last(result).startswith("nextfix: ")
    assert "Traceback" not in result.stderr


def test_a_preload_that_is_current_counts_as_applied_until_the_tree_changes(tmp_path: Path) -> None:
    make_project(tmp_path)
    assert run("export", "--to", "require-hook", "--write", cwd=tmp_path).returncode == 0

    assert run("status", "--applied", cwd=tmp_path).returncode == 0

    path = tmp_path / "node_modules/next/dist/server/next.js"
    path.write_text(path.read_text() + "// another release\n")
    assert run("status", "--applied", cwd=tmp_path).returncode == 1
    assert run("export", "--to", "require-hook", "--write", cwd=tmp_path).returncode == 0
    assert run("status", "--applied", cwd=tmp_path).returncode == 0
    assert run("export", "--undo", "--write", cwd=tmp_path).returncode == 0
    assert run("status", "--applied", cwd=tmp_path).returncode == 1


def test_export_undo_shows_then_writes(tmp_path: Path) -> None:
    make_project(tmp_path)
    before = snapshot(tmp_path)
    assert run("export", "--undo", cwd=tmp_path).stdout.startswith("nothing to take out")
    assert run("export", "--to", "patch-package", "--write", cwd=tmp_path).returncode == 0
    exported = snapshot(tmp_path)

    shown = run("export", "--undo", cwd=tmp_path)
    assert (shown.returncode, last(shown)) == (1, "nextfix: nothing written; add --write")
    assert "would remove patches/" in shown.stdout
    assert snapshot(tmp_path) == exported

    assert run("export", "--undo", "--write", cwd=tmp_path).returncode == 0
    assert snapshot(tmp_path) == before
