"""Output that cannot be written ends no command: closed, full, or not read to its end."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MEMO = "{ let p; exports.get = () => { if (!p) p = load().then(x => x); return p } }\n"


def shell(command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`nextfix` as $N in a command of the shell."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "N": f"{sys.executable} -m patcher",
        **variables,
    }
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "a.js").write_text(MEMO)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("check --no-cache", 1),
        ("rules", 0),
        ("--help", 0),
        ("status", 3),
        ("explain next/loadabel", 2),
        ("chek", 2),
    ],
)
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_stream_that_is_closed_changes_no_exit_code(
    project: Path, command: str, code: int, closed: str
) -> None:
    done = shell(f"$N {command} {closed}", project)

    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["check --no-cache", "rules", "--help", "check --no-cache -f json"])
def test_a_report_that_is_lost_is_an_error_of_files(project: Path, command: str) -> None:
    done = shell(f"$N {command} > /dev/full", project)

    assert done.returncode == 5
    assert done.stderr.splitlines()[-1] == (
        "nextfix: standard output could not be written: No space left on device; the rest of it is lost"
    )


def test_a_reader_that_goes_away_changes_no_exit_code(project: Path) -> None:
    (project / "a.js").write_text(MEMO * 900)

    done = shell("$N check --no-cache -v | head -1; exit ${PIPESTATUS[0]}", project)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_character_that_the_encoding_lacks_is_shown_by_its_escape(project: Path) -> None:
    (project / "é.js").write_text(MEMO)

    done = shell("$N check --no-cache -q", project, PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert r"\xe9.js" in done.stdout


@pytest.mark.parametrize(
    ("target", "code"),
    [("/dev/full", 5), ("/dev/null", 1), ("folder", 5), ("fifo", 5), ("link.json", 1), ("/dev/stderr", 1)],
)
def test_a_report_goes_where_a_shell_would_write_it_or_the_reason_is_true(
    project: Path, target: str, code: int
) -> None:
    (project / "folder").mkdir()
    (project / "link.json").symlink_to("real.json")
    os.mkfifo(project / "fifo")

    done = shell(f"$N check --no-cache --output json:{target}", project)

    assert done.returncode == code
    assert "reinstall" not in done.stderr
    assert (project / "link.json").is_symlink()
    assert (project / "real.json").exists() == (target == "link.json")


def test_a_report_goes_to_a_process_that_reads_it(project: Path) -> None:
    done = shell("$N check --no-cache --output json:>(wc -l); sleep 1", project)

    assert int(done.stdout) > 10


def on_a_terminal(command: Sequence[str], cwd: Path, **variables: str) -> bytes:
    """What `nextfix COMMAND` writes to a terminal, standard output and standard error together."""
    ours, theirs = pty.openpty()
    environment = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")
    }
    environment |= {"PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color", **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "patcher", *command],
        cwd=cwd,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that nobody holds the terminal any more
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return shown


COMMANDS = (
    ["check", "--no-cache"],
    ["check", "--no-cache", "--fix", "--dry-run"],
    ["rules"],
    ["explain", "next/loadable"],
    ["init"],
    ["diff"],
    ["status"],
    ["certify", "--check", "nothing@1"],
    ["prove", "--app", "nowhere"],
    ["heap", "nothing"],
    ["--help"],
    ["check", "--help"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_command_colours_what_may_not_be_coloured(
    project: Path, command: list[str], name: str, value: str
) -> None:
    (project / "package.json").write_text("{}")

    shown = on_a_terminal(command, project, **{name: value})

    if name == "TERM":
        assert b"\x1b" not in shown
    assert not re.search(rb"\x1b\[[1-9][0-9;]*m", shown)


def test_a_terminal_that_can_is_coloured(project: Path) -> None:
    assert b"\x1b[1;3" in on_a_terminal(["check", "--no-cache"], project)


def test_an_interruption_before_the_first_command_is_known_prints_no_traceback(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'patcher.cli.main': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from patcher.cli import main\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == -signal.SIGINT
    assert done.stderr == ""
