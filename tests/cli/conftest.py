"""Running `nextfix check` in the process of the tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.cli.main import main

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs check, or another `command`, in `tmp_path`: (exit code, standard output, lines of standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))

    def check(*arguments: str, command: str = "check") -> tuple[int, str, list[str]]:
        with pytest.raises(SystemExit) as ended:
            main([command, *arguments])
        printed = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out, printed.err.splitlines()

    return check
