"""Progress is for a terminal only."""

import io
import subprocess
import sys

import pytest

from patcher.report.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_nothing_and_pays_for_nothing() -> None:
    code = (
        "import sys\n"
        "from patcher.report.progress import progress\n"
        "with progress('checking') as advance: advance(1, 2)\n"
        "print('rich' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("False\n", "")


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress("checking") as advance:
        advance(3, 12)
    shown = terminal.getvalue()

    assert "checking" in shown
    assert "3/12" in shown
    assert shown.endswith("\x1b[2K")


def test_a_terminal_gets_nothing_when_nothing_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("checking", wanted=False) as advance:
        advance(3, 12)

    assert terminal.getvalue() == ""
