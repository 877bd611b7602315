"""One bad copy has one exit code and one true last line, whichever command meets it."""

import json
import os
from pathlib import Path

import pytest

from tests.synthetic import FILES, make_package, make_project
from tests.terminal import last, run

COMMANDS = (
    ("apply",),
    ("apply", "--json"),
    ("apply", "--dry-run"),
    ("diff",),
    ("export", "--to", "patch-package"),
    ("export", "--to", "require-hook"),
    ("status",),
    ("status", "--json"),
    ("status", "--applied"),
    ("check", "--no-cache"),
    ("check", "--scope", "rules", "-f", "json"),
)


def broken_manifest(copy: Path) -> None:
    (copy / "package.json").write_text("{")


def nameless(copy: Path) -> None:
    (copy / "package.json").write_text('{"name": "next"}')


def foreign(copy: Path) -> None:
    os.rename(copy, copy.parents[2] / "elsewhere")
    copy.symlink_to(copy.parents[2] / "elsewhere")


def truncated(copy: Path) -> None:
    for path, text in FILES.items():
        (copy / path).write_text(text[: len(text) // 2])


def unknown(copy: Path) -> None:
    (copy / "package.json").write_text('{"name": "next", "version": "99.0.0"}')


def linked_file(copy: Path) -> None:
    path = copy / "dist/server/next.js"
    path.rename(copy / "real.js")
    path.symlink_to(copy / "real.js")


@pytest.mark.parametrize(
    ("damage", "code", "named"),
    [
        (broken_manifest, 6, "package.json"),
        (nameless, 6, "names no version"),
        (foreign, 4, "outside of this project"),
        (truncated, 4, "does not parse"),
        (unknown, 4, "newer than every rule"),
        (linked_file, 4, "symbolic link"),
    ],
)
def test_a_bad_copy_has_one_code_and_is_named_in_the_last_line(
    tmp_path: Path, damage: object, code: int, named: str
) -> None:
    root = tmp_path / "app"
    copy = make_project(root)
    damage(copy)  # type: ignore[operator]

    for command in COMMANDS:
        result = run(*command, cwd=root)
        assert (result.returncode, named in last(result)) == (code, True), (command, result.stderr)
        if command[-1] == "json" or "--json" in command:
            assert isinstance(json.loads(result.stdout), dict)


def test_a_copy_that_could_not_be_read_is_never_called_modified(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    linked_file(copy)

    [record] = json.loads(run("apply", "--json", cwd=tmp_path).stdout)["copies"]

    assert (record["done"], record["verdict"]) == ("failed", None)


def test_one_bad_copy_does_not_keep_the_others_from_being_done(tmp_path: Path) -> None:
    make_project(tmp_path)
    broken_manifest(make_package(tmp_path / "node_modules/tool/node_modules"))

    result = run("apply", cwd=tmp_path)

    assert result.returncode == 6
    assert "rewritten next@13.1.6" in result.stdout
    assert "tool/node_modules/next/package.json" in last(result)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] != "export"])
def test_an_app_one_folder_down_is_named_and_nothing_is_clean(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    make_project(tmp_path / "web")
    (tmp_path / "web" / "server.js").write_text("export const a = 1;\n")

    result = run(*command, cwd=tmp_path)

    assert result.returncode == 3, result.stderr
    assert last(result).endswith("name it: web")


@pytest.mark.parametrize("command", [*COMMANDS, ("check", "--applied")])
def test_what_is_asked_for_and_not_installed_is_not_clean(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"next": "13.1.6"}}')
    (tmp_path / "server.js").write_text("export const a = 1;\n")

    result = run(*command, cwd=tmp_path)

    assert result.returncode == 3, result.stderr
    assert "asks for next, which is not installed" in last(result)


def test_nothing_that_a_rule_names_is_not_applied(tmp_path: Path) -> None:
    (tmp_path / "server.js").write_text("export const a = 1;\n")

    assert run("check", cwd=tmp_path).returncode == 0
    assert run("check", "--applied", cwd=tmp_path).returncode == 3
    assert run("status", "--applied", cwd=tmp_path).returncode == 3


def test_copies_that_differ_in_their_place_only_share_a_line(tmp_path: Path) -> None:
    make_project(tmp_path)
    for tool in ("one", "two"):
        make_package(tmp_path / "node_modules" / tool / "node_modules")

    status = run("status", cwd=tmp_path).stdout
    applied = run("apply", cwd=tmp_path).stdout

    assert "node_modules/next and 2 more" in status or "node_modules/next  " in status
    assert len([line for line in applied.splitlines() if line.startswith("rewritten")]) == 1
    assert "and 2 more" in applied
    assert applied.count("app.prepare()") == 1
    assert all(
        (tmp_path / "node_modules" / tool / "node_modules/.nextfix").is_dir() for tool in ("one", "two")
    )
