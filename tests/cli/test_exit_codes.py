"""One precedence for every command: the gravest problem, then findings or pending changes, then nothing to look at."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from patcher.cli.main import main
from patcher.errors import ExitCode, NextfixError, gravest
from tests.faults.faulty import Ran, run
from tests.synthetic import make_package, make_project

KEPT = "let p;\nexports.f = async () => { if (!p) p = fetch('/'); return p };\n"
CHECK = ("check", "--no-cache")
COPIES = (
    ("apply", "--dry-run"),
    ("diff",),
    ("status",),
    ("status", "--applied"),
    ("export", "--to", "patch-package"),
)


@pytest.fixture
def project() -> Iterator[Path]:
    """A project with an affected copy and a finding of its own, which everybody may read."""
    root = Path("/tmp" if os.access("/tmp", os.W_OK) else ".") / f"nextfix-codes-{os.getpid()}"
    root.mkdir()
    make_project(root)
    (root / "package.json").write_text(json.dumps({"name": "app", "dependencies": {"next": "13.1.6"}}))
    (root / "own.js").write_text(KEPT)
    (root / "more").mkdir()
    (root / "more/own.js").write_text("exports.a = 1;\n")
    yield root
    for path in root.rglob("*"):
        path.chmod(0o755) if not path.is_symlink() else None
    shutil.rmtree(root)


def nothing_wrong(root: Path) -> None:
    """A finding and an affected copy only."""


def broken_source(root: Path) -> None:
    (root / "broken.js").write_text("async function f() { const x = = 1 }\n")


def shut_folder(root: Path) -> None:
    (root / "more").chmod(0)


def shut_file(root: Path) -> None:
    (root / "more/own.js").chmod(0)


def broken_copy(root: Path) -> None:
    (make_package(root / "node_modules/tool/node_modules") / "package.json").write_text("{")


def unknown_copy(root: Path) -> None:
    copy = make_package(root / "node_modules/tool/node_modules")
    (copy / "package.json").write_text('{"name": "next", "version": "99.0.0"}')


def shut_copy(root: Path) -> None:
    (make_package(root / "node_modules/tool/node_modules") / "dist").chmod(0)


def not_installed(root: Path) -> None:
    shutil.rmtree(root / "node_modules")


def no_project(root: Path) -> None:
    for path in [*root.iterdir()]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def wrong_configuration(root: Path) -> None:
    (root / "nextfix.toml").write_text("exclude = 3\n")


def deep_manifest(root: Path) -> None:
    (make_package(root / "node_modules/tool/node_modules") / "package.json").write_text("[" * 100_000)


Damage = Callable[[Path], None]
TABLE: tuple[tuple[Damage, tuple[tuple[str, ...], ...], ExitCode, tuple[str, ...]], ...] = (
    (nothing_wrong, (CHECK, *COPIES), ExitCode.FINDINGS, ()),
    (broken_source, (CHECK,), ExitCode.DEFECT, ("broken.js", "syntax error", "correct it")),
    (shut_folder, (CHECK,), ExitCode.FILES, ("more", "Permission denied", "run as")),
    (shut_file, (CHECK,), ExitCode.FILES, ("more/own.js", "Permission denied", "run as")),
    (broken_copy, (CHECK, *COPIES), ExitCode.DEFECT, ("tool/node_modules/next/package.json", ";")),
    (deep_manifest, (CHECK, *COPIES), ExitCode.DEFECT, ("tool/node_modules/next/package.json", ";")),
    (unknown_copy, (CHECK, *COPIES), ExitCode.REFUSED, ("tool/node_modules/next", "99.0.0", ";")),
    (shut_copy, (CHECK, *COPIES), ExitCode.FILES, ("tool/node_modules/next", "Permission denied", ";")),
    (not_installed, COPIES, ExitCode.NOTHING, ("package.json", "asks for next", "install")),
    (not_installed, (CHECK,), ExitCode.FINDINGS, ("1 warning", "asks for next")),
    (no_project, (CHECK, *COPIES), ExitCode.NOTHING, ()),
    (wrong_configuration, (CHECK,), ExitCode.USAGE, ("nextfix.toml", "exclude")),
)


@pytest.fixture
def ran(project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[str, ...]], Ran]:
    """Runs a command in the project as a user to whom something can be refused."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "nowhere"))
    for command in (
        CHECK,
        (*CHECK, "--fix", "--dry-run"),
        *COPIES,
    ):  # what is imported here, every forked run has
        with pytest.raises(SystemExit):
            main([*command])
    wrong_configuration(project)
    with pytest.raises(SystemExit):
        main([*CHECK])
    (project / "nextfix.toml").unlink()

    return lambda command: run([*command], unprivileged=True)


@pytest.mark.parametrize(
    ("damage", "commands", "code", "named"), TABLE, ids=lambda value: getattr(value, "__name__", "")
)
def test_each_bad_input_has_one_code_and_the_last_line_names_it(
    damage: Damage,
    commands: tuple[tuple[str, ...], ...],
    code: ExitCode,
    named: tuple[str, ...],
    project: Path,
    ran: Callable[[tuple[str, ...]], Ran],
) -> None:
    damage(project)

    for command in commands:
        ended = ran(command)
        assert ended.code == code, (command, ended.err)
        assert "Traceback" not in ended.err
        assert ended.reason.startswith("nextfix: "), (command, ended.err)
        assert all(word in ended.reason for word in named), (command, ended.reason)


def test_findings_are_counted_in_the_last_line_beside_what_could_not_be_read(
    project: Path, ran: Callable[[tuple[str, ...]], Ran]
) -> None:
    broken_source(project)
    ended = ran((*CHECK, "--scope", "source"))

    assert ended.code == ExitCode.DEFECT
    assert ended.reason.startswith(
        "nextfix: 1 warning; 1 file could not be checked; broken.js: syntax error in line 1"
    )


def test_a_dry_run_of_fix_says_what_it_would_write_and_what_could_not_be_read(
    project: Path, ran: Callable[[tuple[str, ...]], Ran]
) -> None:
    broken_source(project)
    ended = ran((*CHECK, "--scope", "source", "--fix", "--dry-run"))

    assert ended.code == ExitCode.DEFECT
    assert "1 finding in 1 file would be fixed" in ended.reason
    assert "broken.js" in ended.reason


def test_the_gravest_problem_counts_wherever_it_stands() -> None:
    problems = [
        NextfixError(code, f"reason {int(code)}", path="a")
        for code in (ExitCode.FILES, ExitCode.DEFECT, ExitCode.REFUSED)
    ]

    assert gravest(problems) == (ExitCode.DEFECT, "a: reason 6 (and 2 more, see above)")
